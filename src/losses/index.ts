// The losses table: adding a row here makes it a training method, inside and outside of a loop.
import { dpo } from './dpo.ts'
import { hinge } from './hinge.ts'
import { ipo } from './ipo.ts'
import type { Loss } from './loss.ts'

export const losses = { dpo, ipo, hinge } satisfies Record<string, Loss>
export type LossName = keyof typeof losses
