// Self-play fine-tuning (Chen et al., arXiv 2401.01335).
import { numeric } from '../plan/parameters.ts'
import type { Loss } from './loss.ts'
import { margin } from './margin.ts'

export const spin: Loss = {
  doc: 'Tells demonstrations (chosen) from what the previous policy itself wrote (rejected).',
  unit: 'SPIN loss (nats per pair)',
  entries: {
    lambda: {
      doc: 'Scale λ of the log-ratios: a larger λ holds the policy closer to the one before.',
      type: { kind: 'number', above: 0 },
      default: 0.1,
    },
  },
  /** Chen et al. (2024): ℓ(λ · margin) with ℓ(t) = log(1 + e^−t), the reference being the policy of the round before. */
  loss(parameters) {
    const lambda = numeric(parameters, 'lambda')
    return (tf, pairs) => tf.softplus(tf.mul(margin(tf, pairs), -lambda))
  },
}
