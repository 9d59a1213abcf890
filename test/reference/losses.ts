// The losses once more, in double precision on plain numbers: what the tensor versions are checked against.
import type { LossName } from '../../src/losses/index.ts'
import type { Json } from '../../src/plan/node.ts'
import type { Parameters } from '../../src/plan/parameters.ts'

export interface PairNumbers {
  readonly policyChosen: number
  readonly policyRejected: number
  readonly referenceChosen: number
  readonly referenceRejected: number
  readonly chosenLength: number
  readonly rejectedLength: number
  readonly policyMismatched: number
  readonly referenceMismatched: number
}

/** log(1 + e^x). */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

/** Half of the losses are −log σ of something. */
const minusLogSigmoid = (x: number): number => softplus(-x)

/** log π/π_ref of both answers, in nats. */
function ratios(pair: PairNumbers): { chosen: number; rejected: number } {
  return { chosen: pair.policyChosen - pair.referenceChosen, rejected: pair.policyRejected - pair.referenceRejected }
}

/** w · (−log π(chosen) / |chosen|) */
function likelihood(pair: PairNumbers, weight: Json | undefined): number {
  return (Number(weight) * -pair.policyChosen) / pair.chosenLength
}

/** `batch` holds the pairs that the loss sees together, as they are when it is computed. */
type ReferenceLoss = (pair: PairNumbers, parameters: Parameters, batch: readonly PairNumbers[]) => number

/** A new loss does not compile until it is written down here too. */
export const referenceLosses: Record<LossName, ReferenceLoss> = {
  dpo: (pair, { beta, label_smoothing: smoothing, nll }) => {
    const { chosen, rejected } = ratios(pair)
    const z = Number(beta) * (chosen - rejected)
    return (1 - Number(smoothing)) * minusLogSigmoid(z) + Number(smoothing) * minusLogSigmoid(-z) + likelihood(pair, nll)
  },
  robust_dpo: (pair, { beta, flipped, nll }) => {
    const { chosen, rejected } = ratios(pair)
    const z = Number(beta) * (chosen - rejected), share = Number(flipped)
    return ((1 - share) * minusLogSigmoid(z) - share * minusLogSigmoid(-z)) / (1 - 2 * share) + likelihood(pair, nll)
  },
  ipo: (pair, { tau, per_token: perToken }) => {
    const chosen = ratios(pair).chosen / (perToken === true ? pair.chosenLength : 1)
    const rejected = ratios(pair).rejected / (perToken === true ? pair.rejectedLength : 1)
    return (chosen - rejected - 1 / (2 * Number(tau))) ** 2
  },
  hinge: (pair, { beta, nll }) => {
    const { chosen, rejected } = ratios(pair)
    return Math.max(0, 1 - Number(beta) * (chosen - rejected)) + likelihood(pair, nll)
  },
  kto: (pair, { beta, desirable, undesirable }, batch) => {
    const moved = batch.reduce((sum, one) => sum + one.policyMismatched - one.referenceMismatched, 0) / batch.length
    const scaled = (ratio: number): number => Number(beta) * (ratio - Math.max(0, moved))
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
    const value = {
      chosen: Number(desirable) * sigmoid(scaled(ratios(pair).chosen)),
      rejected: Number(undesirable) * sigmoid(-scaled(ratios(pair).rejected)),
    }
    return (Number(desirable) - value.chosen + Number(undesirable) - value.rejected) / 2
  },
  r_dpo: (pair, { beta, alpha, nll }) => {
    const { chosen, rejected } = ratios(pair)
    // The reward of an answer is β log π/π_ref + α |y|, up to what cancels within a prompt.
    const reward = (ratio: number, length: number): number => Number(beta) * ratio + Number(alpha) * length
    return minusLogSigmoid(reward(chosen, pair.chosenLength) - reward(rejected, pair.rejectedLength)) + likelihood(pair, nll)
  },
  ln_dpo: (pair, { beta, nll }) => {
    const { chosen, rejected } = ratios(pair)
    const reward = (ratio: number, length: number): number => (Number(beta) / length) * ratio
    return minusLogSigmoid(reward(chosen, pair.chosenLength) - reward(rejected, pair.rejectedLength)) + likelihood(pair, nll)
  },
  simpo: (pair, { beta, margin, nll }) => {
    const chosen = (Number(beta) / pair.chosenLength) * pair.policyChosen
    const rejected = (Number(beta) / pair.rejectedLength) * pair.policyRejected
    return minusLogSigmoid(chosen - rejected - Number(margin)) + likelihood(pair, nll)
  },
  sppo: (pair, { eta }) => {
    const { chosen, rejected } = ratios(pair)
    const distance = (ratio: number, winning: number): number => (ratio - Number(eta) * (winning - 0.5)) ** 2
    return (distance(chosen, 1) + distance(rejected, 0)) / 2
  },
  spin: (pair, { lambda }) => {
    const { chosen, rejected } = ratios(pair)
    return Math.log1p(Math.exp(-(Number(lambda) * chosen - Number(lambda) * rejected)))
  },
}
