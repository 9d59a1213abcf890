// The rewards table: what may label a model's own answers inside a loop.
import { averageLogprob } from './average-logprob.ts'
import { implicit } from './implicit.ts'
import { judge } from './judge.ts'
import type { Reward } from './reward.ts'

export const rewards = { implicit, average_logprob: averageLogprob, judge } satisfies Record<string, Reward>
export type RewardName = keyof typeof rewards
