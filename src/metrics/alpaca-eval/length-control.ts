// The two forms of the length-controlled win rate: AlpacaEval 2's full regression, and the minimal one for prompts of one's own.
import { lengthFeature } from '../length-feature.ts'
import { fitLogistic } from '../logistic.ts'
import type { Annotated, Coefficients } from './annotated.ts'
import type { GlmInputs } from './glm-inputs.ts'
import type { Rows } from './lasso.ts'
import { fitCrossValidated } from './penalty.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** In percent. */
export interface Estimate {
  readonly value: number
  readonly error: number
}

/** AlpacaEval's λ = 0.2, halved because there are two gamed models. */
const gamedWeight = 0.2 / 2

/**
 * AlpacaEval 2 (Dubois et al., arXiv 2404.04475, in the form of its code): a logistic regression of the soft win on tanh-length,
 * instruction difficulty and a bias, on the model's rows and, at a tenth of their weight and without the bias, the gamed rows.
 * The value is the mean prediction at equal length over the model's prompts; the error is AlpacaEval's, the standard error of
 * the mean of the predictions, which says how much prompts vary and nothing about the uncertainty of the fit.
 */
export function fullLengthControl(annotated: Annotated, inputs: GlmInputs): Estimate | Refusal {
  if (annotated.isBaseline) return { value: 50, error: 0 }
  const coefficients = annotated.coefficients ?? fitFull(annotated, inputs)
  if ('kind' in coefficients) return coefficients
  const [, difficulty, bias] = coefficients
  return meanWithError(inputs.difficulties.map((hard) => 100 / (1 + Math.exp(-bias - difficulty * hard))))
}

/** The coefficients, the penalty chosen by cross-validation. Throws when the prompts differ in number. */
export function fitFull({ model, wins, deltas }: Annotated, { difficulties, gamed }: GlmInputs): Coefficients | Refusal {
  if (difficulties.length !== wins.length) throw new Error(`bug: ${wins.length} prompts and ${difficulties.length} difficulties`)
  const lengths = lengthFeature(deltas) ?? new Float64Array(deltas.length)
  const rows: Rows = {
    features: [
      joined(gamed.lengths, lengths), joined(gamed.difficulties, difficulties),
      joined(new Float64Array(gamed.labels.length), new Float64Array(wins.length).fill(1)),
    ],
    labels: joined(gamed.labels, wins),
    weights: joined(new Float64Array(gamed.labels.length).fill(gamedWeight), new Float64Array(wins.length).fill(1)),
  }
  const { lasso } = fitCrossValidated(rows)
  return lasso.kind === 'fit' ? lasso.coefficients as unknown as Coefficients : unfit(model, lasso.reason)
}

/**
 * Without inputs tied to instructions: the prediction at equal length of a logistic regression on tanh-length and a bias, by
 * maximum likelihood. The error is that of the fitted bias, robust to labels that are not zeros and ones (a sandwich), carried
 * over to percent by its slope.
 */
export function minimalLengthControl({ model, wins, deltas, isBaseline }: Annotated): Estimate | Refusal {
  if (isBaseline) return { value: 50, error: 0 }
  const lengths = lengthFeature(deltas)
  if (lengths === undefined) return meanWithError(wins.map((win) => 100 * win))
  const fit = fitLogistic(wins, lengths)
  if (fit.kind === 'none') return unfit(model, fit.reason)
  const p = 1 / (1 + Math.exp(-fit.intercept))
  return { value: 100 * p, error: 100 * p * (1 - p) * interceptError(wins, lengths, fit.intercept, fit.slope) }
}

/** √ of the first entry of H⁻¹ (Σ r² x xᵀ) H⁻¹, x = (1, z), r the residuals and H the information matrix. */
function interceptError(wins: Float64Array, lengths: Float64Array, intercept: number, slope: number): number {
  let aa = 0, ab = 0, bb = 0
  const residuals = wins.map((win, row) => {
    const p = 1 / (1 + Math.exp(-intercept - slope * lengths[row]!))
    aa += p * (1 - p)
    ab += p * (1 - p) * lengths[row]!
    bb += p * (1 - p) * lengths[row]! ** 2
    return win - p
  })
  // The first row of H⁻¹ times each row's score; their squares add up.
  const determinant = aa * bb - ab * ab
  return Math.sqrt(residuals.reduce((sum, residual, row) => sum + ((residual * (bb - ab * lengths[row]!)) / determinant) ** 2, 0))
}

/** The mean, and √(Σ (x − mean)² / (n − 1) / n). */
export function meanWithError(values: Float64Array): Estimate {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { value: mean, error: Math.sqrt(squares / (count - 1) / count) }
}

function unfit(model: string, reason: string): Refusal {
  return refuse(`${model}: ${reason}`, 'annotate more prompts, or compare with a baseline that neither always nor never wins')
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
