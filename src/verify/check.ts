// What a check of an engine is, and how far two lists of numbers lie apart.
import type { Engine } from '../tensor/engine.ts'

/** Numbers by what they are: `loss`, `weights`. */
export type Quantities = Readonly<Record<string, ArrayLike<number>>>

export interface Check {
  /** What is computed, in words. */
  readonly doc: string
  /** The stages whose arithmetic this is, by their names in a plan. */
  readonly stages: readonly string[]
  /** Largest relative difference that passes. */
  readonly tolerance: number
  /** In double precision, by code that shares nothing with what is checked. */
  expected(): Quantities
  run(engine: Engine): Promise<Quantities>
}

export interface Difference {
  readonly absolute: number
  /** To the largest magnitude of the quantity. */
  readonly relative: number
}

/** The largest differences over all quantities; infinite where one is missing, of another length or not a number. */
export function difference(actual: Quantities, expected: Quantities): Difference {
  const each = Object.entries(expected).map(([name, numbers]) => between(actual[name] ?? [], numbers))
  return {
    absolute: Math.max(...each.map(({ absolute }) => absolute)),
    relative: Math.max(...each.map(({ relative }) => relative)),
  }
}

function between(actual: ArrayLike<number>, expected: ArrayLike<number>): Difference {
  if (actual.length !== expected.length) return { absolute: Infinity, relative: Infinity }
  let absolute = 0
  let magnitude = 0
  for (let index = 0; index < expected.length; index++) {
    const error = Math.abs(actual[index]! - expected[index]!)
    absolute = Number.isNaN(error) ? Infinity : Math.max(absolute, error)
    magnitude = Math.max(magnitude, Math.abs(expected[index]!))
  }
  return { absolute, relative: absolute === 0 ? 0 : absolute / magnitude }
}
