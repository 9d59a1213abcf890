// Log-probabilities that a model gives to written tokens. The engine returns one number a token; sums are made here in doubles.
import type { Progress } from '../run/stage.ts'
import type { Engine, Kernel, Step, Values } from '../tensor/engine.ts'
import type { ModelConfig } from './config.ts'
import type { LanguageModel } from './model.ts'
import { chooseLengths, fitting, roundUp } from './padding.ts'
import {
  type BatchShape, batchSpecs, batchValues, checkSequences, layOut, readCount, scoredCount, scoredLogprobs, type Sequence,
} from './scored.ts'
import { disposeAll, specsOf, take, weightValues } from './values.ts'

export interface ScoringOptions {
  /** Tokens a batch, padding included; by default as many as keep the logits of a batch small. */
  readonly batchTokens?: number
}

export interface Continuation {
  readonly prompt: readonly number[]
  readonly response: readonly number[]
}

/**
 * Σ log π(token | before) over the tokens of each response, in nats, in the order of `items`; 0 for an empty response.
 * The caller appends the end token to `response` where it belongs to it. Each row's number depends on the other rows only by
 * float32 rounding. Throws a StageFailure for a row that is longer than the context.
 */
export async function responseLogprobs(
  engine: Engine, model: LanguageModel, items: readonly Continuation[], options: ScoringOptions = {},
  progress?: (progress: Progress) => void,
): Promise<number[]> {
  const sequences = items.map(({ prompt, response }) => ({ ids: [...prompt, ...response], from: prompt.length }))
  return sequenceLogprobs(engine, model, sequences, options, 'responses', progress)
}

/** −log π in nats per token over every token but the first of each sequence, each token counting once. NaN when there is none. */
export async function meanNegativeLogLikelihood(
  engine: Engine, model: LanguageModel, sequences: readonly (readonly number[])[], options: ScoringOptions = {},
  progress?: (progress: Progress) => void,
): Promise<number> {
  const rows = sequences.map((ids) => ({ ids, from: 1 }))
  const sums = await sequenceLogprobs(engine, model, rows, options, 'sequences', progress)
  const tokens = rows.reduce((count, row) => count + scoredCount(row), 0)
  return -sums.reduce((total, sum) => total + sum, 0) / tokens
}

/** One compiled kernel's worth of work: batches of the same shape. */
interface Bucket {
  readonly shape: BatchShape
  readonly batches: readonly (readonly number[])[]
}

async function sequenceLogprobs(
  engine: Engine, model: LanguageModel, sequences: readonly Sequence[], options: ScoringOptions, unit: string,
  progress?: (progress: Progress) => void,
): Promise<number[]> {
  checkSequences(model.config, sequences.map(({ ids }) => ids), 'row')
  const sums = sequences.map(() => 0)
  const scored = sequences.flatMap((sequence, index) => (scoredCount(sequence) > 0 ? [index] : []))
  // Inputs rather than constants: the kernel for these shapes then serves every model of the same sizes.
  const weights = weightValues(engine, model.weights)
  let done = sequences.length - scored.length
  try {
    for (const { shape, batches } of plan(sequences, scored, options.batchTokens ?? tokensABatch(model.config.vocabulary))) {
      const kernel = await compileScoring(engine, model.config, shape, weights)
      try {
        for (const batch of batches) {
          await scoreBatch(engine, kernel, weights, shape, sequences, batch, sums)
          done += batch.length
          progress?.({ done, total: sequences.length, unit })
        }
      } finally {
        kernel.dispose()
      }
    }
  } finally {
    disposeAll(weights)
  }
  return sums
}

/** Logits of at most 16 million entries (64 MB), and no more than 4096 tokens, beyond which a larger batch is no faster. */
export function tokensABatch(vocabulary: number): number {
  return Math.max(256, Math.min(4096, Math.floor(2 ** 24 / vocabulary)))
}

/** Groups the rows by padded length, and each group into batches of equal size. */
function plan(sequences: readonly Sequence[], rows: readonly number[], batchTokens: number): Bucket[] {
  const lengthOf = (row: number): number => readCount(sequences[row]!)
  const rowsABatch = (length: number): number => Math.max(1, Math.floor(batchTokens / length))
  const longest = rows.reduce((most, row) => Math.max(most, lengthOf(row)), 1)
  const sizes = chooseLengths(rows.map(lengthOf), 4 * rowsABatch(longest))
  return sizes.map((length) => {
    const members = rows.filter((row) => fitting(sizes, lengthOf(row)) === length)
    const count = Math.ceil(members.length / rowsABatch(length))
    const size = Math.ceil(members.length / count)
    const batches = Array.from({ length: count }, (_, batch) => members.slice(batch * size, (batch + 1) * size))
      .filter((batch) => batch.length > 0)
    const scored = batches.map((batch) => batch.reduce((total, row) => total + scoredCount(sequences[row]!), 0))
    return { shape: { sequences: size, length, scored: roundUp(Math.max(...scored), 8) }, batches }
  })
}

function compileScoring(engine: Engine, config: ModelConfig, shape: BatchShape, weights: Values): Promise<Kernel> {
  const { ids, states, targets } = batchSpecs(shape)
  const step: Step = (tf, inputs) => ({ logprobs: scoredLogprobs(tf, config, inputs, inputs) })
  return engine.compile(`score ${shape.sequences}x${shape.length}`, step, { ids, states, targets, ...specsOf(weights) })
}

/** Adds each scored token's log-probability to its row's sum. */
async function scoreBatch(
  engine: Engine, kernel: Kernel, weights: Values, shape: BatchShape, sequences: readonly Sequence[], rows: readonly number[],
  sums: number[],
): Promise<void> {
  const batch = layOut(rows.map((row) => sequences[row]!), shape)
  const feeds = batchValues(engine, batch, shape, ['ids', 'states', 'targets'])
  const { logprobs } = await kernel.run({ ...weights, ...feeds })
  disposeAll(feeds)
  const numbers = await take(logprobs!)
  for (let index = 0; index < numbers.length; index++) {
    if (batch.counted[index] === 1) sums[rows[batch.owners[index]!]!]! += numbers[index]!
  }
}
