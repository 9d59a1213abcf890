// What a measure is: one number for each evaluated model, computed from rows that can be drawn again.
import type { Evaluation } from '../data/result.ts'

export interface Measure {
  readonly doc: string
  /** For axes and table heads: `Win rate`. */
  readonly label: string
  readonly unit: string
  readonly better: 'higher' | 'lower' | 'neither'
  /** The smallest and the largest value it can take: intervals end there. */
  readonly range: readonly [low: number, high: number]
  /** The rows it is computed from. */
  readonly of: 'outcomes' | 'comparisons'
  format(value: number): string
  /** Undefined when these rows do not determine it; `missing` then says why. */
  value(evaluation: Evaluation): number | undefined
  missing(evaluation: Evaluation): string | undefined
  /** Of a mean: its standard error over rows (n − 1), which knows nothing of seeds. Undefined below two rows. */
  readonly error?: (evaluation: Evaluation) => number | undefined
  /** Reads the rows once and gives the measure of any selection of them, repetitions allowed. */
  statistic(evaluation: Evaluation): Statistic
}

/** The value for rows[0 … count − 1]; undefined where the selection does not determine it. Keeps nothing between calls. */
export type Statistic = (rows: ArrayLike<number>, count: number) => number | undefined

/** The prompt of each row a measure reads. */
export function promptsOf(evaluation: Evaluation, measure: Pick<Measure, 'of'>): readonly string[] {
  return evaluation[measure.of].map((row) => row.prompt)
}

/** Row numbers 0 … count − 1: the selection that is the sample itself. */
export function everyRow(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index)
}
