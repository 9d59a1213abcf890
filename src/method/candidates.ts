// Which answers may become a pair: those that ended by themselves, where a prompt has enough of them.
import type { Samples } from '../data/record.ts'
import { answerLength } from './length.ts'
import type { LengthUnit } from './length.ts'

export interface CandidateOptions {
  /** Prompts with fewer usable answers are left out; at least 1. */
  readonly minResponses: number
  readonly unit: LengthUnit
  /** Also pair answers that were cut off at the token limit. */
  readonly keepTruncated?: boolean
}

/** The usable answers of one prompt; `rewards` and `lengths` are parallel to `answers`, in the order they were sampled. */
export interface Candidates {
  readonly prompt: Samples
  readonly answers: Samples['responses']
  readonly rewards: readonly number[]
  readonly lengths: readonly number[]
}

export interface CandidateCounts {
  readonly prompts: number
  readonly responses: number
  /** Answers cut off at the token limit, whether or not they were kept. */
  readonly truncated: number
  readonly tooFew: number
}

/** `rewards[i][j]` belongs to `samples[i].responses[j]`. Throws when they do not fit or a reward is not finite. */
export function candidates(
  samples: readonly Samples[], rewards: readonly (readonly number[])[], options: CandidateOptions,
): { kept: Candidates[]; counts: CandidateCounts } {
  if (samples.length !== rewards.length) throw new Error(`${samples.length} prompts but rewards for ${rewards.length}`)
  const all = samples.map((prompt, row) => usable(prompt, rewards[row]!, options))
  const kept = all.filter(({ answers }) => answers.length >= options.minResponses)
  const responses = samples.flatMap((prompt) => prompt.responses)
  return {
    kept,
    counts: {
      prompts: samples.length,
      responses: responses.length,
      truncated: responses.filter((answer) => answer.finish === 'length').length,
      tooFew: all.length - kept.length,
    },
  }
}

function usable(prompt: Samples, rewards: readonly number[], options: CandidateOptions): Candidates {
  if (rewards.length !== prompt.responses.length) {
    throw new Error(`prompt ${prompt.id} has ${prompt.responses.length} answers but ${rewards.length} rewards`)
  }
  const indices = prompt.responses.flatMap((answer, index) => (options.keepTruncated || answer.finish !== 'length' ? [index] : []))
  for (const index of indices) {
    const reward = rewards[index]
    if (!Number.isFinite(reward)) throw new Error(`the reward of answer ${index} to prompt ${prompt.id} is ${reward}`)
  }
  const answers = indices.map((index) => prompt.responses[index]!)
  return {
    prompt,
    answers,
    rewards: indices.map((index) => rewards[index]!),
    lengths: answers.map((answer) => answerLength(answer, options.unit)),
  }
}
