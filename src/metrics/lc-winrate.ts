// The length-controlled win rate: the win rate a model would have if its answers were as long as the baseline's.
import type { Evaluation } from '../data/result.ts'
import { lengthFeature } from './length-feature.ts'
import { fitLogistic } from './logistic.ts'
import { everyRow } from './measure.ts'
import type { Measure } from './measure.ts'

/**
 * AlpacaEval 2's length control (Dubois et al., arXiv 2404.04475) in its minimal form, which needs no data tied to its
 * 805 instructions: logistic regression of the soft win on 1 and z = tanh(Δ / sd(Δ)), Δ = baseline length − own length in
 * characters, sd with n − 1; the value is 100 · σ(intercept), the prediction at z = 0.
 * Where all Δ are equal there is nothing to control for: the raw win rate.
 *
 * The official metric adds rows of deliberately long and short answers and a penalty, which hold the slope back. Without them
 * the value is an extrapolation where nearly all answers are much shorter (or longer) than the baseline's: on published
 * annotations it is within 1 point for models of similar length and up to 23 points higher for the tersest. It compares models
 * within a study, not with the leaderboard.
 */
export const lcWinrate: Measure = {
  doc: "Win rate corrected for length: what it would be, by logistic regression, if answers were as long as the baseline's.",
  label: 'Length-controlled win rate',
  unit: '%',
  better: 'higher',
  range: [0, 100],
  of: 'outcomes',
  format: (value) => value.toFixed(1),
  value: (evaluation) => {
    const found = everything(evaluation)
    return typeof found === 'number' ? found : undefined
  },
  missing: (evaluation) => {
    const found = everything(evaluation)
    return typeof found === 'number' ? undefined : found
  },
  statistic: (evaluation) => {
    const control = lengthControl(evaluation)
    return (rows, count) => {
      const found = control(rows, count)
      return typeof found === 'number' ? found : undefined
    }
  },
}

function everything(evaluation: Evaluation): number | string {
  const count = evaluation.outcomes.length
  return lengthControl(evaluation)(everyRow(count), count)
}

/** The value for a selection of rows, or why there is none. */
function lengthControl({ outcomes }: Evaluation): (rows: ArrayLike<number>, count: number) => number | string {
  const wins = Float64Array.from(outcomes, ({ win }) => win)
  const deltas = Float64Array.from(outcomes, (outcome) => outcome.baselineLength - outcome.length)
  return (rows, count) => {
    if (count === 0) return 'no prompt was answered'
    const y = take(wins, rows, count)
    const z = lengthFeature(take(deltas, rows, count))
    if (z === undefined) return (100 * y.reduce((sum, win) => sum + win, 0)) / count
    const fit = fitLogistic(y, z)
    return fit.kind === 'fit' ? 100 / (1 + Math.exp(-fit.intercept)) : fit.reason
  }
}

function take(values: Float64Array, rows: ArrayLike<number>, count: number): Float64Array {
  const taken = new Float64Array(count)
  for (let index = 0; index < count; index++) taken[index] = values[rows[index]!]!
  return taken
}
