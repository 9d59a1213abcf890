// Training on tokens (pretraining and supervised) and on preference pairs.
import type { Stream } from '../random.ts'
import { type Halfway, type Progress, StageFailure } from '../run/stage.ts'
import type { Engine, Tensor, Tf } from '../tensor/engine.ts'
import { cutBatches, drawRows, shapeBatches } from './batches.ts'
import type { LanguageModel } from './model.ts'
import type { PreferenceLoss, TrainOptions } from './objective.ts'
import { optimise, type Trained, type TrainingObjective } from './optimise.ts'
import { checkSequences, readCount, scoredCount, type Sequence } from './scored.ts'

/** Batches of token training among which rows of like length are gathered. */
const lengthWindow = 4

/** A prompt with two answers, as token ids, each answer with its end token where it ended; reference log-probabilities in nats. */
export interface PreferencePair {
  readonly prompt: readonly number[]
  readonly chosen: readonly number[]
  readonly rejected: readonly number[]
  readonly reference: { readonly chosen: number; readonly rejected: number }
  /** An answer to another prompt, with its end token where it ended; all pairs have one, or none. */
  readonly mismatched?: { readonly response: readonly number[]; readonly reference: number }
}

/**
 * Minimises the mean of −log π(token | before), in nats, over all tokens at index ≥ max(from, 1) of a batch, each counting once.
 * Throws a StageFailure for no data, a row longer than the context, and a loss that is no longer finite.
 */
export async function trainTokens(
  engine: Engine, model: LanguageModel, sequences: readonly Sequence[], options: TrainOptions, random: Stream,
  progress?: (progress: Progress) => void, halfway?: Halfway,
): Promise<Trained> {
  checkSequences(model.config, sequences.map(({ ids }) => ids), 'row')
  const useful = sequences.filter((sequence) => scoredCount(sequence) > 0)
  if (useful.length === 0) throw nothingToLearn(sequences.length)
  const pick = (rows: readonly number[]): Sequence[] => rows.map((row) => useful[row]!)
  const lengths = useful.map(readCount)
  const drawn = drawRows(lengths, options.steps, options.batch, lengthWindow, random)
  const cut = cutBatches(drawn, options.accumulate ?? 1, lengths)
  return optimise(engine, model, tokenObjective(pick), shapeBatches(cut, pick), options, progress, halfway)
}

export function tokenObjective(sequences: TrainingObjective['sequences']): TrainingObjective {
  return {
    sequences,
    extra: () => ({}),
    weigh: (rows) => sequences(rows).reduce((total, sequence) => total + scoredCount(sequence), 0),
    loss: (tf, logprobs, inputs) => {
      const counted = inputs['counted']!
      return tf.neg(tf.div(tf.sum(tf.mul(logprobs, counted)), tf.sum(counted)))
    },
    measures: () => ({}),
  }
}

/**
 * Minimises the mean of `loss` over the pairs of a batch; chosen and rejected answers go through one forward pass.
 * The curve's accuracy and margin are those of log π − log π_ref, in nats. Throws a StageFailure as `trainTokens` does.
 */
export async function trainPreferences(
  engine: Engine, model: LanguageModel, pairs: readonly PreferencePair[], loss: PreferenceLoss, options: TrainOptions,
  random: Stream, progress?: (progress: Progress) => void, halfway?: Halfway,
): Promise<Trained> {
  checkSequences(model.config, pairs.map(({ prompt, chosen }) => [...prompt, ...chosen]), 'the chosen answer of pair')
  checkSequences(model.config, pairs.map(({ prompt, rejected }) => [...prompt, ...rejected]), 'the rejected answer of pair')
  checkSequences(model.config, pairs.map(({ prompt, mismatched }) => [...prompt, ...mismatched?.response ?? []]), 'the mismatched answer of pair')
  if (pairs.length === 0) throw nothingToLearn(0)
  const lengths = pairs.map(({ prompt, chosen, rejected }) => prompt.length + Math.max(chosen.length, rejected.length))
  const drawn = drawRows(lengths, options.steps, options.batch, 1, random)
  const cut = cutBatches(drawn, options.accumulate ?? 1, lengths)
  const objective = preferenceObjective(pairs, loss)
  return optimise(engine, model, objective, shapeBatches(cut, objective.sequences), options, progress, halfway)
}

