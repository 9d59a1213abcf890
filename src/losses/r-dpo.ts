// R-DPO (Park et al., arXiv 2403.19159): DPO for a reward that charges for length.
import { numeric } from '../plan/parameters.ts'
import type { Loss } from './loss.ts'
import { margin } from './margin.ts'
import { nll, withNll } from './nll.ts'

export const rDpo: Loss = {
  doc: 'DPO with a price on length: a longer chosen answer is pushed less, a shorter one more.',
  unit: 'R-DPO loss (nats per pair)',
  entries: {
    beta: { doc: 'Scale of the implicit reward β · log(π / π_ref).', type: { kind: 'number', above: 0 }, default: 0.1 },
    alpha: { doc: 'Price of length, in reward per token.', type: { kind: 'number', min: 0 }, default: 0.01 },
    nll,
  },
  /**
   * Park et al. (2024): −log σ(β · margin + α · (|chosen| − |rejected|)), lengths in tokens, the end included.
   * The plus follows from maximising r − α |y|: then r = β log π/π_ref + α |y| + β log Z. Some accounts print a minus.
   */
  loss(parameters) {
    const beta = numeric(parameters, 'beta')
    const alpha = numeric(parameters, 'alpha')
    return withNll(parameters, (tf, pairs) => {
      const longer = tf.sub(pairs.chosenLength, pairs.rejectedLength)
      return tf.softplus(tf.neg(tf.add(tf.mul(margin(tf, pairs), beta), tf.mul(longer, alpha))))
    })
  },
}
