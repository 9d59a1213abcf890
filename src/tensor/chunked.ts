// Log-probabilities straight from states, so that the logits of a large vocabulary never exist all at once.
import type { Tensor, Tf } from './engine.ts'
import { logProbabilityOf, matMul, swapLast } from './ops.ts'
import { after } from './recompute.ts'

type Save = (tensors: Tensor[]) => void

/**
 * `logProbabilityOf(states · headᵀ, ids)` for states [N, D], head [V, D] and ids [N] (int32), in `chunks` parts one after the other, [N].
 * The backward pass computes the logits of each part again and adds up the gradient of the head as it goes: it holds those of one part
 * at a time, for a third more work. `trained` says whether the head has a gradient at all.
 */
export function chunkedLogProbabilities(
  tf: Tf, states: Tensor, head: Tensor, ids: Tensor, chunks: number, trained: boolean,
): Tensor {
  const rows = states.shape[0]!
  const sizes = Array.from({ length: chunks }, (_, chunk) => Math.floor(rows * (chunk + 1) / chunks) - Math.floor(rows * chunk / chunks))
    .filter((size) => size > 0)
  const parts = (x: Tensor): Tensor[] => tf.split(x, sizes)
  const logitsOf = (x: Tensor, weight: Tensor): Tensor => matMul(tf, x, swapLast(tf, weight))
  const whole = tf.customGrad((...operands) => {
    const [x, weight, save] = operands as unknown as [Tensor, Tensor, Save]
    save([x, weight, ids])
    const labels = parts(ids)
    const value = tf.concat(parts(x).map((part, chunk) => logProbabilityOf(tf, logitsOf(part, weight), labels[chunk]!)))
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [input, matrix, classes] = saved as [Tensor, Tensor, Tensor]
      const found: Tensor[] = []
      let gradient: Tensor | undefined
      const [slopes, names] = [parts(dy), parts(classes)]
      for (const [chunk, part] of parts(input).entries()) {
        // A part waits for the one before: otherwise all would be computed first and used later.
        const known = [found.at(-1) ?? dy, ...gradient === undefined ? [] : [gradient]]
        const own = after(tf, part, known)
        const shares = tf.exp(tf.logSoftmax(logitsOf(own, matrix)))
        const hits = tf.oneHot(names[chunk]!, matrix.shape[0]!).cast('float32')
        const slope = tf.mul(tf.sub(hits, shares), tf.reshape(slopes[chunk]!, [-1, 1]))
        found.push(tf.matMul(slope, matrix))
        if (!trained) continue
        const share = tf.matMul(swapLast(tf, slope), own)
        gradient = gradient === undefined ? share : tf.add(gradient, share)
      }
      return [tf.concat(found), gradient ?? tf.zerosLike(matrix)]
    }
    return { value, gradFunc }
  })
  return whole(states, head)
}
