// Rotary position embedding (Su et al., arXiv 2104.09864): pairs of features turn by an angle that grows with the position.
import type { Tensor, Tf } from '../tensor/engine.ts'
import type { ModelConfig } from './config.ts'

/** What turns features at given positions: [positions, headWidth] each, both halves of the pairs side by side, the first half's sine negated. */
export interface Turn {
  readonly cosine: Tensor
  readonly sine: Tensor
}

/**
 * Position p turns pair i by p · θ^(−2i / headWidth) radians; worked out in double precision, constants of the step.
 * `scale` multiplies the result: queries take 1 / √headWidth here instead of in a pass of their own.
 */
export function turnAt(tf: Tf, config: ModelConfig, positions: number, scale = 1): Turn {
  const { headWidth, ropeTheta } = config
  const half = headWidth / 2
  const speeds = Float64Array.from({ length: half }, (_, pair) => ropeTheta ** (-2 * pair / headWidth))
  const cosine = new Float32Array(positions * headWidth)
  const sine = new Float32Array(positions * headWidth)
  for (let position = 0; position < positions; position++) {
    for (let pair = 0; pair < half; pair++) {
      const angle = position * speeds[pair]!
      const first = position * headWidth + pair
      cosine[first] = cosine[first + half] = scale * Math.cos(angle)
      sine[first + half] = scale * Math.sin(angle)
      sine[first] = -sine[first + half]!
    }
  }
  return { cosine: tf.tensor(cosine, [positions, headWidth]), sine: tf.tensor(sine, [positions, headWidth]) }
}

/**
 * Turns x [..., positions, headWidth] (or any shape the turn broadcasts to), whose pairs are the features (i, i + headWidth / 2).
 * The gradient is turned back: by the same angles, negated.
 */
export function rotate(tf: Tf, x: Tensor, { cosine, sine }: Turn): Tensor {
  const rotation = tf.customGrad((...operands) => {
    const [input, save] = operands as unknown as [Tensor, (tensors: Tensor[]) => void]
    save([cosine, sine])
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor => turned(tf, dy, saved[0]!, tf.neg(saved[1]!))
    return { value: turned(tf, input, cosine, sine), gradFunc }
  })
  return rotation(x)
}

function turned(tf: Tf, x: Tensor, cosine: Tensor, sine: Tensor): Tensor {
  const [first, second] = tf.split(x, 2, -1) as [Tensor, Tensor]
  return tf.add(tf.mul(x, cosine), tf.mul(tf.concat([second, first], -1), sine))
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
