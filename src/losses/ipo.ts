// Identity preference optimisation (Azar et al., arXiv 2310.12036).
import { numeric, truth } from '../plan/parameters.ts'
import type { Loss } from './loss.ts'
import { margin, marginPerToken } from './margin.ts'

export const ipo: Loss = {
  doc: 'Identity preference optimisation: squared distance of the log-ratio difference from 1 / (2τ), which it never tries to exceed.',
  unit: 'IPO loss (per pair)',
  entries: {
    tau: {
      doc: 'Strength τ of the pull to the reference: a larger τ asks for a smaller log-ratio difference, 1 / (2τ).',
      type: { kind: 'number', above: 0 },
      default: 0.1,
    },
    per_token: {
      doc: "Divide each answer's log-ratio by its number of tokens, as common implementations do; `false` is the formula as published.",
      type: { kind: 'boolean' },
      default: true,
    },
  },
  /** Azar et al. (2023), Eq. 17: (h − 1/(2τ))², h = log π/π_ref (chosen) − log π/π_ref (rejected). */
  loss(parameters) {
    const target = 1 / (2 * numeric(parameters, 'tau'))
    const difference = truth(parameters, 'per_token') ? marginPerToken : margin
    return (tf, pairs) => tf.square(tf.sub(difference(tf, pairs), target))
  },
}
