// The measures table as the report uses it: intervals, paired differences, and numbers as each measure writes them.
import type { Evaluation } from '../data/result.ts'
import { pValue, smallestDetectable } from '../metrics/certainty.ts'
import { difference } from '../metrics/difference.ts'
import { measures } from '../metrics/index.ts'
import { interval } from '../metrics/interval.ts'
import type { Interval, NoInterval } from '../metrics/interval.ts'
import type { Measure } from '../metrics/measure.ts'
import { stream } from '../random.ts'
import type { Stream } from '../random.ts'
import type { Difference, Measured, MeasureInfo, NotMeasured } from './report.ts'

/** Takes measures with intervals of one confidence level. */
export interface Estimator {
  estimate(evaluations: readonly Evaluation[], measure: string): Measured | NotMeasured
  /** Ours minus theirs, paired by seed and prompt. */
  compare(ours: readonly Evaluation[], theirs: readonly Evaluation[], measure: string): Difference | NotMeasured
}

/** Enough for two digits of a 95 % interval, in seconds for a sweep of dozens of variants. */
const resamples = 1000

/** Every interval of a report draws the same prompts again, so that models are compared under the same luck. */
export function estimator(level: number): Estimator {
  const options = { level, resamples, random: remembered(stream('report intervals')) }
  return {
    estimate: (evaluations, measure) => result(interval(evaluations, measureOf(measure), options)),
    compare: (ours, theirs, measure) => compared(difference(ours, theirs, measureOf(measure), options)),
  }
}

function result(found: Interval | NoInterval): Measured | NotMeasured {
  if (found.kind === 'none') return { kind: 'missing', because: `not available: ${found.reason}` }
  const { estimate, low, high } = found
  return { kind: 'measured', estimate: shared(estimate), low: shared(low), high: shared(high) }
}

function compared(found: Interval | NoInterval): Difference | NotMeasured {
  const measured = result(found)
  if (found.kind === 'none' || measured.kind === 'missing') return measured as NotMeasured
  return { ...measured, pValue: shared(pValue(found)), detectable: shared(smallestDetectable(found)) }
}

/** A measure of one seed, as the report keeps it; undefined where it does not exist. */
export function single(evaluation: Evaluation, measure: string): number | undefined {
  const value = measureOf(measure).value(evaluation)
  return value === undefined ? undefined : shared(value)
}

/** Ten significant digits: the last bits of `exp` and `log` differ between JavaScript engines, and reports must not. */
function shared(value: number): number {
  return Number(value.toPrecision(10))
}

/** The same numbers, each computed once: every point of a report asks for the same ones. */
function remembered(random: Stream): Stream {
  const known: number[] = []
  return { at: (index) => (known[index] ??= random.at(index)), child: (label) => random.child(label) }
}

export function measureOf(name: string): Measure {
  const found: Readonly<Record<string, Measure>> = measures
  const measure = found[name]
  if (measure === undefined) throw new Error(`bug: measure \`${name}\` passed the checker but is not in the table`)
  return measure
}

/** What an absent effect would give, where there is such a value: half of the wins. */
const neutral: Readonly<Record<string, number>> = { winrate: 50, lc_winrate: 50 }

export function measureInfo(name: string): MeasureInfo {
  const { label, unit, doc } = measureOf(name)
  return { label, unit, doc, neutral: neutral[name] }
}

/** A value of a measure as its readers expect it, with a true minus sign. */
export function formatted(measure: string, value: number): string {
  const text = measureOf(measure).format(value)
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−')
}

export function formattedInterval(measure: string, low: number, high: number): string {
  return `[${formatted(measure, low)}, ${formatted(measure, high)}]`
}

/** `+3.1`, `−0.2`, `0.0` */
export function formattedDifference(measure: string, value: number): string {
  const text = formatted(measure, value)
  return text.startsWith('−') || Number(text) === 0 ? text : `+${text}`
}
