// How strong the L1 penalty should be, by cross-validation.
import type { Lasso, Rows } from './lasso.ts'
import { fitLasso, linearPredictor } from './lasso.ts'

/** From 10⁻⁴ to 10⁴ in ten even steps of the logarithm, the strongest penalty first. */
export const penalties: readonly number[] = Array.from({ length: 10 }, (_, index) => 10 ** (-4 + (8 * index) / 9))

const folds = 5

/** Every fifth row is left out in turn; the C that predicts the rows left out best (of several, the smallest) then fits all rows. */
export function fitCrossValidated(rows: Rows): { readonly c: number; readonly lasso: Lasso } {
  const losses = penalties.map(() => 0)
  for (let fold = 0; fold < folds; fold++) {
    const kept = select(rows, (row) => row % folds !== fold)
    const left = select(rows, (row) => row % folds === fold)
    let start: readonly number[] | undefined
    for (const [index, c] of penalties.entries()) {
      const lasso = fitLasso(kept, c, start)
      if (lasso.kind === 'none') return { c, lasso }
      start = lasso.coefficients
      losses[index]! += meanLoss(left, start)
    }
  }
  const c = penalties[losses.indexOf(Math.min(...losses))]!
  return { c, lasso: fitLasso(rows, c) }
}

function select({ features, labels, weights }: Rows, wanted: (row: number) => boolean): Rows {
  const pick = (column: Float64Array): Float64Array => column.filter((_, row) => wanted(row))
  return { features: features.map(pick), labels: pick(labels), weights: pick(weights) }
}

/** The weighted log loss summed over rows, divided by their number. */
function meanLoss(rows: Rows, coefficients: readonly number[]): number {
  let sum = 0
  for (let row = 0; row < rows.labels.length; row++) {
    const linear = linearPredictor(rows, coefficients, row)
    const softplus = Math.max(linear, 0) + Math.log1p(Math.exp(-Math.abs(linear)))
    sum += rows.weights[row]! * (softplus - rows.labels[row]! * linear)
  }
  return sum / rows.labels.length
}