/** Batches hold the chosen answers of all pairs, then the rejected ones, then mismatched ones where there are any: 2P or 3P sequences. */
export function preferenceObjective(pairs: readonly PreferencePair[], loss: PreferenceLoss): TrainingObjective {
  const sides: ((pair: PreferencePair) => Side)[] = [
    ({ chosen, reference }) => ({ response: chosen, reference: reference.chosen }),
    ({ rejected, reference }) => ({ response: rejected, reference: reference.rejected }),
  ]
  if (pairs.every(({ mismatched }) => mismatched !== undefined)) sides.push(({ mismatched }) => mismatched!)
  const names = ['referenceChosen', 'referenceRejected', 'referenceMismatched'].slice(0, sides.length)
  return {
    sequences: (rows) => sides.flatMap((side) => rows.map((row) => sequenceOf(pairs[row]!.prompt, side(pairs[row]!).response))),
    extra: (rows) => Object.fromEntries(names.map((name, index) =>
      [name, Float32Array.from(rows, (row) => sides[index]!(pairs[row]!).reference)])),
    weigh: (rows) => rows.length,
    loss: (tf, logprobs, inputs, { sequences }) => {
      const owners = inputs['owners']!
      const counted = inputs['counted']!
      const bySide = (numbers: Tensor): [Tensor, Tensor, Tensor?] =>
        tf.split(sumByOwner(tf, numbers, owners, sequences), sides.length) as [Tensor, Tensor, Tensor?]
      const [policyChosen, policyRejected, policyMismatched] = bySide(tf.mul(logprobs, counted))
      const [chosenLength, rejectedLength] = bySide(counted)
      const referenceChosen = inputs['referenceChosen']!
      const referenceRejected = inputs['referenceRejected']!
      const losses = loss(tf, {
        policyChosen, policyRejected, referenceChosen, referenceRejected, chosenLength, rejectedLength,
        ...(policyMismatched === undefined ? {} : { mismatched: { policy: policyMismatched, reference: inputs['referenceMismatched']! } }),
      })
      const margins = tf.sub(tf.sub(policyChosen, referenceChosen), tf.sub(policyRejected, referenceRejected))
      return { value: tf.mean(losses), also: { margins } }
    },
    measures: ({ margins }) => ({
      accuracy: margins!.reduce((count, margin) => count + (margin > 0 ? 1 : 0), 0) / margins!.length,
      margin: margins!.reduce((total, margin) => total + margin, 0) / margins!.length,
    }),
  }
}

interface Side {
  readonly response: readonly number[]
  readonly reference: number
}

function sequenceOf(prompt: readonly number[], response: readonly number[]): Sequence {
  return { ids: [...prompt, ...response], from: prompt.length }
}

/**
 * [N] numbers summed by their owner in 0 … count − 1: [count]. Its gradient is a lookup, written out because the stock one
 * masks ids that are out of range, which ours never are.
 */
function sumByOwner(tf: Tf, numbers: Tensor, owners: Tensor, count: number): Tensor {
  const ids = owners as ReturnType<Tf['tensor1d']>
  const sum = tf.customGrad((...operands) => {
    const [x] = operands as unknown as [Tensor]
    return { value: tf.unsortedSegmentSum(x, ids, count), gradFunc: (dy: Tensor) => tf.gather(dy, ids) }
  })
  return sum(numbers)
}

function nothingToLearn(rows: number): StageFailure {
  return new StageFailure(
    rows === 0 ? 'there is nothing to train on: the data has no rows' : `none of the ${rows} rows has a token to predict`,
    'check the data, and the share of it that the split leaves for training',
  )
}
