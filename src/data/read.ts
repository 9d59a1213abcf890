// From the text of a data file to rows: the one entrance for every format. Pure; nothing here opens a file.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { canonical } from '../plan/key.ts'
import { describe, nameOf, reader } from './field-reader.ts'
import type { JsonObject, Reader } from './field-reader.ts'
import type { FieldNames, Format, Separator } from './format.ts'
import type { DataProblem, Place } from './problem.ts'
import { readRecords, withoutMark } from './records.ts'
import type { Demonstration, Document, Pair, Prompt } from './record.ts'
import { readDemonstration, readPair, readPrompt } from './row-readers.ts'

export interface RowsOf {
  readonly prompts: Prompt
  readonly demonstrations: Demonstration
  readonly chosen_rejected: Pair
  readonly text: Document
}

export interface ReadOptions {
  /** The user's names of fields; the usual ones are found without. */
  readonly names?: FieldNames
  /** Only for `text`; blank lines unless given. */
  readonly separator?: Separator
}

export interface Reading<Row> {
  /** In the order of the file, without the rows that a problem names. */
  readonly rows: readonly Row[]
  /** In the order of the file, those of the whole file last. */
  readonly problems: readonly DataProblem[]
}

type RecordFormat = Exclude<Format, 'text'>
type Unnamed = { readonly text: string }

const readers: { readonly [F in RecordFormat]: (from: Reader) => Omit<RowsOf[F], 'id'> | undefined } = {
  prompts: readPrompt,
  demonstrations: readDemonstration,
  chosen_rejected: readPair,
}

/**
 * Reads a data file. `file` is what messages call it. Every problem is found in one go; `refusal(problems)` says
 * whether the rows may be used.
 *
 * A row's id is its `id` (a text or a whole number) where there is one; otherwise twelve digits of the SHA-256 of its
 * content, so that inserting, removing or reordering rows leaves the others' ids as they were. A repeated content
 * gets `-2`, `-3`, … after it.
 */
export function readRows<F extends Format>(text: string, format: F, file: string, options: ReadOptions = {}): Reading<RowsOf[F]> {
  const reading: Reading<Unnamed> = format === 'text'
    ? readDocuments(text, options.separator ?? 'blank_line')
    : readRecordRows(text, format, file, options.names ?? {})
  const empty: DataProblem = {
    kind: 'empty', severity: 'error', file, message: text.trim() === '' ? 'the file is empty' : 'no row of the file can be used',
    remedy: 'give a file with at least one usable row',
  }
  const broken = reading.rows.length === 0 && !reading.problems.some(({ severity }) => severity === 'error')
  // Each reader gives the rows of its own format; the table above is typed by it.
  const rows = reading.rows as readonly unknown[] as readonly RowsOf[F][]
  return { rows, problems: broken ? [...reading.problems, empty] : reading.problems }
}

function readRecordRows(text: string, format: RecordFormat, file: string, names: FieldNames): Reading<Unnamed> {
  const { records, problems: malformed } = readRecords(text, file)
  const problems = [...malformed]
  const accept = (problem: DataProblem) => void problems.push(problem)
  const name = namer()
  const rows = records.flatMap(({ value, place }) => {
    const record = recordOf(value, format)
    if (record === undefined) {
      const message = `a row is ${describe(value)} where an object is needed`
      accept({ kind: 'type', severity: 'error', file, place, message, remedy: 'write every row as { "name": value, … }' })
      return []
    }
    const from = reader(record, names, file, place, accept)
    const row = readers[format](from)
    const id = row === undefined ? undefined : name(from, row, place)
    return row === undefined || id === undefined ? [] : [{ id, ...row }]
  })
  return { rows, problems: problems.sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0)) }
}

/** Among prompts a plain string is a row too. */
function recordOf(value: unknown, format: RecordFormat): JsonObject | undefined {
  if (format === 'prompts' && typeof value === 'string') return { text: value }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

const idRemedy = 'give every row an id of its own, or none'

/** Gives ids, remembering which were given and where. */
function namer(): (from: Reader, row: object, place: Place) => string | undefined {
  const given = new Map<string, Place>()
  const contents = contentIds()
  return (from, row, place) => {
    const name = nameOf(from, 'id', ['id'])
    if (name === undefined) return contents(row)
    const value = from.record[name]
    if (typeof value !== 'string' && !Number.isSafeInteger(value)) {
      return from.report('type', `\`${name}\` is ${describe(value)} where a text or a whole number is needed`, idRemedy)
    }
    const id = String(value)
    const before = given.get(id)
    if (before !== undefined) {
      return from.report('duplicate', `the id \`${id}\` was already given in line ${before.line}`, idRemedy)
    }
    given.set(id, place)
    return id
  }
}

/** Twelve digits of the content's SHA-256; a content that comes again gets a number. */
function contentIds(): (row: object) => string {
  const times = new Map<string, number>()
  return (row) => {
    const id = bytesToHex(sha256(utf8ToBytes(canonical(row)))).slice(0, 12)
    const time = (times.get(id) ?? 0) + 1
    times.set(id, time)
    return time === 1 ? id : `${id}-${time}`
  }
}

const cuts: Readonly<Record<Separator, RegExp | undefined>> = {
  blank_line: /\n[^\S\n]*\n\s*/,
  line: /\n/,
  end_of_text: /<\|endoftext\|>/,
  none: undefined,
}

/** Documents without the white space around them; line ends become `\n`. */
function readDocuments(text: string, separator: Separator): Reading<Document> {
  const whole = withoutMark(text).replace(/\r\n?/g, '\n')
  const cut = cuts[separator]
  const pieces = cut === undefined ? [whole] : whole.split(cut)
  const name = contentIds()
  const texts = pieces.map((piece) => piece.trim()).filter((piece) => piece !== '')
  return { rows: texts.map((piece) => ({ id: name({ text: piece }), text: piece })), problems: [] }
}
