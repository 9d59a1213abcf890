// What every check is handed: the vocabulary, what is declared, and where findings go.
import type { Accept } from '../diagnostic.ts'
import type { Source, Span } from '../source.ts'
import type { Field, Row } from '../vocabulary/field.ts'
import type { Kind, Vocabulary } from '../vocabulary/kind.ts'
import type { Expression, Statement, Word } from './ast.ts'
import type { Place } from './messages.ts'
import type { Declaration } from './program.ts'

export interface Context {
  readonly vocabulary: Vocabulary
  /** The text that the spans being read lie in: the file, or that of a `--set`. */
  readonly source: Source
  readonly accept: Accept
  /** By name; the first where a name is declared twice. */
  readonly declared: ReadonlyMap<string, Declared>
  readonly checked: ReadonlyMap<Declared, Checked>
  /** Swept paths, dotted: what a chart may have as an axis besides the fixed ones. */
  readonly sweptPaths: readonly string[]
  readonly overrides: Overrides
}

/** A statement of the top level, as far as its own words tell: enough to know its type before anything is checked. */
export interface Declared {
  readonly statement: Statement
  readonly cell: number
  readonly name: Word | undefined
  /** Undefined when there is no such kind. */
  readonly kind: Kind | undefined
  readonly head: HeadRow
}

/** The row that a head names, or the default; `row` is undefined when it names none. */
export interface HeadRow {
  readonly name: string
  /** With the entries of the variant that its first argument chooses. */
  readonly row: Row | undefined
  /** The row or its variant could not be told, and that is reported: it may have entries that we do not know. */
  readonly open: boolean
}

export interface Checked {
  readonly declaration: Declaration
  /** Nothing in it was found wrong, so that its arguments can be relied on. */
  readonly sound: boolean
}

/** An argument as written, wherever it was written: in a call, after a connector, in the block, on the command line. */
export interface Written {
  readonly expression: Expression
  readonly source: Source
  /** In the file. */
  readonly given: Span
}

/** What `--set` says, by the statement that it changes. */
export interface Overrides {
  readonly settings: ReadonlyMap<string, Written>
  readonly entries: ReadonlyMap<Statement, ReadonlyMap<string, Written>>
  /** For blocks that are not written out and stand by default: by the statement around, and the block's word. */
  readonly defaults: ReadonlyMap<Statement, ReadonlyMap<string, ReadonlyMap<string, Written>>>
}

export type Fields = Readonly<Record<string, Field>>

export function at(context: { readonly source: Source }, node: { readonly span: Span }): Place {
  return { source: context.source, span: node.span }
}

/** The entry's own name for any of its spellings: gamma for γ. */
export function canonical(vocabulary: Vocabulary, word: string): string {
  return own(vocabulary.aliases, word) ?? word
}

/** A table's row by a word of the user's, who may well write `constructor`. */
export function own<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined
}
