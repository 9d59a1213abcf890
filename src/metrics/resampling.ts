// How sure we may be of a mean over seeds: a bootstrap over prompts, widened by what the seeds disagree on.
import type { Stream } from '../random.ts'
import { integer } from '../random.ts'
import type { Statistic } from './measure.ts'
import { studentQuantile } from './student.ts'

export interface ResamplingOptions {
  /** The confidence level, in (0, 1): 0.95. */
  readonly level: number
  /** Bootstrap resamples of the prompts; 2,000 is plenty for 95 %. */
  readonly resamples: number
  readonly random: Stream
}

/** One experiment: the same rows under every seed. */
export interface Crossed {
  /** One for each seed. */
  readonly statistics: readonly Statistic[]
  /** Their values on the rows as they are. */
  readonly estimates: readonly number[]
  /** The rows of each prompt: prompts are what is drawn again. */
  readonly prompts: readonly Int32Array[]
}

export interface Spread {
  readonly low: number
  readonly high: number
  readonly standardError: number
  /** Of the standard error, by Satterthwaite's formula. */
  readonly freedom: number
}

/**
 * A confidence interval for the mean over S seeds of a statistic of n prompts, S seeds × n prompts crossed.
 *
 * Prompts are drawn with replacement, the same ones for every seed, and the statistic is computed anew: the spread P of its mean
 * covers prompts and everything that varies within them. What seeds add beyond that is estimated from their disagreement:
 * A / S − E / S (at least 0), A the variance of the S estimates, E the part of it that prompts explain, which is how much the
 * same resample moves the seeds apart. The percentile interval is stretched about the estimate by
 * t √(P + A/S − E/S) / (z √P), t with Satterthwaite's degrees of freedom: so it keeps the bootstrap's asymmetry, and with one
 * seed, or seeds that agree as well as their prompts allow, it is the percentile interval itself.
 *
 * In simulations with 3 to 10 seeds this covers 92–97 % at a level of 95 % (87–97 % with two), whether seeds, prompts or noise
 * dominate. Drawing seeds with replacement too, the usual way, covers 83–90 % with three seeds that matter much, and nearly
 * 100 % where noise dominates: it uses too little of the one variance and counts the other three times.
 *
 * Undefined when the statistic exists in fewer than 19 of 20 resamples.
 */
export function resampled(crossed: Crossed, options: ResamplingOptions): Spread | undefined {
  const moves = deviations(crossed, options)
  if (moves.length < 0.95 * options.resamples) return undefined
  const estimate = mean(crossed.estimates)
  const { total, freedom, drawn } = variances(crossed, moves)
  const upper = (1 + options.level) / 2
  const reach = studentQuantile(upper, freedom) * Math.sqrt(total)
  if (drawn === 0) return { low: estimate - reach, high: estimate + reach, standardError: Math.sqrt(total), freedom }
  const stretch = reach / (studentQuantile(upper, Infinity) * Math.sqrt(drawn))
  const sorted = moves.map(mean).sort((one, other) => one - other)
  return {
    low: estimate + stretch * quantile(sorted, 1 - upper),
    high: estimate + stretch * quantile(sorted, upper),
    standardError: Math.sqrt(total),
    freedom,
  }
}

/** For each resample of the prompts, how far it moves each seed's value: [resample][seed]. */
function deviations({ statistics, estimates, prompts }: Crossed, { resamples, random }: ResamplingOptions): number[][] {
  const count = prompts.length
  const rows = new Int32Array(count * Math.max(...prompts.map((own) => own.length)))
  const moves: number[][] = []
  for (let resample = 0; resample < resamples; resample++) {
    let length = 0
    for (let draw = 0; draw < count; draw++) {
      const own = prompts[integer(random, resample * count + draw, count)]!
      for (let index = 0; index < own.length; index++) rows[length++] = own[index]!
    }
    const move = statistics.map((statistic, seed) => (statistic(rows, length) ?? NaN) - estimates[seed]!)
    if (!move.some(Number.isNaN)) moves.push(move)
  }
  return moves
}

interface Variances {
  /** The bootstrap's own variance of the mean. */
  readonly drawn: number
  /** The variance to believe in, and its degrees of freedom. */
  readonly total: number
  readonly freedom: number
}

function variances({ estimates, prompts }: Crossed, moves: readonly (readonly number[])[]): Variances {
  const seeds = estimates.length, count = prompts.length
  const unbiased = count / (count - 1)
  const drawn = mean(moves.map((move) => mean(move) ** 2)) - mean(moves.map(mean)) ** 2
  const fromPrompts = unbiased * drawn
  if (seeds === 1) return { drawn, total: fromPrompts, freedom: count - 1 }
  const between = sampleVariance(estimates) / seeds
  const explained = (unbiased * mean(moves.map(sampleVariance))) / seeds
  if (between <= explained) return { drawn, total: fromPrompts, freedom: count - 1 }
  const total = fromPrompts + between - explained
  const freedom = total ** 2 / (
    fromPrompts ** 2 / (count - 1) + between ** 2 / (seeds - 1) + explained ** 2 / ((count - 1) * (seeds - 1))
  )
  return { drawn, total, freedom: Math.max(1, Math.min(freedom, count - 1)) }
}

function mean(values: readonly number[]): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

function sampleVariance(values: readonly number[]): number {
  const middle = mean(values)
  let sum = 0
  for (const value of values) sum += (value - middle) ** 2
  return sum / (values.length - 1)
}

/** By linear interpolation between the order statistics. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!)
}
