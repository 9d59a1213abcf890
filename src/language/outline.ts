// The declarations of a file before they are checked: kinds, names and rows, from the words alone.
import type { Kind, Vocabulary } from '../vocabulary/kind.ts'
import type { Row } from '../vocabulary/field.ts'
import type { Accept } from '../diagnostic.ts'
import { position } from '../source.ts'
import type { Ast, Block, Expression, Statement, Word } from './ast.ts'
import { at, canonical, own } from './context.ts'
import type { Declared, Fields, HeadRow } from './context.ts'
import * as messages from './messages.ts'
import { suggest } from './suggest.ts'

export interface Outline {
  readonly statements: readonly Declared[]
  readonly names: ReadonlyMap<string, Declared>
}

/** Reports unknown kinds and names declared twice. A kind misspelt beyond doubt is read as the one that was meant. */
export function outline(ast: Ast, vocabulary: Vocabulary, accept: Accept): Outline {
  const statements: Declared[] = []
  const names = new Map<string, Declared>()
  ast.cells.forEach((cell, index) => {
    if (cell.kind !== 'code') return
    for (const statement of cell.items) {
      if (statement.kind !== 'statement') continue
      const declared = outlineStatement(ast, vocabulary, statement, index, accept)
      statements.push(declared)
      if (declared.name === undefined) continue
      const first = names.get(declared.name.text)
      if (first === undefined) {
        names.set(declared.name.text, declared)
        continue
      }
      const { line } = position(ast.source, first.name!.span.start)
      accept(messages.duplicateName(at(ast, declared.name), declared.name.text, line))
    }
  })
  return { statements, names }
}

function outlineStatement(ast: Ast, vocabulary: Vocabulary, statement: Statement, cell: number, accept: Accept): Declared {
  const known = own(vocabulary.kinds, statement.word.text)
  const guess = suggest(statement.word.text, Object.keys(vocabulary.kinds))
  if (known === undefined) accept(messages.unknownKind(at(ast, statement.word), statement.word.text, guess))
  const kind = known ?? (guess.near.length === 1 ? vocabulary.kinds[guess.near[0]!] : undefined)
  return { statement, cell, kind, name: nameOf(statement, kind), head: headRow(statement, kind) }
}

/** The name a statement declares. Where the kind is unknown, a single word in its place is taken for one. */
function nameOf(statement: Statement, kind: Kind | undefined): Word | undefined {
  if (kind !== undefined && kind.named !== 'name') return undefined
  return singleWord(statement.subject)
}

export function singleWord(expression: Expression | undefined): Word | undefined {
  return expression?.kind === 'path' && expression.words.length === 1 ? expression.words[0] : undefined
}

/** The expression that stands as the head: after `=`, or right after the kind word where nothing is named. */
export function headOf(statement: Statement, kind: Kind): Expression | undefined {
  if (statement.head !== undefined) return statement.head
  const nameless = kind.named === 'none' || (kind.named === 'name' && singleWord(statement.subject) === undefined)
  return nameless ? statement.subject : undefined
}

/** The word of a row: `dpo`, or that of `dpo(sft)`. */
export function rowWord(expression: Expression | undefined): Word | undefined {
  return singleWord(expression?.kind === 'call' ? expression.path : expression)
}

/** A kind whose head is no row. */
const noRow: HeadRow = { name: '', row: undefined, open: false }
const unknownRow: HeadRow = { name: '', row: undefined, open: true }

export function headRow(statement: Statement, kind: Kind | undefined): HeadRow {
  if (kind?.head === undefined || !('rows' in kind.head)) return noRow
  const expression = headOf(statement, kind)
  return expression === undefined ? standingRow(kind) : resolveRow(kind.head.rows, expression, statement.block)
}

/** The row that a kind has when none is written. */
function standingRow(kind: Kind): HeadRow {
  if (kind.head === undefined || !('rows' in kind.head)) return noRow
  const row = own(kind.head.rows, kind.head.default ?? '')
  return row === undefined ? unknownRow : { name: kind.head.default!, row, open: row.variants !== undefined }
}

