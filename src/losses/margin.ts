// The quantity every reference-based preference loss is a function of.
import type { PairTensors } from '../model/objective.ts'
import type { Tensor, Tf } from '../tensor/engine.ts'

/** log π/π_ref (chosen) − log π/π_ref (rejected), in nats, [P]. */
export function margin(tf: Tf, pairs: PairTensors): Tensor {
  const chosen = tf.sub(pairs.policyChosen, pairs.referenceChosen)
  const rejected = tf.sub(pairs.policyRejected, pairs.referenceRejected)
  return tf.sub(chosen, rejected)
}
