// The length penalty's strength: the exact α at which chosen and rejected answers are, on average, equally long.
import type { Samples } from '../data/record.ts'
import type { ShapingRecord } from '../data/result.ts'
import { candidates } from './candidates.ts'
import type { CandidateOptions, Candidates } from './candidates.ts'
import { upperEnvelope } from './envelope.ts'
import { bestAndWorst } from './pairing.ts'

export interface AlphaSearch {
  readonly best: number
  /** |mean(length chosen − length rejected)| of the pairs formed at `best`. */
  readonly difference: number
  /** At most 200 values of α in order, among them 0, `best` and 2 · `best`. */
  readonly trace: ShapingRecord['trace']
  /**
   * The optimum lies beyond the last α at which any pair changes, and a difference remains: every larger α gives the same
   * pairs (shortest against longest), so `best` is arbitrary. It takes prompts that form a pair only at a large α.
   */
  readonly unbounded: boolean
}

/** Between `from` and `to` no pair changes. The point α = 0 is an interval of its own. */
interface Interval {
  readonly from: number
  readonly to: number
  /** Σ length(chosen) − length(rejected), an integer, and the number of pairs. */
  readonly sum: number
  readonly pairs: number
}

/** What one prompt contributes from a given α on. */
interface Contribution {
  readonly from: number
  readonly sum: number
  readonly pairs: number
}

/**
 * α* = argmin over α ≥ 0 of |mean(length chosen − length rejected)| over the pairs that `pairUp` forms at α (DICE Eq. 9 with
 * the absolute value outside the mean, as the authors' code has it). Pairs change only where two answers of a prompt swap
 * places, so every value the objective takes is visited: this is no grid search.
 *
 * α = 0 is preferred when it is as good as any other; otherwise `best` is the middle of the leftmost best interval, so that
 * rounding cannot move it across a swap. At a swap itself the pairs depend on how ties are broken, so no swap is a candidate,
 * nor is an interval too narrow for double precision. Undefined when no α gives a pair.
 */
export function searchAlpha(
  samples: readonly Samples[], rewards: readonly (readonly number[])[], options: CandidateOptions,
): AlphaSearch | undefined {
  const { kept } = candidates(samples, rewards, options)
  const intervals = sweep(kept)
  let found: Interval | undefined
  for (const interval of intervals) if (found === undefined || difference(interval) < difference(found)) found = interval
  if (found === undefined) return undefined
  const best = inside(found)
  return {
    best,
    difference: difference(found),
    trace: trace(intervals, best),
    unbounded: found.to === Infinity && found.sum !== 0,
  }
}

function difference({ sum, pairs }: Interval): number {
  return Math.abs(sum) / pairs
}

function inside({ from, to }: Interval): number {
  if (from === to) return from
  if (to < Infinity) return from + (to - from) / 2
  return from > 0 ? 2 * from : 1
}

/** Every interval in which there is a pair, in order of α. */
function sweep(prompts: readonly Candidates[]): Interval[] {
  const intervals: Interval[] = []
  const atZero = prompts.map((prompt) => contribution(prompt, 0, bestAndWorst(prompt, 0)))
  intervals.push({ from: 0, to: 0, ...total(atZero) })

  const histories = prompts.map(history)
  let { sum, pairs } = total(histories.map((steps) => steps[0]!))
  const changes = histories
    .flatMap((steps) => steps.slice(1).map((step, index) => {
      const before = steps[index]!
      return { from: step.from, sum: step.sum - before.sum, pairs: step.pairs - before.pairs }
    }))
    .sort((one, other) => one.from - other.from)

  const narrowest = resolution(prompts)
  let from = 0
  for (const change of changes) {
    if (change.from - from > narrowest(change.from)) intervals.push({ from, to: change.from, sum, pairs })
    from = change.from
    sum += change.sum
    pairs += change.pairs
  }
  intervals.push({ from, to: Infinity, sum, pairs })
  return intervals.filter((interval) => interval.pairs > 0)
}

/** The pair of one prompt for α > 0, step by step: the best answer is the upper envelope of its lines, the worst the lower. */
function history(prompt: Candidates): Contribution[] {
  const best = upperEnvelope(prompt.rewards, prompt.lengths)
  const worst = upperEnvelope(prompt.rewards.map((reward) => -reward), prompt.lengths.map((length) => -length))
  const steps: Contribution[] = []
  let upper = 0, lower = 0
  for (;;) {
    const from = Math.max(best[upper]!.from, worst[lower]!.from)
    steps.push(contribution(prompt, from, { best: best[upper]!.index, worst: worst[lower]!.index }))
    const nextUpper = best[upper + 1]?.from ?? Infinity
    const nextLower = worst[lower + 1]?.from ?? Infinity
    const next = Math.min(nextUpper, nextLower)
    if (next === Infinity) return steps
    if (nextUpper === next) upper += 1
    if (nextLower === next) lower += 1
  }
}

function contribution({ answers, lengths }: Candidates, from: number, pair: ReturnType<typeof bestAndWorst>): Contribution {
  const { best, worst } = pair
  const same = answers[best]!.text === answers[worst]!.text
  return same ? { from, sum: 0, pairs: 0 } : { from, sum: lengths[best]! - lengths[worst]!, pairs: 1 }
}

function total(contributions: readonly Contribution[]): { sum: number; pairs: number } {
  return contributions.reduce((all, one) => ({ sum: all.sum + one.sum, pairs: all.pairs + one.pairs }), { sum: 0, pairs: 0 })
}

/** How far apart two swaps near α must be for r − α · length, in double precision, to tell a point between them from both. */
function resolution(prompts: readonly Candidates[]): (alpha: number) => number {
  let reward = 0, length = 0
  for (const prompt of prompts) {
    for (const value of prompt.rewards) reward = Math.max(reward, Math.abs(value))
    for (const value of prompt.lengths) length = Math.max(length, value)
  }
  return (alpha) => 2 ** -48 * (reward + alpha * length)
}

/** The objective at even steps through `best` and twice it; without a penalty to find, up to twice the middle swap. */
function trace(intervals: readonly Interval[], best: number): ShapingRecord['trace'] {
  const middle = intervals[Math.floor(intervals.length / 2)]!.from
  const alphas = best > 0
    ? Array.from({ length: 198 }, (_, index) => best * (index / 75))
    : middle > 0 ? Array.from({ length: 198 }, (_, index) => 2 * middle * (index / 197)) : [0]
  let at = 0
  return alphas.flatMap((alpha) => {
    while (at + 1 < intervals.length && intervals[at + 1]!.from < alpha) at += 1
    const interval = intervals[at]!
    return interval.from <= alpha && alpha <= interval.to ? [{ alpha, difference: difference(interval) }] : []
  })
}
