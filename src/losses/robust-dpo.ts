// Robust DPO (Chowdhury et al., arXiv 2403.00409): DPO whose expectation under flipped labels is DPO under true ones.
import { numeric } from '../plan/parameters.ts'
import type { Loss } from './loss.ts'
import { margin } from './margin.ts'
import { nll, withNll } from './nll.ts'

export const robustDpo: Loss = {
  doc: 'DPO for labels of which a known share is wrong: unbiased, where the conservative form of `dpo` only softens them.',
  unit: 'robust DPO loss (nats per pair)',
  entries: {
    beta: { doc: 'Scale of the implicit reward β · log(π / π_ref).', type: { kind: 'number', above: 0 }, default: 0.1 },
    flipped: {
      doc: 'Share ε of the pairs whose chosen and rejected answers are swapped.',
      type: { kind: 'number', min: 0, below: 0.5 },
      default: 0.1,
    },
    nll,
  },
  /**
   * Chowdhury et al. (2024): [(1 − ε) ℓ(z) − ε ℓ(−z)] / (1 − 2ε), ℓ(z) = −log σ(z) and z DPO's β-scaled margin.
   * Unlike DPO it has no lower bound: it falls without end as z grows.
   */
  loss(parameters) {
    const beta = numeric(parameters, 'beta')
    const flipped = numeric(parameters, 'flipped')
    return withNll(parameters, (tf, pairs) => {
      const z = tf.mul(margin(tf, pairs), beta)
      const right = tf.mul(tf.softplus(tf.neg(z)), 1 - flipped)
      return tf.div(tf.sub(right, tf.mul(tf.softplus(z), flipped)), 1 - 2 * flipped)
    })
  },
}
