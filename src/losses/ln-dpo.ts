// Length-normalised DPO (as in Tülu 3, arXiv 2411.15124): each log-ratio is divided by the length of its answer.
import { numeric } from '../plan/parameters.ts'
import type { Loss } from './loss.ts'
import { marginPerToken } from './margin.ts'
import { nll, withNll } from './nll.ts'

export const lnDpo: Loss = {
  doc: 'DPO on log-ratios per token, so that a long answer weighs no more than a short one.',
  unit: 'length-normalised DPO loss (nats per pair)',
  entries: {
    beta: {
      doc: 'Scale of the implicit reward per token; larger than in plain DPO, since it multiplies a mean.',
      type: { kind: 'number', above: 0 },
      default: 5,
    },
    nll,
  },
  /** Lambert et al. (2024): −log σ(β · [log π/π_ref (chosen) / |chosen| − log π/π_ref (rejected) / |rejected|]). */
  loss(parameters) {
    const beta = numeric(parameters, 'beta')
    return withNll(parameters, (tf, pairs) => tf.softplus(tf.neg(tf.mul(marginPerToken(tf, pairs), beta))))
  },
}
