// The quantity every reference-based preference loss is a function of: how much more the policy gained on the chosen answer.
import type { PairTensors } from '../model/objective.ts'
import type { Tensor, Tf } from '../tensor/engine.ts'

/** log π/π_ref (chosen) − log π/π_ref (rejected), in nats, [P]. */
export function margin(tf: Tf, pairs: PairTensors): Tensor {
  return tf.sub(tf.sub(pairs.policyChosen, pairs.referenceChosen), tf.sub(pairs.policyRejected, pairs.referenceRejected))
}

/** The same with each log-ratio divided by the tokens of its own answer, in nats per token, [P]. */
export function marginPerToken(tf: Tf, pairs: PairTensors): Tensor {
  const chosen = tf.div(tf.sub(pairs.policyChosen, pairs.referenceChosen), pairs.chosenLength)
  const rejected = tf.div(tf.sub(pairs.policyRejected, pairs.referenceRejected), pairs.rejectedLength)
  return tf.sub(chosen, rejected)
}
