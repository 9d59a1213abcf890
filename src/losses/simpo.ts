// SimPO (Meng et al., arXiv 2405.14734): the reward is the average log-probability itself, without a reference.
import { numeric } from '../plan/parameters.ts'
import type { Loss } from './loss.ts'
import { nll, withNll } from './nll.ts'

export const simpo: Loss = {
  doc: 'Logistic loss on average log-probabilities with a target margin; nothing holds the policy to a reference.',
  unit: 'SimPO loss (nats per pair)',
  entries: {
    beta: { doc: 'Scale of the average log-probability.', type: { kind: 'number', above: 0 }, default: 2 },
    margin: {
      doc: 'How much larger the scaled reward of the chosen answer should be (γ in the SimPO paper, 0.1 to 0.8 times β there).',
      type: { kind: 'number', min: 0 },
      default: 1,
    },
    nll,
  },
  /** Meng et al. (2024), Eq. 6: −log σ(β · log π(chosen) / |chosen| − β · log π(rejected) / |rejected| − γ). */
  loss(parameters) {
    const beta = numeric(parameters, 'beta')
    const target = numeric(parameters, 'margin')
    return withNll(parameters, (tf, pairs) => {
      const chosen = tf.div(pairs.policyChosen, pairs.chosenLength)
      const rejected = tf.div(pairs.policyRejected, pairs.rejectedLength)
      return tf.softplus(tf.sub(target, tf.mul(tf.sub(chosen, rejected), beta)))
    })
  },
}
