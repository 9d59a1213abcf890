// From the text of a JSONL file or a JSON array to its records, each with its place.
import { position } from '../source.ts'
import { foundAt, scanJson } from './json-scan.ts'
import type { JsonMistake } from './json-scan.ts'
import type { DataProblem, Place } from './problem.ts'

export interface PlacedRecord {
  readonly value: unknown
  readonly place: Place
}

export interface Records {
  readonly records: readonly PlacedRecord[]
  readonly problems: readonly DataProblem[]
}

const lineRemedy = 'in JSONL every line is one whole JSON object, with names and texts in double quotes'
const arrayRemedy = 'a file that begins with `[` is one JSON array: objects with commas between them'

/** A text that begins with `[` is one JSON array; any other is JSONL, one value a line, blank lines allowed. */
export function readRecords(text: string, file: string): Records {
  const body = withoutMark(text)
  return body.trimStart().startsWith('[') ? readArray(body, file) : readLines(body, file)
}

/** Without the byte order mark that some editors put first. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}

function readLines(text: string, file: string): Records {
  const records: PlacedRecord[] = []
  const problems: DataProblem[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const value = parse(line)
    if (value !== undefined) records.push({ value, place: { line: index + 1 } })
    else problems.push(malformed(line, file, index, lineRemedy))
  }
  return { records, problems }
}

function readArray(text: string, file: string): Records {
  const values = parse(text)
  if (!Array.isArray(values)) return { records: [], problems: [malformed(text, file, 0, arrayRemedy)] }
  const { items } = scanJson(text)
  let line = 1
  let reached = 0
  const records = values.map((value: unknown, index) => {
    const start = items[index] ?? text.length
    for (; reached < start; reached++) if (text[reached] === '\n') line += 1
    return { value, place: { line, item: index + 1 } }
  })
  return { records, problems: [] }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function malformed(text: string, file: string, linesBefore: number, remedy: string): DataProblem {
  // JSON.parse may refuse what the scan accepts only through its limit of depth; then the start is the place.
  const mistake: JsonMistake = scanJson(text).mistake ?? { offset: 0, expected: 'JSON' }
  const { line, column } = position({ path: file, text }, mistake.offset)
  return {
    kind: 'malformed',
    severity: 'error',
    file,
    place: { line: linesBefore + line, column },
    message: `not JSON: expected ${mistake.expected} but found ${foundAt(text, mistake.offset)}`,
    remedy,
  }
}
