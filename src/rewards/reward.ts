// What a reward is: a row of the rewards table that scores an answer from what two models think of it.
import type { Parameters } from '../plan/parameters.ts'
import type { Row } from '../vocabulary/field.ts'

export interface RewardInput {
  /** Σ log π of the answer and its end under the numerator of the reward, in nats. */
  readonly policy: number
  /** The same under its reference. */
  readonly reference: number
  /** Tokens of the answer, its end included: what the sums run over. */
  readonly tokens: number
}

export interface Reward extends Row {
  /** Higher is better; comparable only between answers to one prompt. */
  score(input: RewardInput, parameters: Parameters): number
}
