// A kind of declaration. Every statement has one generic form,
//
//   kind name = head connector head … { entries and blocks }      at the top of a file
//   kind head { entries }                                         inside another block
//
// and a kind says which parts of that form it uses. Adding one never touches the grammar.
import type { Connector } from '../../grammar/connectors.ts'
import type { Field, Row } from './field.ts'
import type { Type } from './type.ts'
import type { Arguments } from './value.ts'

export interface Kind {
  readonly doc: string
  /** `name`: declares one (`data village = …`); `title`: takes a quoted sentence; `none`: neither. */
  readonly named: 'name' | 'title' | 'none'
  /** What stands after `=`, or right after the kind word when nothing is named: a row of a table or a plain value. */
  readonly head?: Head
  /** Connector words this kind understands, with what each is followed by. Filed among the arguments under the word. */
  readonly clauses?: Readonly<Record<Connector, Field>> | Readonly<Record<string, Field>>
  readonly entries?: Readonly<Record<string, Field>>
  /** Statements allowed inside the block. */
  readonly blocks?: Readonly<Record<string, BlockRule>>
  /** The block's entries are paths into the head's declaration, each with a list of values of that entry's type. */
  readonly grid?: true
  readonly gives?: Type
  readonly members?: (given: Arguments) => Readonly<Record<string, Type>>
}

export type Head =
  | { readonly rows: Readonly<Record<string, Row>>; readonly default?: string }
  /** A plain value, filed among the arguments as `head`. */
  | { readonly field: Field }

export interface BlockRule {
  readonly kind: Kind
  /** `once`: filled in from defaults when unwritten; `optional`: at most one; `many`: any number, in order. */
  readonly count: 'once' | 'optional' | 'many'
}

/** The closed set of connector words. They may still be used as names where no clause can stand. */
export { connectors } from '../../grammar/connectors.ts'
export type { Connector }

/** The whole language as data: what `dice` understands is what this table holds. */
export interface Vocabulary {
  readonly kinds: Readonly<Record<string, Kind>>
  /** Entries of the front matter. */
  readonly settings: Readonly<Record<string, Field>>
  /** Other spellings of entry names: γ for gamma. */
  readonly aliases: Readonly<Record<string, string>>
}
