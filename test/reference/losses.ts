// The losses once more, in double precision on plain numbers: what the tensor versions are checked against.
import type { LossName } from '../../src/losses/index.ts'
import type { Parameters } from '../../src/plan/parameters.ts'

export interface PairNumbers {
  readonly policyChosen: number
  readonly policyRejected: number
  readonly referenceChosen: number
  readonly referenceRejected: number
  readonly chosenLength: number
  readonly rejectedLength: number
}

/** log(1 + e^x). */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

/** A new loss does not compile until it is written down here too. */
export const referenceLosses: Record<LossName, (pair: PairNumbers, parameters: Parameters) => number> = {
  dpo: (pair, { beta, label_smoothing: smoothing }) => {
    const ratio = pair.policyChosen - pair.policyRejected - (pair.referenceChosen - pair.referenceRejected)
    const z = Number(beta) * ratio
    return (1 - Number(smoothing)) * softplus(-z) + Number(smoothing) * softplus(z)
  },
  ipo: (pair, { tau, per_token: perToken }) => {
    const chosen = (pair.policyChosen - pair.referenceChosen) / (perToken === true ? pair.chosenLength : 1)
    const rejected = (pair.policyRejected - pair.referenceRejected) / (perToken === true ? pair.rejectedLength : 1)
    return (chosen - rejected - 1 / (2 * Number(tau))) ** 2
  },
  hinge: (pair, { beta }) => {
    const ratio = pair.policyChosen - pair.policyRejected - (pair.referenceChosen - pair.referenceRejected)
    return Math.max(0, 1 - Number(beta) * ratio)
  },
}
