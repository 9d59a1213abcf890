// The hinge loss on implicit rewards (sequence-likelihood calibration as in Liu et al., arXiv 2309.06657).
import { numeric } from '../plan/parameters.ts'
import type { Loss } from './loss.ts'
import { margin } from './margin.ts'
import { nll, withNll } from './nll.ts'

export const hinge: Loss = {
  doc: 'Hinge loss on the difference of implicit rewards: a pair told apart by more than 1 teaches nothing.',
  unit: 'hinge loss (per pair)',
  entries: {
    beta: {
      doc: 'Scale of the implicit reward β · log(π / π_ref): a pair counts until its log-ratio difference reaches 1 / β.',
      type: { kind: 'number', above: 0 },
      default: 0.1,
    },
    nll,
  },
  /** max(0, 1 − β · [log π/π_ref (chosen) − log π/π_ref (rejected)]). */
  loss(parameters) {
    const beta = numeric(parameters, 'beta')
    return withNll(parameters, (tf, pairs) => tf.relu(tf.sub(1, tf.mul(margin(tf, pairs), beta))))
  },
}
