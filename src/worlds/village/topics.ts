// What can be asked: every animal with every set of one to four aspects, and how these topics are divided into
// training, validation and test by content, so that a test request is a combination that was never asked before.
import type { Draw } from './draw.ts'
import type { Aspect } from './lexicon.ts'
import { apportion } from './split.ts'
import type { Shares, SplitName } from './split.ts'
import type { Village } from './truth.ts'

export interface Topic {
  readonly animal: string
  /** In the order of the lexicon. */
  readonly aspects: readonly Aspect[]
}

/** How often one, two, three and four aspects are asked for. */
const sizeWeights = [0.2, 0.3, 0.3, 0.2] as const

/** The topics of one part of the split, filed by the number of aspects less one. */
export type Pool = readonly (readonly Topic[])[]

/**
 * Divides the village's topics: they are put in an order that depends on each topic's content and the world's seed,
 * and cut at the shares. Every positive share gets at least one topic.
 */
export function divide(village: Village, shares: Shares): Record<SplitName, Pool> {
  const random = village.random('split')
  const topics = village.animals.flatMap((animal) =>
    subsets(village.aspects, sizeWeights.length).map((aspects) => ({ animal, aspects })))
  const rank = (topic: Topic) => random.child(topic.animal).child(topic.aspects.map((aspect) => aspect.name).join(' ')).at(0)
  const ordered = topics
    .map((topic) => ({ topic, rank: rank(topic) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ topic }) => topic)
  const counts = apportion(ordered.length, shares, 1)
  const pool = (from: number, count: number): Pool => {
    const own = ordered.slice(from, from + count)
    return sizeWeights.map((_, index) => own.filter((topic) => topic.aspects.length === index + 1))
  }
  return {
    test: pool(0, counts.test),
    validation: pool(counts.test, counts.validation),
    train: pool(counts.test + counts.validation, counts.train),
  }
}

/** A topic of the pool: first how many aspects, among the numbers the pool has, then which. */
export function drawTopic(pool: Pool, draw: Draw): Topic {
  const weights = sizeWeights.map((weight, index) => (pool[index]!.length > 0 ? weight : 0))
  return draw.pick(pool[draw.weighted(weights)]!)
}

/** Every subset of one to `largest` items, items in their order. */
function subsets<T>(items: readonly T[], largest: number): T[][] {
  const all = items.reduce<T[][]>((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]])
  return all.filter((set) => set.length > 0 && set.length <= largest)
}
