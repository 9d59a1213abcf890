// Self-play preference optimisation (Wu et al., arXiv 2405.00675).
import { numeric } from '../plan/parameters.ts'
import type { Loss } from './loss.ts'

export const sppo: Loss = {
  doc: "Squared distance of each answer's log-ratio from its own target, up for the chosen and down for the rejected answer.",
  unit: 'SPPO loss (per pair)',
  entries: {
    eta: {
      doc: 'Step size η of the self-play: the log-ratios aim at +η/2 and −η/2 nats.',
      type: { kind: 'number', above: 0 },
      default: 1000,
    },
  },
  /**
   * Wu et al. (2024), for the two answers of a pair with P(chosen ≻ π) = 1 and P(rejected ≻ π) = 0:
   * ½ [(log π/π_ref (chosen) − η/2)² + (log π/π_ref (rejected) + η/2)²].
   */
  loss(parameters) {
    const target = numeric(parameters, 'eta') / 2
    return (tf, pairs) => {
      const chosen = tf.square(tf.sub(tf.sub(pairs.policyChosen, pairs.referenceChosen), target))
      const rejected = tf.square(tf.add(tf.sub(pairs.policyRejected, pairs.referenceRejected), target))
      return tf.mul(tf.add(chosen, rejected), 0.5)
    }
  },
}
