// The rows that stages hand each other, one JSON object a line. Everything downstream of a data
// declaration, whatever its source, speaks in these.

/** A text to pretrain on. */
export interface Document {
  /** Unique in its data set. */
  readonly id: string
  readonly text: string
}

export interface Prompt {
  /** Unique in its data set. */
  readonly id: string
  readonly text: string
}

export interface Demonstration extends Prompt {
  readonly response: string
}

/** An answer, with its tokens when a model wrote it (decoding and encoding again may not give them back). */
export interface Answer {
  readonly text: string
  /** Without the end-of-sequence token. */
  readonly tokens?: readonly number[]
  /** Σ log π(token | before) over the tokens and the end of sequence, in nats, under the model that wrote it, at temperature 1. */
  readonly logprob?: number
  /** `stop`: ended by itself; `length`: cut off at the limit. Absent for answers from files. */
  readonly finish?: 'stop' | 'length'
}

/** All the answers a model gave to one prompt. */
export interface Samples extends Prompt {
  readonly responses: readonly Answer[]
}

export interface Pair extends Prompt {
  readonly chosen: Answer
  readonly rejected: Answer
  /** Offline pairs come from the data; generated ones were labelled by a reward. */
  readonly origin: 'offline' | 'generated'
  /** Log-probabilities under the reference of the training that will use the pair, in nats. */
  readonly reference?: { readonly chosen: number; readonly rejected: number }
  /** Another pair's answer under this request, for losses that ask how far the policy has moved on the whole; the same unit. */
  readonly mismatched?: { readonly answer: Answer; readonly reference: number }
}
