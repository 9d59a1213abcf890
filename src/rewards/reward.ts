// What a reward is: a row of the rewards table that scores an answer from what models and a judge think of it.
import type { Parameters } from '../plan/parameters.ts'
import type { Row } from '../vocabulary/field.ts'

/** What costs a stage, or a declared judge, of its own. */
export type RewardNeed =
  /** `RewardInput.reference`; the row has an entry `reference` that says which models are compared. */
  | 'reference'
  /** `RewardInput.judged`; the row has a parameter `by` that says whose. */
  | 'judge'

export interface RewardInput {
  /** Σ log π of the answer and its end under the policy, in nats. */
  readonly policy: number
  /** The same under its reference, for rewards that need it. */
  readonly reference?: number
  /** The judge's score, for rewards that need it. */
  readonly judged?: number
  /** Tokens of the answer, its end included: what the sums run over. */
  readonly tokens: number
}

export interface Reward extends Row {
  readonly needs: readonly RewardNeed[]
  /** Higher is better; comparable only between answers to one prompt. Throws (our bug) when something it needs is missing. */
  score(input: RewardInput, parameters: Parameters): number
}

/** A part of the input that the reward said it needs. */
export function needed(input: RewardInput, need: 'reference' | 'judged'): number {
  const found = input[need]
  if (found === undefined) throw new Error(`bug: a reward was asked without \`${need}\`, which it needs`)
  return found
}
