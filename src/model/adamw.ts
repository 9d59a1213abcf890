// AdamW (Loshchilov & Hutter, arXiv 1711.05101) on one vector of all parameters, with clipping by the global norm.
import type { Tensor, Tf } from '../tensor/engine.ts'
import type { TrainOptions } from './objective.ts'

/** Vectors of all parameters: the weights and the moving means of the gradient and of its square. */
export interface OptimizerState {
  readonly weights: Tensor
  readonly first: Tensor
  readonly second: Tensor
}

/** Scalars that change from step to step and so are inputs: the learning rate and 1 / (1 − βᵢᵗ) of step t = 1, 2, … */
export interface StepScalars {
  readonly rate: Tensor
  readonly firstCorrection: Tensor
  readonly secondCorrection: Tensor
}

export type AdamOptions = Pick<TrainOptions, 'weightDecay' | 'beta1' | 'beta2' | 'epsilon'>

/** What `firstCorrection` and `secondCorrection` are at step 0, 1, … */
export function corrections({ beta1, beta2 }: AdamOptions, step: number): { readonly first: number; readonly second: number } {
  return { first: 1 / (1 - beta1 ** (step + 1)), second: 1 / (1 - beta2 ** (step + 1)) }
}

/** The gradient scaled so that its Euclidean norm is at most `clip`, and the norm before that. */
export function clipByNorm(tf: Tf, gradient: Tensor, clip: number): { readonly gradient: Tensor; readonly norm: Tensor } {
  const norm = tf.sqrt(tf.sum(tf.square(gradient)))
  if (!Number.isFinite(clip)) return { gradient, norm }
  return { gradient: tf.mul(gradient, tf.div(clip, tf.maximum(norm, clip))), norm }
}

/**
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − rate · (m̂ / (√v̂ + ε) + λw);
 * the decay λw applies to the first `decayed` numbers only.
 */
export function adamw(
  tf: Tf, state: OptimizerState, gradient: Tensor, scalars: StepScalars, options: AdamOptions, decayed: number,
): OptimizerState {
  const { beta1, beta2, epsilon, weightDecay } = options
  const first = tf.add(tf.mul(state.first, beta1), tf.mul(gradient, 1 - beta1))
  const second = tf.add(tf.mul(state.second, beta2), tf.mul(tf.square(gradient), 1 - beta2))
  const spread = tf.add(tf.sqrt(tf.mul(second, scalars.secondCorrection)), epsilon)
  const update = tf.mul(tf.div(first, spread), tf.mul(scalars.firstCorrection, scalars.rate))
  const kept = weightDecay === 0 ? state.weights : decay(tf, state.weights, tf.mul(scalars.rate, weightDecay), decayed)
  return { weights: tf.sub(kept, update), first, second }
}

function decay(tf: Tf, weights: Tensor, share: Tensor, decayed: number): Tensor {
  const matrices = tf.slice(weights, [0], [decayed])
  const rest = tf.slice(weights, [decayed], [weights.size - decayed])
  return tf.concat([tf.sub(matrices, tf.mul(matrices, share)), rest])
}
