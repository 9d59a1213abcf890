// Kahneman–Tversky optimisation (Ethayarajh et al., arXiv 2402.01306): each answer is good or bad by itself, not by comparison.
import { numeric } from '../plan/parameters.ts'
import type { PairTensors } from '../model/objective.ts'
import type { Tensor, Tf } from '../tensor/engine.ts'
import { withoutGradient } from '../tensor/ops.ts'
import type { Loss } from './loss.ts'

export const kto: Loss = {
  doc: 'Rewards chosen and punishes rejected answers one by one, as gains and losses from how far the policy has moved on the whole.',
  unit: 'KTO loss (per answer)',
  mismatched: true,
  entries: {
    beta: { doc: 'Scale of the log-ratios: how soon a gain or a loss saturates.', type: { kind: 'number', above: 0 }, default: 0.1 },
    desirable: { doc: 'Weight of chosen answers, λ_D.', type: { kind: 'number', above: 0 }, default: 1 },
    undesirable: { doc: 'Weight of rejected answers, λ_U.', type: { kind: 'number', above: 0 }, default: 1 },
  },
  /**
   * Ethayarajh et al. (2024): λ_D (1 − σ(β (r − z₀))) for a chosen and λ_U (1 − σ(β (z₀ − r))) for a rejected answer, of which
   * a pair has one each: half their sum. r = log π/π_ref, in nats; z₀ as in `drift`.
   */
  loss(parameters) {
    const beta = numeric(parameters, 'beta')
    const desirable = numeric(parameters, 'desirable')
    const undesirable = numeric(parameters, 'undesirable')
    return (tf, pairs) => {
      const moved = drift(tf, pairs)
      const gain = tf.sub(tf.sub(pairs.policyChosen, pairs.referenceChosen), moved)
      const loss = tf.sub(tf.sub(pairs.policyRejected, pairs.referenceRejected), moved)
      const chosen = tf.mul(tf.sigmoid(tf.mul(gain, -beta)), desirable / 2)
      const rejected = tf.mul(tf.sigmoid(tf.mul(loss, beta)), undesirable / 2)
      return tf.add(chosen, rejected)
    }
  },
}

/**
 * z₀ = max(0, mean of log π/π_ref over answers to other prompts of the batch), in nats, a scalar: the paper's estimate of
 * KL(π ‖ π_ref). It sets the scale and is not trained through. With `accumulate` each part of a batch has its own.
 */
function drift(tf: Tf, { mismatched }: PairTensors): Tensor {
  if (mismatched === undefined) throw new Error('bug: KTO was given pairs without mismatched answers')
  return withoutGradient(tf, [mismatched.policy, mismatched.reference], (policy, reference) =>
    tf.relu(tf.mean(tf.sub(policy!, reference!))))
}
