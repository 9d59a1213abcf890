// Labels a model's own answers: reward, length penalty, best against worst.
import type { Pair, Samples } from '../data/record.ts'
import type { ShapingRecord } from '../data/result.ts'
import type { LengthUnit } from '../method/length.ts'
import { pairUp } from '../method/pairing.ts'
import { searchAlpha } from '../method/shaping.ts'
import type { Parameters } from '../plan/parameters.ts'
import { rewards as rewardTable } from '../rewards/index.ts'
import type { Reward } from '../rewards/reward.ts'
import { jsonFile, rowsFile } from '../run/files.ts'
import { StageFailure } from '../run/stage.ts'
import type { Stage, Task } from '../run/stage.ts'
import { judgeFrom } from './judging.ts'
import type { JudgeSettings } from './judging.ts'
import type { ScoreRow } from './score.ts'

export interface PairParams extends RewardSettings {
  readonly shape: { readonly alpha: number | { readonly auto: number }; readonly unit: LengthUnit }
  readonly pair: { readonly min_responses: number; readonly keep_truncated: boolean }
}

interface RewardSettings {
  readonly reward: keyof typeof rewardTable
  readonly rewardParams: Parameters
  /** Of rewards that ask one. */
  readonly judge?: JudgeSettings
}

export const pair: Stage<PairParams> = {
  doc: 'Makes preference pairs of sampled answers.',
  version: 1,
  numeric: false,
  seeded: false,
  async run(task) {
    const { shape, pair: pairing, ...settings } = task.params
    const samples = task.input('samples').rows<Samples>('samples.jsonl')
    const scores = rewardsOf(task, samples, settings)
    const options = { minResponses: pairing.min_responses, keepTruncated: pairing.keep_truncated, unit: shape.unit }
    const search = searchAlpha(samples, scores, options)
    const alpha = typeof shape.alpha === 'number' ? shape.alpha : shape.alpha.auto * (search?.best ?? 0)
    const { pairs, counts, meanDifference, meanMargin } = pairUp(samples, scores, { ...options, alpha })
    if (pairs.length === 0) throw noPairs(counts, pairing.min_responses)
    const record: ShapingRecord = {
      alpha,
      ...(search === undefined ? {} : { best: search.best }),
      unit: shape.unit,
      trace: search?.trace ?? [],
      counts,
      meanDifference,
      meanMargin,
    }
    return { 'rows.jsonl': rowsFile(pairs.map(withReference)), 'shaping.json': jsonFile(record) }
  },
}

/**
 * By prompt and response, from whatever the plan has provided for this reward: scores of other models, a judge. The sampler's own
 * log-probability serves as the policy's unless another policy was scored.
 */
export function rewardsOf(task: Pick<Task, 'input' | 'has'>, samples: readonly Samples[], settings: RewardSettings): number[][] {
  const row: Reward = rewardTable[settings.reward]
  const judge = settings.judge === undefined ? undefined : judgeFrom(settings.judge)
  const scored = (port: string) => (task.has(port) ? task.input(port).rows<ScoreRow>('scores.jsonl') : undefined)
  const policy = scored('policy'), reference = scored('reference')
  return samples.map((prompt, index) => prompt.responses.map((answer, response) => {
    const known = reference?.[index]?.logprobs[response]
    return row.score({
      policy: policy?.[index]?.logprobs[response] ?? answer.logprob!,
      ...(known === undefined ? {} : { reference: known }),
      ...(judge === undefined ? {} : { judged: judge(prompt.text, answer.text, answer.finish !== 'length').score }),
      tokens: (answer.tokens?.length ?? 0) + (answer.finish === 'stop' ? 1 : 0),
    }, settings.rewardParams)
  }))
}

/** The policy that drew an answer is the reference of the training that follows: its log-probability is already known. */
function withReference(pair: Pair): Pair {
  const { chosen, rejected } = pair
  if (chosen.logprob === undefined || rejected.logprob === undefined) throw new Error('bug: a sampled answer has no log-probability')
  return { ...pair, reference: { chosen: chosen.logprob, rejected: rejected.logprob } }
}

function noPairs({ prompts, tooFew, identical, truncated }: ShapingRecord['counts'], needed: number): StageFailure {
  return new StageFailure(
    `no pair came out of ${prompts} prompts: ${tooFew} had fewer than ${needed} usable answers (${truncated} answers were cut off), ` +
      `in ${identical} the best and the worst answer were the same text`,
    'draw more `responses`, raise `max_tokens`, lower `min_responses`, or raise the temperature',
  )
}
