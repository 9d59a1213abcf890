// One model's annotated comparisons with the baseline, however they were written down.
import { isNumber, nameOf } from './json.ts'
import { refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** Of tanh-length, instruction difficulty, and 1 for a row that is not gamed: the regression's weights in AlpacaEval's order. */
export type Coefficients = readonly [length: number, difficulty: number, bias: number]

export interface Annotated {
  readonly model: string
  /** The baseline set against itself, whose win rate is 50 % by construction. */
  readonly isBaseline: boolean
  /** How much of a win each prompt is, in [0, 1]. */
  readonly wins: Float64Array
  /** Characters of the baseline's answer minus characters of the model's. */
  readonly deltas: Float64Array
  /** A published fit, used for prediction instead of another. */
  readonly coefficients?: Coefficients
}

export const layouts = 'give a list of annotations (instruction, output_1, generator_1, output_2, generator_2, preference), '
  + 'or an object with `preference` and `length_difference` for each model'

/** From 1 (the baseline wins) to 2 (the model wins); AlpacaEval also writes 0 for a draw. Undefined for anything else. */
export function winOf(preference: unknown): number | undefined {
  if (preference === 0) return 0.5
  return isNumber(preference) && preference >= 1 && preference <= 2 ? preference - 1 : undefined
}

export function refusePreference(place: string, preference: unknown): Refusal {
  if (preference === null || preference === undefined) {
    return refuse(`${place} has no preference: the annotator gave none`,
      'annotate it again; a win rate over the rows that are left would be of other prompts')
  }
  return refuse(`the preference of ${place} is ${nameOf(preference)}`,
    'write a number from 1 (the baseline wins) to 2 (the model wins), or 0 for a draw')
}
