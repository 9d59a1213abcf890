// Rotary position embedding (Su et al., arXiv 2104.09864): pairs of features turn by an angle that grows with the position.
import type { Tensor, Tf } from '../tensor/engine.ts'
import type { ModelConfig } from './config.ts'

/** Cosines and sines of the angles, float32, one row a position: [positions, 1, headWidth / 2]; the middle axis spans the heads. */
export interface Angles {
  readonly cosine: Tensor
  readonly sine: Tensor
}

/** Position p turns pair i by p · θ^(−2i / headWidth) radians; worked out in double precision, constants of the step. */
export function angles(tf: Tf, config: ModelConfig, positions: number): Angles {
  const half = config.headWidth / 2
  const cosine = new Float32Array(positions * half)
  const sine = new Float32Array(positions * half)
  for (let position = 0; position < positions; position++) {
    for (let pair = 0; pair < half; pair++) {
      const angle = position * config.ropeTheta ** (-2 * pair / config.headWidth)
      cosine[position * half + pair] = Math.cos(angle)
      sine[position * half + pair] = Math.sin(angle)
    }
  }
  return { cosine: tf.tensor(cosine, [positions, 1, half]), sine: tf.tensor(sine, [positions, 1, half]) }
}

/** Turns x [..., positions, heads, headWidth], whose pairs are the features (i, i + headWidth / 2). */
export function rotate(tf: Tf, x: Tensor, { cosine, sine }: Angles): Tensor {
  const [first, second] = tf.split(x, 2, -1) as [Tensor, Tensor]
  return tf.concat([
    tf.sub(tf.mul(first, cosine), tf.mul(second, sine)),
    tf.add(tf.mul(first, sine), tf.mul(second, cosine)),
  ], -1)
}

/**
 * The query or key matrix [D, heads · headWidth] with the columns of each head in halves, whatever the layout of the config.
 * Queries and keys are reordered alike, so their products do not change: only `rotate` above need be known.
 */
export function inHalvesOrder(tf: Tf, config: ModelConfig, weight: Tensor): Tensor {
  if (config.ropeLayout === 'halves') return weight
  const pairs = tf.reshape(weight, [-1, config.headWidth / 2, 2])
  return tf.reshape(tf.transpose(pairs, [0, 2, 1]), weight.shape)
}
