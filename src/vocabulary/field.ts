// One entry that a user may write (a field): what it means, what values it takes, and what it is when unwritten.
// And one row of a table: a way to fill a place in the language (a world, a model source, a loss, a chart), made of fields.
// The language reads only this much of a row; the row's own folder adds what it does. Both are data; `src/language` reads literals against them, so a new row needs no new code there.
import type { Type } from './type.ts'
import type { Argument } from './value.ts'

export type FieldType =
  /** A real number. `above`/`below` exclude their bound, `min`/`max` include it. */
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number; readonly above?: number; readonly below?: number }
  | { readonly kind: 'integer'; readonly min?: number; readonly max?: number }
  /** A part of a whole in [0, 1]; may be written `50%`. `above`/`below` exclude 0/1. */
  | { readonly kind: 'share'; readonly above?: number; readonly below?: number }
  /** A number, `auto`, or a multiple of auto: `2 * auto`. */
  | { readonly kind: 'automatic'; readonly min?: number }
  | { readonly kind: 'text'; readonly pattern?: RegExp; readonly expects?: string }
  | { readonly kind: 'boolean' }
  /** One of some words; each with the sentence that explains it. */
  | { readonly kind: 'choice'; readonly of: Readonly<Record<string, string>> }
  | { readonly kind: 'list'; readonly of: FieldType; readonly min?: number }
  | { readonly kind: 'record'; readonly fields: Readonly<Record<string, Field>> }
  /** The name of something declared, or a part of it: `village.preferences`. */
  | { readonly kind: 'reference'; readonly to: readonly Type[] }
  /** A row of a table, with its arguments: `bpe(village.text, vocabulary: 512)`. */
  | { readonly kind: 'row'; readonly rows: Readonly<Record<string, Row>> }
  /** A file or folder, relative to the .dice file. Its content, never its path, enters keys. */
  | { readonly kind: 'file' }
  /** An axis of a chart: `round`, `seed`, `model`, or a swept path such as `replay.gamma`. */
  | { readonly kind: 'axis' }
  /** Any of several readings, tried in order. */
  | { readonly kind: 'either'; readonly of: readonly FieldType[] }

export interface Field {
  /** One sentence, for the reference page, hover and hints. */
  readonly doc: string
  readonly type: FieldType
  readonly unit?: string
  /** Used when the entry is not written, as the user would write it. Without one the entry is required, unless `optional`. */
  readonly default?: DefaultValue
  /** May be absent altogether: absence means something other than any value. */
  readonly optional?: true
}

/**
 * A default is plain JSON-like data; `{ auto: 1 }` stands for `auto`, `{ use: 'bpe' }` for a row with its own defaults,
 * `{ record: { test: 0.1 } }` for a record whose other fields take their own defaults.
 */
export type DefaultValue =
  | number | string | boolean
  | { readonly auto: number }
  | { readonly use: string }
  | { readonly record: Readonly<Record<string, DefaultValue>> }
  | readonly DefaultValue[]

export interface Row {
  /** One sentence, for the reference page and hover. */
  readonly doc: string
  /** Positional arguments in order, by name: `pretrain(base)` fills `policy`. */
  readonly parameters?: Readonly<Record<string, Field>>
  /** Entries of the block or named arguments: `{ beta: 0.1 }` and `dpo(sft, beta: 0.1)` say the same. */
  readonly entries?: Readonly<Record<string, Field>>
  /** Narrower fields for some of the kind's clauses: `pretrain(m) on` wants text where `train` as a whole takes any data. */
  readonly clauses?: Readonly<Record<string, Field>>
  /** Rows of its own, chosen by the first positional argument: `world("village")` has the entries of the village. */
  readonly variants?: Readonly<Record<string, Row>>
  /** What a declared name with this row stands for, when its kind leaves that open. */
  readonly gives?: Type
  /** The parts reachable by a dot: `village.text`. */
  readonly members?: (given: Readonly<Record<string, Argument>>) => Readonly<Record<string, Type>>
}
