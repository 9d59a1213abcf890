// A row of a table: one way to fill a place in the language (a world, a model source, a loss, a chart).
// The language reads only this much of it; the row's own folder adds what it does.
import type { Field } from './field.ts'
import type { Type } from './type.ts'
import type { Argument } from './value.ts'

export interface Row {
  /** One sentence, for the reference page and hover. */
  readonly doc: string
  /** Positional arguments in order, by name: `pretrain(base)` fills `policy`. */
  readonly parameters?: Readonly<Record<string, Field>>
  /** Entries of the block or named arguments: `{ beta: 0.1 }` and `dpo(sft, beta: 0.1)` say the same. */
  readonly entries?: Readonly<Record<string, Field>>
  /** What a declared name with this row stands for, when its kind leaves that open. */
  readonly gives?: Type
  /** The parts reachable by a dot: `village.text`. */
  readonly members?: (given: Readonly<Record<string, Argument>>) => Readonly<Record<string, Type>>
}
