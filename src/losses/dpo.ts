// Direct preference optimisation (Rafailov et al., arXiv 2305.18290) and its conservative form with smoothed labels.
import { numeric } from '../plan/parameters.ts'
import type { Loss } from './loss.ts'
import { margin } from './margin.ts'
import { nll, withNll } from './nll.ts'

export const dpo: Loss = {
  doc: 'Direct preference optimisation: logistic loss on the difference of implicit rewards.',
  unit: 'DPO loss (nats per pair)',
  entries: {
    beta: {
      doc: 'Scale of the implicit reward β · log(π / π_ref): a larger β holds the policy closer to the reference.',
      type: { kind: 'number', above: 0 },
      default: 0.1,
    },
    label_smoothing: {
      doc: 'Probability ε that a label is wrong (conservative DPO); 0 is plain DPO.',
      type: { kind: 'number', min: 0, below: 0.5 },
      default: 0,
    },
    nll,
  },
  /**
   * Rafailov et al. (2023), Eq. 7: −log σ(z), z = β · [log π/π_ref (chosen) − log π/π_ref (rejected)].
   * With ε > 0, Mitchell's note "On noisy preferences" (2023): −(1 − ε) log σ(z) − ε log σ(−z).
   * −log σ(z) is written softplus(−z): it never overflows and has a gradient on every backend.
   */
  loss(parameters) {
    const beta = numeric(parameters, 'beta')
    const smoothing = numeric(parameters, 'label_smoothing')
    return withNll(parameters, (tf, pairs) => {
      const z = tf.mul(margin(tf, pairs), beta)
      const right = tf.softplus(tf.neg(z))
      return smoothing === 0 ? right : tf.add(tf.mul(right, 1 - smoothing), tf.mul(tf.softplus(z), smoothing))
    })
  },
}
