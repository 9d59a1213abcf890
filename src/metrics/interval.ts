// A measure of one model over several seeds, with a confidence interval.
import type { Evaluation } from '../data/result.ts'
import { everyRow, promptsOf } from './measure.ts'
import type { Measure, Statistic } from './measure.ts'
import { resampled } from './resampling.ts'
import type { ResamplingOptions } from './resampling.ts'

export interface Interval {
  readonly kind: 'interval'
  /** The mean over seeds. */
  readonly estimate: number
  readonly low: number
  readonly high: number
  readonly standardError: number
  /** Degrees of freedom of the standard error. */
  readonly freedom: number
  readonly level: number
  readonly perSeed: readonly number[]
  /** What the interval allows for: with one seed it says nothing about other seeds. */
  readonly over: 'prompts' | 'seeds and prompts'
}

export interface NoInterval {
  readonly kind: 'none'
  /** A sentence fit for a footnote. */
  readonly reason: string
  /** The values, where only the interval could not be had. */
  readonly perSeed?: readonly number[]
}

/** `evaluations` hold one seed each, of the same prompts in the same order; anything else is refused with a reason. */
export function interval(evaluations: readonly Evaluation[], measure: Measure, options: ResamplingOptions): Interval | NoInterval {
  const mismatch = sharedPrompts(evaluations, measure)
  if (mismatch !== undefined) return { kind: 'none', reason: mismatch }
  const absent = firstMissing(evaluations, measure, 'seed')
  if (absent !== undefined) return { kind: 'none', reason: absent }
  const statistics = evaluations.map((evaluation) => measure.statistic(evaluation))
  return fromStatistics(statistics, promptsOf(evaluations[0]!, measure), measure.range, options)
}

/** Why these evaluations cannot be set side by side, if they cannot. */
export function sharedPrompts(evaluations: readonly Evaluation[], measure: Measure): string | undefined {
  if (evaluations.length === 0) return 'there is nothing to measure'
  const expected = promptsOf(evaluations[0]!, measure)
  for (const [position, evaluation] of evaluations.entries()) {
    const found = promptsOf(evaluation, measure)
    const between = `evaluations 1 and ${position + 1} differ in their prompts`
    const row = expected.findIndex((prompt, index) => prompt !== found[index])
    if (row !== -1) {
      const instead = found[row] === undefined ? 'there is none' : `it is ${found[row]}`
      return `${between}: row ${row + 1} is ${expected[row]} in the one, but ${instead} in the other`
    }
    if (found.length > expected.length) {
      return `${between}: ${expected.length} rows in the one, ${found.length} in the other`
    }
  }
  return undefined
}

export function firstMissing(evaluations: readonly Evaluation[], measure: Measure, noun: string): string | undefined {
  for (const [position, evaluation] of evaluations.entries()) {
    const reason = measure.missing(evaluation)
    if (reason === undefined) continue
    return evaluations.length === 1 ? reason : `${noun} ${position + 1} of ${evaluations.length}: ${reason}`
  }
  return undefined
}

/** The interval of the mean of several statistics of the same rows; `prompts` names the prompt of each row. */
export function fromStatistics(
  statistics: readonly Statistic[], prompts: readonly string[], range: readonly [number, number], options: ResamplingOptions,
): Interval | NoInterval {
  const rows = everyRow(prompts.length)
  const perSeed = statistics.map((statistic) => statistic(rows, rows.length) ?? NaN)
  const groups = rowsByPrompt(prompts)
  if (groups.length < 2) return { kind: 'none', reason: 'one prompt cannot tell how much prompts vary', perSeed }
  const spread = resampled({ statistics, estimates: perSeed, prompts: groups }, options)
  if (spread === undefined) {
    return { kind: 'none', reason: 'the measure does not exist in more than 1 of 20 resamples of the prompts', perSeed }
  }
  return {
    kind: 'interval',
    estimate: perSeed.reduce((sum, value) => sum + value, 0) / perSeed.length,
    low: Math.max(spread.low, range[0]),
    high: Math.min(spread.high, range[1]),
    standardError: spread.standardError,
    freedom: spread.freedom,
    level: options.level,
    perSeed,
    over: statistics.length === 1 ? 'prompts' : 'seeds and prompts',
  }
}

function rowsByPrompt(prompts: readonly string[]): Int32Array[] {
  const rows = new Map<string, number[]>()
  for (const [row, prompt] of prompts.entries()) {
    const own = rows.get(prompt)
    if (own === undefined) rows.set(prompt, [row])
    else own.push(row)
  }
  return [...rows.values()].map((own) => Int32Array.from(own))
}
