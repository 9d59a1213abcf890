// Log-probabilities that a model gives to written tokens. The engine returns one number a token; sums are made here in doubles.
import type { Progress } from '../run/stage.ts'
import type { Engine, Kernel, Step, Values } from '../tensor/engine.ts'
import type { ModelConfig } from './config.ts'
import { type Family, familiesOf, familyLogprobs, type FamilyShape, familySpecs, layOutFamilies, planFamilies } from './families.ts'
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
  const families = familiesOf(items, items.flatMap(({ response }, row) => (response.length > 0 ? [row] : [])))
  return sequenceLogprobs(engine, model, sequences, families, options, 'responses', progress)
}

/** −log π in nats per token over every token but the first of each sequence, each token counting once. NaN when there is none. */
export async function meanNegativeLogLikelihood(
  engine: Engine, model: LanguageModel, sequences: readonly (readonly number[])[], options: ScoringOptions = {},
  progress?: (progress: Progress) => void,
): Promise<number> {
  const rows = sequences.map((ids) => ({ ids, from: 1 }))
  const sums = await sequenceLogprobs(engine, model, rows, [], options, 'sequences', progress)
  const tokens = rows.reduce((count, row) => count + scoredCount(row), 0)
  return -sums.reduce((total, sum) => total + sum, 0) / tokens
}

/** One compiled kernel's worth of work: batches of the same shape. */
interface Bucket {
  readonly shape: BatchShape
  readonly batches: readonly (readonly number[])[]
}

/** The sums of all rows; those in `families` are scored with their families, the others by themselves. */
async function sequenceLogprobs(
  engine: Engine, model: LanguageModel, sequences: readonly Sequence[], families: readonly Family[], options: ScoringOptions,
  unit: string, progress?: (progress: Progress) => void,
): Promise<number[]> {
  checkSequences(model.config, sequences.map(({ ids }) => ids), 'row')
  const sums = sequences.map(() => 0)
  const inFamilies = new Set(families.flatMap(({ rows }) => rows))
  const single = sequences.flatMap((sequence, index) => (scoredCount(sequence) > 0 && !inFamilies.has(index) ? [index] : []))
  const batchTokens = options.batchTokens ?? tokensABatch(model.config.vocabulary)
  // Inputs rather than constants: the kernel for these shapes then serves every model of the same sizes.
  const weights = weightValues(engine, model.weights)
  let done = sequences.length - single.length - inFamilies.size
  const scoring: Scoring = { engine, config: model.config, weights, sums, report: (count) => {
    done += count
    progress?.({ done, total: sequences.length, unit })
  } }
  try {
    for (const { shape, batches } of plan(sequences, single, batchTokens)) {
      await scoreBatches(scoring, compileScoring(scoring, shape), batches, (batch) => {
        const laid = layOut(batch.map((row) => sequences[row]!), shape)
        const owners = laid.owners.map((owner, index) => (laid.counted[index] === 1 ? batch[owner]! : -1))
        return { feeds: batchValues(engine, laid, shape, ['ids', 'states', 'targets']), owners, count: batch.length }
      })
    }
    for (const { shape, batches } of planFamilies(families, batchTokens)) {
      await scoreBatches(scoring, compileFamilies(scoring, shape), batches, (batch) => {
        const { feeds, owners } = layOutFamilies(batch, shape, model.config.context)
        const specs = familySpecs(shape)
        const values = Object.entries(specs).map(([name, spec]) => [name, engine.value(feeds[name as keyof typeof feeds], spec.shape)])
        return { feeds: Object.fromEntries(values) as Values, owners, count: batch.length * shape.responses }
      })
    }
  } finally {
    disposeAll(weights)
  }
  return sums
}

interface Scoring {
  readonly engine: Engine
  readonly config: ModelConfig
  readonly weights: Values
  readonly sums: number[]
  readonly report: (count: number) => void
}

/** A batch on the engine; `owners` says for each scored token whose it is, −1 for none. */
interface Fed {
  readonly feeds: Values
  readonly owners: Int32Array
  readonly count: number
}

/** Adds each scored token's log-probability to its row's sum. */
async function scoreBatches<B>(
  { weights, sums, report }: Scoring, compiling: Promise<Kernel>, batches: readonly B[], feed: (batch: B) => Fed,
): Promise<void> {
  const kernel = await compiling
  try {
    for (const batch of batches) {
      const { feeds, owners, count } = feed(batch)
      const { logprobs } = await kernel.run({ ...weights, ...feeds })
      disposeAll(feeds)
      const numbers = await take(logprobs!)
      owners.forEach((owner, index) => {
        if (owner >= 0) sums[owner]! += numbers[index]!
      })
      report(count)
    }
  } finally {
    kernel.dispose()
  }
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

function compileScoring({ engine, config, weights }: Scoring, shape: BatchShape): Promise<Kernel> {
  const { ids, states, targets } = batchSpecs(shape)
  const step: Step = (tf, inputs) => ({ logprobs: scoredLogprobs(tf, config, inputs, inputs) })
  return engine.compile(`score ${shape.sequences}x${shape.length}`, step, { ids, states, targets, ...specsOf(weights) })
}

function compileFamilies({ engine, config, weights }: Scoring, shape: FamilyShape): Promise<Kernel> {
  const { prompts, promptLength, responses, length } = shape
  const step: Step = (tf, inputs) => ({ logprobs: familyLogprobs(tf, config, inputs, inputs, shape) })
  const name = `score ${prompts}x${promptLength} with ${responses}x${length}`
  return engine.compile(name, step, { ...familySpecs(shape), ...specsOf(weights) })
}
