// The measures table: what `measures: […]` may name.
import { lcWinrate } from './lc-winrate.ts'
import { length } from './length.ts'
import type { Measure } from './measure.ts'
import { rewardAccuracy } from './reward-accuracy.ts'
import { score } from './score.ts'
import { tokens } from './tokens.ts'
import { truncated } from './truncated.ts'
import { winrate } from './winrate.ts'

export const measures = {
  winrate,
  lc_winrate: lcWinrate,
  length,
  tokens,
  score,
  reward_accuracy: rewardAccuracy,
  truncated,
} satisfies Record<string, Measure>
export type MeasureName = keyof typeof measures