/** The row that an expression names, or the only one near enough to be meant, made whole by its variant. */
export function resolveRow(rows: Readonly<Record<string, Row>>, expression: Expression, block?: Block): HeadRow {
  const name = nearest(rows, rowWord(expression)?.text)
  const row = own(rows, name ?? '')
  if (name === undefined || row === undefined) return unknownRow
  if (row.variants === undefined) return { name, row, open: false }
  const variant = own(row.variants, nearest(row.variants, variantWord(row, expression, block)) ?? '')
  return variant === undefined ? { name, row, open: true } : { name, row: combined(row, variant), open: false }
}

function nearest(table: Readonly<Record<string, unknown>>, word: string | undefined): string | undefined {
  if (word === undefined || own(table, word) !== undefined) return word
  const { near } = suggest(word, Object.keys(table))
  return near.length === 1 ? near[0] : undefined
}

/** What is written for the first parameter: by position, by name, or in the block. */
function variantWord(row: Row, expression: Expression, block: Block | undefined): string | undefined {
  const [first] = Object.keys(row.parameters ?? {})
  const given = expression.kind === 'call' ? expression.arguments : []
  const entry = block?.items.find((item) => item.kind === 'entry' && item.path.length === 1 && item.path[0]!.text === first)
  const written = given.find(({ name }) => name === undefined || name.text === first)?.value
    ?? (entry?.kind === 'entry' ? entry.value : undefined)
  return written?.kind === 'text' ? written.value : singleWord(written)?.text
}

function combined(row: Row, variant: Row): Row {
  return {
    ...row, ...variant,
    parameters: { ...row.parameters, ...variant.parameters },
    entries: { ...row.entries, ...variant.entries },
    clauses: { ...row.clauses, ...variant.clauses },
  }
}

/** Everything that can be written by name: positional arguments, entries of the row, entries of the kind. */
export function entriesOf(kind: Kind | undefined, row: Row | undefined): Fields {
  return { ...row?.parameters, ...row?.entries, ...kind?.entries }
}

/** The written blocks of one kind word inside a statement. */
export function blocksOf(statement: Statement, word: string): readonly Statement[] {
  return (statement.block?.items ?? []).filter((item): item is Statement => item.kind === 'statement' && item.word.text === word)
}

/** A place that an entry can be set at: of a declaration, or of a block in it. */
export interface Slot {
  readonly path: readonly string[]
  readonly kind: Kind
  readonly head: HeadRow
  /** The statement the entry belongs to; undefined for a block that stands by default. */
  readonly statement: Statement | undefined
  /** The statement around it. */
  readonly parent: Statement | undefined
}

/** A declaration and its blocks, as far as each is unmistakably one: `[]`, `['replay']`, … */
export function slotsOf(
  statement: Statement | undefined, kind: Kind, head: HeadRow, path: readonly string[] = [], parent?: Statement,
): readonly Slot[] {
  const slots: Slot[] = [{ path, kind, head, statement, parent }]
  for (const [word, rule] of Object.entries(kind.blocks ?? {})) {
    const written = statement === undefined ? [] : blocksOf(statement, word)
    if (written.length === 1) {
      slots.push(...slotsOf(written[0], rule.kind, headRow(written[0]!, rule.kind), [...path, word], statement))
    } else if (written.length === 0 && rule.count === 'once') {
      slots.push(...slotsOf(undefined, rule.kind, standingRow(rule.kind), [...path, word], statement))
    }
  }
  return slots
}

/** The slot and entry that a dotted path leads to. */
export function fieldAt(
  slots: readonly Slot[], vocabulary: Vocabulary, words: readonly string[],
): { readonly slot: Slot; readonly entry: string } | undefined {
  const entry = canonical(vocabulary, words.at(-1) ?? '')
  const block = words.slice(0, -1).join('.')
  const slot = slots.find(({ path }) => path.join('.') === block)
  return slot !== undefined && own(entriesOf(slot.kind, slot.head.row), entry) !== undefined ? { slot, entry } : undefined
}

/** Every path there is, for suggestions. */
export function pathsOf(slots: readonly Slot[]): readonly string[] {
  return slots.flatMap(({ path, kind, head }) =>
    Object.keys(entriesOf(kind, head.row)).map((entry) => [...path, entry].join('.')))
}
