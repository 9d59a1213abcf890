// Arguments: what was written, in whatever place, matched with the fields there are; what is unwritten filled in.
import type { FieldType, Row } from '../vocabulary/field.ts'
import type { Argument, Arguments, Value } from '../vocabulary/value.ts'
import { position } from '../source.ts'
import type { Diagnostic } from '../diagnostic.ts'
import type { CallArgument, Expression, Word } from './ast.ts'
import { at, canonical, own } from './context.ts'
import type { Context, Fields, Written } from './context.ts'
import { fillField } from './defaults.ts'
import * as messages from './messages.ts'
import { suggest } from './suggest.ts'

export type Read = (context: Context, type: FieldType, expression: Expression) => Value

/** What is written for one statement, row or record, gathered before any of it is read. */
export class Sheet {
  readonly #context: Context
  readonly #owner: string
  readonly #read: Read
  readonly #open: boolean
  readonly #written = new Map<string, Written>()
  readonly #meant = new Map<string, Written>()

  /** `owner` as messages name it, backquoted. `open`: not all of its entries are known, which is reported already. */
  constructor(context: Context, owner: string, read: Read, open = false) {
    this.#context = context
    this.#owner = owner
    this.#read = read
    this.#open = open
  }

  /** Files a value under a name, unless one is there. `word` is what to point at. */
  write(name: string, word: { readonly span: Word['span'] }, expression: Expression): void {
    const first = this.#written.get(name)
    if (first === undefined) {
      this.#written.set(name, { expression, source: this.#context.source, given: expression.span })
    } else {
      const { line } = position(this.#context.source, first.given.start)
      this.#context.accept(messages.duplicateEntry(at(this.#context, word), name, line))
    }
  }

  /** An entry known by its word, or a report that there is none. */
  writeEntry(fields: Fields, word: Word, expression: Expression): void {
    const name = canonical(this.#context.vocabulary, word.text)
    if (own(fields, name) !== undefined) return this.write(name, word, expression)
    if (this.#open) return
    const guess = suggest(word.text, Object.keys(fields))
    this.#context.accept(messages.unknownEntry(at(this.#context, word), word.text, this.#owner, guess))
    // Misspelt, so not missing; and its value is checked as that of the entry meant.
    const [meant, another] = guess.near
    if (meant === undefined || another !== undefined) return
    this.#meant.set(meant, { expression, source: this.#context.source, given: expression.span })
  }

  /** Arguments of a call: the first ones by position, the rest by name. `fields` may be named. */
  writeCall(row: Row, rowName: string, given: readonly CallArgument[], fields: Fields): void {
    const positions = Object.keys(row.parameters ?? {})
    let next = 0
    let tooMany = false
    for (const { name, value } of given) {
      if (name !== undefined) {
        this.writeEntry(fields, name, value)
      } else if (next < positions.length) {
        this.write(positions[next++]!, value, value)
      } else if (!tooMany) {
        tooMany = true
        this.#context.accept(messages.tooManyArguments(at(this.#context, value), rowName, positions.length))
      }
    }
  }

  /** `--set` has the last word. */
  override(overrides: ReadonlyMap<string, Written>): void {
    for (const [name, written] of overrides) {
      this.#written.set(name, { ...written, given: this.#written.get(name)?.given ?? written.given })
    }
  }

  has(name: string): boolean {
    return this.#written.has(name)
  }

  /** Reads what is written and fills in the rest; `missing` says what to report where nothing can be. */
  read(fields: Fields, missing: (name: string) => Diagnostic | undefined): Arguments {
    const result: Record<string, Argument> = {}
    for (const [name, field] of Object.entries(fields)) {
      const written = this.#written.get(name) ?? this.#meant.get(name)
      if (written !== undefined) {
        const same = written.source === this.#context.source
        const context = same ? this.#context : { ...this.#context, source: written.source }
        result[name] = { value: this.#read(context, field.type, written.expression), given: written.given }
        continue
      }
      const value = fillField(field)
      if (value !== undefined) result[name] = { value, given: undefined }
      else if (field.optional !== true) {
        const problem = missing(name)
        if (problem !== undefined) this.#context.accept(problem)
      }
    }
    return result
  }
}
