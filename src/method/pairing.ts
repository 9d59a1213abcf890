// From scored answers to preference pairs: the best and the worst answer of each prompt under the length-penalised reward.
import type { Pair, Samples } from '../data/record.ts'
import type { ShapingRecord } from '../data/result.ts'
import { candidates } from './candidates.ts'
import type { CandidateOptions, Candidates } from './candidates.ts'

export interface PairingOptions extends CandidateOptions {
  /** The length penalty, in reward units per unit of length. */
  readonly alpha: number
}

export interface Pairing {
  readonly pairs: readonly Pair[]
  readonly counts: ShapingRecord['counts']
  /** Mean of length(chosen) − length(rejected), signed, in the unit of length; 0 when there is no pair. */
  readonly meanDifference: number
  /** Mean shaped-reward difference of chosen and rejected; 0 when there is no pair. */
  readonly meanMargin: number
}

/** DICE Eq. 8: r − α · |y|. */
export function shapedReward(reward: number, length: number, alpha: number): number {
  return reward - alpha * length
}

/**
 * The positions of the highest and the lowest shaped reward; of equal ones, the lowest position.
 * Both are the same position when all are equal.
 */
export function bestAndWorst({ rewards, lengths }: Candidates, alpha: number): { best: number; worst: number } {
  const shaped = rewards.map((reward, index) => shapedReward(reward, lengths[index]!, alpha))
  let best = 0, worst = 0
  for (let index = 1; index < shaped.length; index++) {
    if (shaped[index]! > shaped[best]!) best = index
    if (shaped[index]! < shaped[worst]!) worst = index
  }
  return { best, worst }
}

/**
 * One pair for each prompt with enough usable answers, in the order of the prompts. A prompt whose best and worst answer
 * are the same text teaches nothing: it is left out and counted as identical.
 * `rewards[i][j]` belongs to `samples[i].responses[j]`; throws when they do not fit or a reward is not finite.
 */
export function pairUp(samples: readonly Samples[], rewards: readonly (readonly number[])[], options: PairingOptions): Pairing {
  const { kept, counts } = candidates(samples, rewards, options)
  const pairs: Pair[] = []
  let difference = 0, margin = 0
  for (const candidate of kept) {
    const { prompt, answers, lengths, rewards: raw } = candidate
    const { best, worst } = bestAndWorst(candidate, options.alpha)
    const chosen = answers[best]!, rejected = answers[worst]!
    if (chosen.text === rejected.text) continue
    pairs.push({ id: prompt.id, text: prompt.text, chosen, rejected, origin: 'generated' })
    difference += lengths[best]! - lengths[worst]!
    margin += shapedReward(raw[best]!, lengths[best]!, options.alpha) - shapedReward(raw[worst]!, lengths[worst]!, options.alpha)
  }
  const count = Math.max(1, pairs.length)
  return {
    pairs,
    counts: { ...counts, pairs: pairs.length, identical: kept.length - pairs.length },
    meanDifference: difference / count,
    meanMargin: margin / count,
  }
}
