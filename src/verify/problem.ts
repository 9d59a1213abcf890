// The tiny problem that every engine is given: a model in which no two sizes are equal, sequences to learn and pairs to prefer.
import { adapterShapes } from '../model/adapter.ts'
import type { Adapter, LoraSettings } from '../model/adapter.ts'
import { weightShapes } from '../model/config.ts'
import type { ModelConfig, Weights } from '../model/config.ts'
import type { LanguageModel } from '../model/model.ts'
import type { TrainOptions } from '../model/objective.ts'
import type { PreferencePair } from '../model/train.ts'
import { integer, normal, stream } from '../random.ts'
import type { Stream } from '../random.ts'
import type { Matrices } from './reference-decoder.ts'

const random = stream('dice verify')

/** Grouped queries, and an output matrix of its own. */
const config: ModelConfig = {
  layers: 1, width: 6, heads: 4, kvHeads: 2, headWidth: 4, hidden: 10, vocabulary: 11, context: 24,
  ropeTheta: 100, ropeLayout: 'halves', normEpsilon: 1e-5, tied: false,
}

/** Weights large enough that every part of the model matters, and that no norm divides by almost nothing. */
function weights(): Weights {
  return new Map([...weightShapes(config)].map(([name, shape]) => {
    const own = random.child('weights').child(name)
    const data = Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, index) =>
      shape.length === 1 ? 1 + 0.3 * normal(own, index) : (name === 'embedding' ? 1 : 0.4) * normal(own, index))
    return [name, { shape, data }]
  }))
}

const unused = (): never => {
  throw new Error('bug: verification works on token ids alone')
}

export const model: LanguageModel = {
  config,
  special: { begin: 1, ends: [2], pad: 0 },
  weights: weights(),
  tokenizer: { vocabulary: config.vocabulary, definition: { json: {}, config: {} }, encode: unused, decode: unused, id: unused },
  template: '{prompt}\n',
}

const settings: LoraSettings = { rank: 2, alpha: 3, targets: ['query', 'down'] }

/** With a B that is not zero, so that both its matrices have gradients. */
export const adapter: Adapter = {
  settings,
  weights: new Map([...adapterShapes(config, settings)].map(([name, shape]) => {
    const own = random.child('adapter').child(name)
    const data = Float32Array.from({ length: shape[0]! * shape[1]! }, (_, index) => 0.4 * normal(own, index))
    return [name, { shape, data }]
  })),
}

/** Ids beyond the special ones. */
function ids(own: Stream, length: number): number[] {
  return Array.from({ length }, (_, index) => 3 + integer(own, index, config.vocabulary - 3))
}

/** Prompts and responses of different lengths, the end token included in some. */
export const items = [3, 5, 4].map((length, row) => ({
  prompt: [1, ...ids(random.child('prompt').child(row), length)],
  response: [...ids(random.child('response').child(row), 6 - length), ...(row === 1 ? [] : [2])],
}))

/** The first counts whole, as a text does; of the others the response alone, as of a demonstration. */
export const sequences = items.map(({ prompt, response }, row) =>
  ({ ids: [...prompt, ...response], from: row === 0 ? 1 : prompt.length }))

export const pairs: readonly PreferencePair[] = items.map(({ prompt, response }, row) => ({
  prompt,
  chosen: response,
  rejected: ids(random.child('rejected').child(row), 2 + row),
  reference: { chosen: -9 - row, rejected: -10 },
}))

/** Rows of the batches of the training steps. */
export const batches = [[0, 1], [2, 0]]

/** `epsilon` is large so that an update follows its gradient instead of its sign, and an error in the one shows in the other. */
export const options: TrainOptions = {
  steps: batches.length, batch: 2, rate: 0.05, schedule: 'constant', warmup: 0, weightDecay: 0.1, clip: 0.5,
  beta1: 0.9, beta2: 0.99, epsilon: 0.05,
}

export function inDoubles(weights: Weights): Matrices {
  return new Map([...weights].map(([name, { data }]) => [name, Float64Array.from(data)]))
}
