// A checked program: every name resolved, every value typed, every default filled, nothing optional left open.
// Plain data, and the only thing the plan accepts.
import type { Source, Span } from '../source.ts'
import type { Argument, Arguments, Value } from '../vocabulary/value.ts'

export interface Program {
  readonly source: Source
  /** Front matter, checked: title, seeds. */
  readonly settings: Arguments
  /** In the order of the file. */
  readonly declarations: readonly Declaration[]
  /** The file as it reads: prose and code in order. */
  readonly cells: readonly Cell[]
}

export interface Declaration {
  /** The kind word: `data`, `train`, `iterate`; inside a block `sample`, `shape` … */
  readonly kind: string
  /** The declared name or quoted title; empty when the kind has neither. */
  readonly name: string
  /** The row chosen by the head, when the kind's head is a table. */
  readonly row: string
  /** Positional arguments, clauses, and entries, by name. A plain head is filed as `head`. */
  readonly arguments: Arguments
  /** Inner statements: blocks of `once` that were not written are here too, with `given` undefined. */
  readonly blocks: readonly Declaration[]
  /** Only for kinds with a grid (a sweep): the paths and the values each takes. */
  readonly grid: readonly GridAxis[]
  /** Where it stands; undefined when filled in from defaults. */
  readonly given: Span | undefined
  readonly nameSpan: Span | undefined
  /** Index into `cells`; -1 when filled in. */
  readonly cell: number
}

export interface GridAxis {
  /** `['replay', 'gamma']` */
  readonly path: readonly string[]
  readonly values: readonly Argument[]
}

export type Cell =
  | { readonly kind: 'prose'; readonly title: string; readonly text: string; readonly span: Span }
  | { readonly kind: 'code'; readonly title: string; readonly text: string; readonly span: Span }

/** `--set replay.gamma=0.25`: replaces or adds an entry before checking. */
export interface Override {
  readonly path: readonly string[]
  readonly text: string
}

export type { Value }
