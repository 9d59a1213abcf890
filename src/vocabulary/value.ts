// A checked value: what a field's reader made of what the user wrote, or of the field's default.
import type { Span } from '../source.ts'

export type Value =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** `factor` times whatever the stage finds best. */
  | { readonly kind: 'auto'; readonly factor: number }
  | { readonly kind: 'choice'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'record'; readonly fields: Arguments }
  /** A declared name that was found, and the part of it if one was named. */
  | { readonly kind: 'reference'; readonly name: string; readonly member?: string }
  | { readonly kind: 'row'; readonly row: string; readonly arguments: Arguments }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'axis'; readonly path: readonly string[] }
  /** What could not be read; already reported, so that one mistake gives one message. */
  | { readonly kind: 'hole' }

export interface Argument {
  readonly value: Value
  /** Where the user wrote it; undefined when the default was filled in. */
  readonly given: Span | undefined
}

/** By name: positional arguments, clauses (under their connector word) and entries alike. */
export type Arguments = Readonly<Record<string, Argument>>
