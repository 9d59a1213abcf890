// The rewards table: what may label a model's own answers inside a loop.
import { implicit } from './implicit.ts'
import type { Reward } from './reward.ts'

export const rewards = { implicit } satisfies Record<string, Reward>
export type RewardName = keyof typeof rewards
