// What a made world is: a row of the table of worlds that makes its own data, part by part, and a judge that
// knows the truth. Everything is a function of the entries alone: a world draws from streams named by its own
// `seed`, never from an experiment's, so that seeds vary the training and not the data.
import type { Demonstration, Document, Pair, Prompt } from '../data/record.ts'
import type { Judge } from '../judges/judge.ts'
import type { Json } from '../plan/node.ts'
import type { Field, Row } from '../vocabulary/field.ts'
import type { Type } from '../vocabulary/type.ts'

/** Checked entries as JSON, by name, defaults filled in. */
export type Params = Readonly<Record<string, Json>>

/** Which of these a part holds is said by its type: documents for `corpus`, prompts for `prompts`, and so on. */
export type PartRow = Document | Prompt | Demonstration | Pair

export interface Part {
  readonly type: Type
  readonly doc: string
  /** The entries that determine this part. Only these are given to `make`, and only these enter the part's key. */
  readonly reads: readonly string[]
  /** How many rows `make` gives, without making them: for estimates of cost. */
  count(params: Params): number
  /** All rows in order. Rows depend on their index, so that asking for more leaves the first ones as they were. */
  make(params: Params): readonly PartRow[]
}

/** A value of an entry that its field allows and that makes no sense beside the others. */
export interface WorldProblem {
  readonly entry: string
  readonly message: string
  readonly remedy: string
}

export interface World extends Row {
  readonly entries: Readonly<Record<string, Field>>
  /** By the name after the dot: `village.text`. A part of type `judge` has no rows. */
  readonly parts: Readonly<Record<string, Part>>
  /** What only shows across entries, such as shares that do not add up. Empty when all is well. */
  problems(params: Params): readonly WorldProblem[]
  /** The gold judge: reads the entries named by `parts.judge.reads`. */
  judge(params: Params): Judge
}
