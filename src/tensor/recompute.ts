// Activation checkpointing (Chen et al., arXiv 1604.06174): what the backward pass needs of a part is computed again instead of kept.
import type { Tensor, Tensors, Tf } from './engine.ts'

type Save = (tensors: Tensor[]) => void

/**
 * `f(x, weights, fixed)`, of which only the arguments are kept for the backward pass. Gradients flow to `x` and `weights`, and none to
 * `fixed`. `f` must use no other tensors: one that it closes over is gone by the time it is called again.
 */
export function recomputed(
  tf: Tf, f: (x: Tensor, weights: Tensors, fixed: Tensors) => Tensor, x: Tensor, weights: Tensors, fixed: Tensors,
): Tensor {
  const names = Object.keys(weights)
  const others = Object.keys(fixed)
  const whole = tf.customGrad((...operands) => {
    const given = operands.slice(0, -1) as Tensor[]
    const save = operands.at(-1) as unknown as Save
    save([...given, ...others.map((name) => fixed[name]!)])
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [input, ...rest] = saved as [Tensor, ...Tensor[]]
      const again = [after(tf, input, [dy]), ...rest.slice(0, names.length)]
      const constants = byName(others, rest.slice(names.length))
      const [dx, ...gradients] = innerGradients(tf, () => f(again[0]!, byName(names, again.slice(1)), constants), again, dy)
      return [after(tf, dx!, gradients), ...gradients]
    }
    return { value: f(given[0]!, byName(names, given.slice(1)), fixed), gradFunc }
  })
  return whole(x, ...names.map((name) => weights[name]!))
}

/**
 * x, but not before `others` are known. Without this a graph engine would find that the second computation equals the first, and keep
 * the first one's results after all; and it would run the second before it is needed, or put off the gradients of the weights and
 * keep what they are computed from.
 */
export function after(tf: Tf, x: Tensor, others: readonly Tensor[]): Tensor {
  if (others.length === 0) return x
  const first = others.map((other) => tf.reshape(tf.slice(tf.reshape(other, [-1]), [0], [1]), []))
  return tf.add(x, tf.mul(tf.addN(first), 0))
}

/** The gradients of f() · dy in `xs`, within the backward pass of another gradient, whose tape TensorFlow.js would lose. */
function innerGradients(tf: Tf, f: () => Tensor, xs: Tensor[], dy: Tensor): Tensor[] {
  const { state } = tf.engine()
  const { activeTape } = state
  try {
    const { grads } = tf.engine().gradients(f, xs, dy, true)
    return grads.map((gradient: Tensor | undefined, index) => gradient ?? tf.zeros(xs[index]!.shape))
  } finally {
    state.activeTape = activeTape
  }
}

const byName = (names: readonly string[], tensors: readonly Tensor[]): Tensors =>
  Object.fromEntries(names.map((name, index) => [name, tensors[index]!]))
