// The two elementwise parts of a block with their gradients in closed form: fewer passes over the activations,
// and fewer of them kept for the backward pass, than the same formulas differentiated operation by operation.
import type { Tensor, Tf } from '../tensor/engine.ts'

type Save = (tensors: Tensor[]) => void

/**
 * Root-mean-square norm (Zhang & Sennrich, arXiv 1910.07467): u · gain with u = x / √(mean(x²) + ε) over the last axis;
 * x [N, D], gain [D]. With s = 1 / √(mean(x²) + ε) and d = dy · gain: dx = s · (d − u · mean(d · u)), dgain = Σ dy · u.
 */
export function normalise(tf: Tf, x: Tensor, gain: Tensor, epsilon: number): Tensor {
  const norm = tf.customGrad((...operands) => {
    const [input, gains, save] = operands as unknown as [Tensor, Tensor, Save]
    const scale = tf.rsqrt(tf.add(tf.mean(tf.square(input), -1, true), epsilon))
    const unit = tf.mul(input, scale)
    save([unit, scale, gains])
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [u, s, g] = saved as [Tensor, Tensor, Tensor]
      const d = tf.mul(dy, g)
      const dx = tf.mul(tf.sub(d, tf.mul(u, tf.mean(tf.mul(d, u), -1, true))), s)
      return [dx, tf.sum(tf.mul(dy, u), 0)]
    }
    return { value: tf.mul(unit, gains), gradFunc }
  })
  return norm(x, gain)
}

/** silu(x) · up, silu(x) = x · σ(x). With s = σ(x) and a = x · s: dx = dy · up · (s + a · (1 − s)), dup = dy · a. */
export function gate(tf: Tf, x: Tensor, up: Tensor): Tensor {
  const gated = tf.customGrad((...operands) => {
    const [input, other, save] = operands as unknown as [Tensor, Tensor, Save]
    const sigmoid = tf.sigmoid(input)
    const open = tf.mul(input, sigmoid)
    save([sigmoid, open, other])
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [s, a, u] = saved as [Tensor, Tensor, Tensor]
      const slope = tf.sub(tf.add(s, a), tf.mul(a, s))
      return [tf.mul(tf.mul(dy, u), slope), tf.mul(dy, a)]
    }
    return { value: tf.mul(open, other), gradFunc }
  })
  return gated(x, up)
}
