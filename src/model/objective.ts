// What training minimises, as pure functions of tensors; the losses table implements PreferenceLoss.
import type { Tensor, Tf } from '../tensor/engine.ts'

/** For a batch of P pairs; every tensor is [P]. Log-probabilities are sums over the response's tokens and its end, in nats. */
export interface PairTensors {
  readonly policyChosen: Tensor
  readonly policyRejected: Tensor
  readonly referenceChosen: Tensor
  readonly referenceRejected: Tensor
  /** Tokens of the response, its end included. */
  readonly chosenLength: Tensor
  readonly rejectedLength: Tensor
  /** Another pair's answer under each prompt; present when the pairs carry one. */
  readonly mismatched?: { readonly policy: Tensor; readonly reference: Tensor }
}

/** Loss of each pair, [P]. */
export type PreferenceLoss = (tf: Tf, pairs: PairTensors) => Tensor

export interface TrainOptions {
  readonly steps: number
  /** Sequences (or pairs) a step. */
  readonly batch: number
  /** Parts of a batch whose gradients are found one after the other and added up; divides `batch`; 1 unless said. */
  readonly accumulate?: number
  /** Whether blocks are computed again in the backward pass rather than their activations kept; not unless said. */
  readonly checkpoint?: boolean
  /** Peak learning rate. */
  readonly rate: number
  readonly schedule: 'constant' | 'linear' | 'cosine'
  /** Steps of linear warm-up from 0. */
  readonly warmup: number
  /** Decoupled (AdamW); applied to matrices, not to norms. */
  readonly weightDecay: number
  /** Largest global gradient norm. */
  readonly clip: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}
