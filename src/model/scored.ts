// Batches of sequences laid out for scoring: which states predict which tokens, so that logits exist only where they are needed.
import { StageFailure } from '../run/stage.ts'
import type { Engine, Spec, Tensor, Tensors, Tf, Value } from '../tensor/engine.ts'
import { chunkedLogProbabilities } from '../tensor/chunked.ts'
import { logProbabilityOf, swapLast } from '../tensor/ops.ts'
import type { ModelConfig } from './config.ts'
import { logits, states } from './transformer.ts'

/** Tokens at index ≥ max(from, 1) are predicted from those before them. */
export interface Sequence {
  readonly ids: readonly number[]
  readonly from: number
}

/** The sizes of a batch: B sequences of T tokens to read and N tokens to predict in all. */
export interface BatchShape {
  readonly sequences: number
  readonly length: number
  readonly scored: number
}

/** `ids` [B, T]; for each scored token its state's row in [B·T], its id, its sequence and 1, or four zeros where N is not reached. */
export interface ScoredBatch {
  readonly ids: Int32Array
  readonly states: Int32Array
  readonly targets: Int32Array
  readonly owners: Int32Array
  readonly counted: Float32Array
}

export function scoredCount({ ids, from }: Sequence): number {
  return Math.max(0, ids.length - Math.max(from, 1))
}

/** How many tokens of a sequence are read: the last predicts nothing and needs no state. */
export function readCount({ ids }: Pick<Sequence, 'ids'>): number {
  return Math.max(ids.length - 1, 1)
}

/** Sequences follow each other from row 0; rows and scored tokens that are left over are padding and count nothing. */
export function layOut(sequences: readonly Sequence[], shape: BatchShape): ScoredBatch {
  const ids = new Int32Array(shape.sequences * shape.length)
  const states = new Int32Array(shape.scored)
  const targets = new Int32Array(shape.scored)
  const owners = new Int32Array(shape.scored)
  const counted = new Float32Array(shape.scored)
  let next = 0
  sequences.forEach((sequence, row) => {
    ids.set(sequence.ids.slice(0, readCount(sequence)), row * shape.length)
    for (let index = Math.max(sequence.from, 1); index < sequence.ids.length; index++) {
      states[next] = row * shape.length + index - 1
      targets[next] = sequence.ids[index]!
      owners[next] = row
      counted[next] = 1
      next += 1
    }
  })
  return { ids, states, targets, owners, counted }
}

export function batchSpecs({ sequences, length, scored }: BatchShape): Record<keyof ScoredBatch, Spec> {
  return {
    ids: { shape: [sequences, length], dtype: 'int32' },
    states: { shape: [scored], dtype: 'int32' },
    targets: { shape: [scored], dtype: 'int32' },
    owners: { shape: [scored], dtype: 'int32' },
    counted: { shape: [scored], dtype: 'float32' },
  }
}

/** The named parts of a batch on the engine. */
export function batchValues(
  engine: Engine, batch: ScoredBatch, shape: BatchShape, parts: readonly (keyof ScoredBatch)[],
): Record<string, Value> {
  const specs = batchSpecs(shape)
  return Object.fromEntries(parts.map((part) => [part, engine.value(batch[part], specs[part].shape)]))
}

/** How the backward pass saves memory; the names of the weights that are trained decide what has a gradient. */
export interface Backward {
  readonly trained: ReadonlySet<string>
  /** Whether blocks are computed again rather than kept, as in `states`. */
  readonly checkpoint: boolean
}

/** log π of each scored token given those before it, in nats: [N]. With `backward` it is laid out for being differentiated. */
export function scoredLogprobs(tf: Tf, config: ModelConfig, weights: Tensors, batch: Tensors, backward?: Backward): Tensor {
  const all = states(tf, config, weights, batch['ids']!, undefined, backward?.checkpoint ? backward.trained : undefined)
  const rows = tf.gather(all, batch['states'] as ReturnType<Tf['tensor1d']>)
  const targets = batch['targets']!
  const chunks = logitChunks(config, targets.size)
  if (backward === undefined || chunks === 1) return logProbabilityOf(tf, logits(tf, config, weights, rows), targets)
  const name = config.tied ? 'embedding' : 'output'
  const head = config.tied ? weights[name]! : swapLast(tf, weights[name]!)
  return chunkedLogProbabilities(tf, rows, head, targets, chunks, backward.trained.has(name))
}

/** In how many parts the logits of a training batch are computed: none of more than 2²³ numbers, 32 MB. */
export function logitChunks({ vocabulary }: Pick<ModelConfig, 'vocabulary'>, scored: number): number {
  return Math.max(1, Math.ceil(scored * vocabulary / 2 ** 23))
}

/**
 * Throws a StageFailure naming the first row that the model cannot take: with more tokens to read than its context holds
 * (a row may have one token more than that: its last is only predicted), or with an id that it does not know.
 */
export function checkSequences(config: ModelConfig, rows: readonly (readonly number[])[], what: string): void {
  rows.forEach((ids, row) => {
    if (ids.length - 1 > config.context) {
      throw new StageFailure(
        `${what} ${row} has ${ids.length} tokens, all but the last to be read; the model's context holds ${config.context}`,
        'leave out or shorten what is longer, or use a model with a longer context',
      )
    }
    const strange = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < config.vocabulary))
    if (strange !== undefined) {
      throw new StageFailure(
        `${what} ${row} holds the token id ${strange}; the model's vocabulary has ${config.vocabulary} tokens`,
        'encode the text with the tokenizer that belongs to the model',
      )
    }
  })
}
