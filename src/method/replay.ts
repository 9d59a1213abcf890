// Mixing generated pairs with offline ones: a share γ of every round's pairs comes from the original data.
import type { Pair } from '../data/record.ts'
import type { ReplayRecord } from '../data/result.ts'
import { permutation } from '../random.ts'
import type { Stream } from '../random.ts'

export type Replay =
  | { readonly kind: 'mixed'; readonly pairs: readonly Pair[]; readonly record: ReplayRecord }
  /** Too few offline pairs whose prompt is not already used. */
  | {
    readonly kind: 'shortage'
    readonly needed: number
    readonly unused: number
    /** The largest γ below the one asked for, in thousandths, that these data and this seed allow. */
    readonly largest: number
  }
  /** Nothing to mix, or so few pairs that rounding down leaves none. */
  | { readonly kind: 'empty'; readonly reason: string }

/** How many pairs of each origin a γ asks for. */
interface Quota {
  readonly generated: number
  readonly offline: number
}

/**
 * Algorithm 1, line "D_t ~ (1 − γ) D(α*) + γ D_offline", with the counts of the authors' code: of n = `size` pairs (by default
 * as many as there are offline pairs), min(⌊n(1 − γ)⌋, available) are generated and ⌊γ · generated / (1 − γ)⌋ offline; at γ = 1
 * all are offline, n of them or as many as there are prompts. Both are drawn without replacement. Prompts are compared by
 * text, and each occurs at most once: offline pairs come only from prompts that no drawn generated pair uses.
 *
 * Generated pairs come first, then offline pairs, each in the order they were given.
 */
export function mixReplay(
  generated: readonly Pair[], offline: readonly Pair[], gamma: number, random: Stream, size = offline.length,
): Replay {
  const generatedDeck = deck(generated, random.child('generated'))
  const offlineDeck = deck(offline, random.child('offline'))
  const unusedAfter = unusedPrompts(generated, generatedDeck, offline, offlineDeck)
  const quotaOf = (share: number): Quota => quota(share, size, generatedDeck.length, offlineDeck.length)

  const { generated: generatedCount, offline: offlineCount } = quotaOf(gamma)
  if (offlineCount > unusedAfter[generatedCount]!) {
    const feasible = (share: number): boolean => quotaOf(share).offline <= unusedAfter[quotaOf(share).generated]!
    return { kind: 'shortage', needed: offlineCount, unused: unusedAfter[generatedCount]!, largest: largestBelow(gamma, feasible) }
  }
  if (generatedCount + offlineCount === 0) return { kind: 'empty', reason: emptiness(generated, offline, gamma, size) }

  const fromGenerated = generatedDeck.slice(0, generatedCount)
  const used = new Set(fromGenerated.map((index) => generated[index]!.text))
  const fromOffline = offlineDeck.filter((index) => !used.has(offline[index]!.text)).slice(0, offlineCount)
  return {
    kind: 'mixed',
    pairs: [...inOrder(generated, fromGenerated), ...inOrder(offline, fromOffline)],
    record: {
      gamma,
      share: offlineCount / (generatedCount + offlineCount),
      generated: generatedCount,
      offline: offlineCount,
      available: { generated: generated.length, offline: offline.length },
    },
  }
}

function quota(gamma: number, size: number, generated: number, offline: number): Quota {
  if (gamma === 1) return { generated: 0, offline: Math.min(size, offline) }
  const fromGenerated = Math.min(wholePart(size * (1 - gamma)), generated)
  return { generated: fromGenerated, offline: wholePart((gamma * fromGenerated) / (1 - gamma)) }
}

/** Rounds down, but takes 0.9999999999999998 (10 · (1 − 0.9) in double precision) for the 1 that was meant. */
function wholePart(value: number): number {
  return Math.floor(value + 1e-9)
}

/** Indices in a random order, the first of each prompt only. */
function deck(pairs: readonly Pair[], random: Stream): number[] {
  const seen = new Set<string>()
  return permutation(random, pairs.length).filter((index) => {
    const { text } = pairs[index]!
    if (seen.has(text)) return false
    seen.add(text)
    return true
  })
}

/** At k: the offline prompts left when the first k of the generated deck are used. */
function unusedPrompts(
  generated: readonly Pair[], generatedDeck: readonly number[], offline: readonly Pair[], offlineDeck: readonly number[],
): number[] {
  const texts = new Set(offlineDeck.map((index) => offline[index]!.text))
  const left = [texts.size]
  for (const index of generatedDeck) left.push(left.at(-1)! - (texts.has(generated[index]!.text) ? 1 : 0))
  return left
}

/** γ = 0 is always feasible: it asks for no offline pair. */
function largestBelow(gamma: number, feasible: (gamma: number) => boolean): number {
  let thousandths = Math.ceil(gamma * 1000) - 1
  while (thousandths > 0 && !feasible(thousandths / 1000)) thousandths -= 1
  return thousandths / 1000
}

function emptiness(generated: readonly Pair[], offline: readonly Pair[], gamma: number, size: number): string {
  if (gamma < 1 && generated.length === 0) return 'there are no generated pairs'
  if (gamma === 1 && offline.length === 0) return 'there are no offline pairs'
  return `${size} pairs are too few for γ = ${gamma}: rounding down leaves no generated pair`
}

function inOrder(pairs: readonly Pair[], indices: readonly number[]): Pair[] {
  return [...indices].sort((one, other) => one - other).map((index) => pairs[index]!)
}
