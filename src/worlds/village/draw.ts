// Drawing from a stream one number after another, for rows whose number of draws is not known beforehand.
import type { Stream } from '../../random.ts'

export interface Draw {
  chance(probability: number): boolean
  /** Uniform in 0 … count − 1. */
  integer(count: number): number
  pick<T>(items: readonly T[]): T
  /** An index with probability in proportion to its weight. */
  weighted(weights: readonly number[]): number
  /** `count` different items in random order; all of them when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[]
}

/** Each call below uses the next number of the stream; the stream should be used for nothing else. */
export function draw(random: Stream): Draw {
  let used = 0
  const next = () => random.at(used++)
  const integer = (count: number) => Math.floor(next() * count)
  return {
    chance: (probability) => next() < probability,
    integer,
    pick: (items) => items[integer(items.length)]!,
    weighted: (weights) => {
      let rest = next() * weights.reduce((sum, weight) => sum + weight, 0)
      const found = weights.findIndex((weight) => (rest -= weight) < 0)
      return found < 0 ? weights.length - 1 : found
    },
    sample: (items, count) => {
      const left = [...items]
      const wanted = Math.min(count, left.length)
      return Array.from({ length: wanted }, () => left.splice(integer(left.length), 1)[0]!)
    },
  }
}
