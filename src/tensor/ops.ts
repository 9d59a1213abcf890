// Operations that every engine runs well, gradients included; where a stock operation does not, these take its place
// (the reason stands with each). `tf.gather` needs no helper: repairs.ts gives its gradient to the engines that lack it.
import type { Tensor, Tf } from './engine.ts'

/** Exchanges the last two axes: [..., m, n] → [..., n, m]. */
export function swapLast(tf: Tf, x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis)
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2])
}

/**
 * [..., m, k] · [..., k, n] → [..., m, n]; leading axes broadcast. For a transposed operand pass `swapLast(tf, x)`.
 * `tf.matMul` gives wrong numbers, silently, for most operands whose leading axes differ, and its gradient does not sum over them.
 * Its gradient also passes transposes as flags to the product, which the wasm backend computes ten times slower than the transpose
 * and the product one after the other. Here both are written out; a graph engine folds them in again.
 */
export function matMul(tf: Tf, a: Tensor, b: Tensor): Tensor {
  const leading = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  const spread = (x: Tensor): Tensor => {
    const shape = [...leading, ...x.shape.slice(-2)]
    return shape.length === x.rank && shape.every((size, axis) => size === x.shape[axis]) ? x : tf.broadcastTo(x, shape)
  }
  const product = tf.customGrad((...operands) => {
    const [left, right, save] = operands as unknown as [Tensor, Tensor, (tensors: Tensor[]) => void]
    save([left, right])
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [x, y] = saved as [Tensor, Tensor]
      return [
        sumTo(tf, tf.matMul(dy, swapLast(tf, spread(y))), x.shape),
        sumTo(tf, tf.matMul(swapLast(tf, spread(x)), dy), y.shape),
      ]
    }
    return { value: tf.matMul(spread(left), spread(right)), gradFunc }
  })
  return product(a, b)
}

/** x [..., in] · weight [in, out] → [..., out], as one product over all rows; so is the gradient of the weight. */
export function linear(tf: Tf, x: Tensor, weight: Tensor): Tensor {
  const [inner, outer] = weight.shape as [number, number]
  return matMul(tf, tf.reshape(x, [-1, inner]), weight).reshape([...x.shape.slice(0, -1), outer])
}

/** log σ(x), ≤ 0. The gradient of `tf.logSigmoid` closes over its input instead of saving it and fails on intermediate tensors. */
export function logSigmoid(tf: Tf, x: Tensor): Tensor {
  return tf.neg(tf.softplus(tf.neg(x)))
}

/**
 * `f(...tensors)` through which no gradient flows. Needed wherever a condition is computed from what is differentiated,
 * `tf.where(withoutGradient(tf, [x], (x) => tf.greater(x, 0)), …)`: TensorFlow.js has no gradient, not even zero, for comparisons.
 */
export function withoutGradient(tf: Tf, tensors: readonly Tensor[], f: (...tensors: Tensor[]) => Tensor): Tensor {
  const constant = tf.customGrad((...operands) => {
    const given = operands.slice(0, -1) as Tensor[] // the last is the function that saves
    const shapes = given.map((tensor) => tensor.shape)
    return { value: f(...given), gradFunc: () => shapes.map((shape) => tf.zeros(shape)) }
  })
  return constant(...tensors)
}

/** Running sums along the last axis. `tf.cumsum` takes a negative axis but its gradient does not. */
export function runningSum(tf: Tf, x: Tensor): Tensor {
  return tf.cumsum(x, x.rank - 1)
}

/**
 * The log-probability, in nats, of one class a row: logits [..., V] and ids [...] (int32, in 0 … V − 1) give [...].
 * Differentiable in the logits: dy · (oneHot(ids) − softmax(logits)). Written out because the composed form keeps several
 * [..., V] tensors for the backward pass and `gatherND` has no gradient.
 */
export function logProbabilityOf(tf: Tf, logits: Tensor, ids: Tensor): Tensor {
  const classes = logits.shape[logits.rank - 1]!
  const rows = tf.reshape(logits, [-1, classes])
  const flat = tf.reshape(ids, [-1])
  const chosen = tf.customGrad((...operands) => {
    const [x, save] = operands as unknown as [Tensor, (tensors: Tensor[]) => void]
    const logShares = tf.logSoftmax(x)
    save([logShares, flat]) // a tensor that is only closed over is gone by the backward pass
    const offsets = tf.mul(tf.range(0, x.shape[0]!, 1, 'int32'), tf.scalar(classes, 'int32'))
    const value = tf.gather(tf.reshape(logShares, [-1]), tf.add(offsets, flat).cast('int32'))
    const gradFunc = (dy: Tensor, [saved, labels]: Tensor[]): Tensor =>
      tf.mul(tf.sub(tf.oneHot(labels!, classes).cast('float32'), tf.exp(saved!)), tf.reshape(dy, [-1, 1]))
    return { value, gradFunc }
  })
  return chosen(rows).reshape(ids.shape)
}

/** Sums over the axes along which `shape` was broadcast to the shape of `x`. */
export function sumTo(tf: Tf, x: Tensor, shape: readonly number[]): Tensor {
  const added = x.rank - shape.length
  const axes = x.shape.flatMap((size, axis) => (axis < added || (shape[axis - added] === 1 && size !== 1) ? [axis] : []))
  return axes.length === 0 ? x : tf.sum(x, axes).reshape([...shape])
}
