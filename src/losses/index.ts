// The losses table: adding a row here makes it a training method, inside and outside of a loop.
import { dpo } from './dpo.ts'
import { hinge } from './hinge.ts'
import { ipo } from './ipo.ts'
import { kto } from './kto.ts'
import { lnDpo } from './ln-dpo.ts'
import type { Loss } from './loss.ts'
import { rDpo } from './r-dpo.ts'
import { robustDpo } from './robust-dpo.ts'
import { simpo } from './simpo.ts'
import { spin } from './spin.ts'
import { sppo } from './sppo.ts'

export const losses = {
  dpo,
  robust_dpo: robustDpo,
  ipo,
  hinge,
  kto,
  r_dpo: rDpo,
  ln_dpo: lnDpo,
  simpo,
  sppo,
  spin,
} satisfies Record<string, Loss>
export type LossName = keyof typeof losses
