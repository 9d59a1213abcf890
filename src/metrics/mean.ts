// Measures that are the mean of one number a row: most of them.
import type { Evaluation } from '../data/result.ts'
import { everyRow } from './measure.ts'
import type { Measure, Statistic } from './measure.ts'

export interface MeanSettings extends Pick<Measure, 'doc' | 'label' | 'unit' | 'better' | 'range' | 'of'> {
  readonly digits: number
  readonly column: (evaluation: Evaluation) => readonly number[]
  /** Why there is no value when there are no rows. */
  readonly absent: string
}

export function meanMeasure({ digits, column, absent, ...rest }: MeanSettings): Measure & Required<Pick<Measure, 'error'>> {
  return {
    ...rest,
    format: (value) => value.toFixed(digits),
    value: (evaluation) => meanOf(column(evaluation)),
    missing: (evaluation) => (evaluation[rest.of].length === 0 ? absent : undefined),
    error: (evaluation) => standardError(column(evaluation)),
    statistic: (evaluation) => meanStatistic(Float64Array.from(column(evaluation))),
  }
}

function meanOf(values: readonly number[]): number | undefined {
  return meanStatistic(Float64Array.from(values))(everyRow(values.length), values.length)
}

function meanStatistic(values: Float64Array): Statistic {
  return (rows, count) => {
    if (count === 0) return undefined
    let sum = 0
    for (let index = 0; index < count; index++) sum += values[rows[index]!]!
    return sum / count
  }
}

/** √(Σ(x − x̄)² / (n − 1) / n). */
function standardError(values: readonly number[]): number | undefined {
  const mean = meanOf(values)
  if (mean === undefined || values.length < 2) return undefined
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}
