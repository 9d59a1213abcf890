// The optional likelihood term of a preference loss: it keeps the chosen answer likely in itself, not only by comparison.
import type { PreferenceLoss } from '../model/objective.ts'
import { numeric } from '../plan/parameters.ts'
import type { Parameters } from '../plan/parameters.ts'
import type { Field } from '../vocabulary/field.ts'

export const nll = {
  doc: 'Weight of an added −log π per token of the chosen answer, which keeps it likely in itself; 0 leaves it out.',
  type: { kind: 'number', min: 0 },
  default: 0,
} as const satisfies Field

/** L + w · (−log π(chosen) / tokens), as in Pang et al., "Iterative reasoning preference optimization" (arXiv 2404.19733). */
export function withNll(parameters: Parameters, loss: PreferenceLoss): PreferenceLoss {
  const weight = numeric(parameters, 'nll')
  if (weight === 0) return loss
  return (tf, pairs) => tf.sub(loss(tf, pairs), tf.mul(tf.div(pairs.policyChosen, pairs.chosenLength), weight))
}
