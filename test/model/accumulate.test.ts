// Gradients added up over the parts of a batch: the same training as on whole batches, to rounding.
import * as assert from 'uvu/assert'
import { initialAdapter } from '../../src/model/adapter.ts'
import { cutBatches } from '../../src/model/batches.ts'
import { initialize } from '../../src/model/initialize.ts'
import type { LanguageModel } from '../../src/model/model.ts'
import type { TrainOptions } from '../../src/model/objective.ts'
import type { Trained } from '../../src/model/optimise.ts'
import { trainPreferences, trainTokens } from '../../src/model/train.ts'
import { stream } from '../../src/random.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { logSigmoid } from '../../src/tensor/ops.ts'
import { describe } from '../describe.ts'
import { names, plainOptions, randomIds, relativeError, smallModel, withEngine } from './small.ts'

const model: LanguageModel = { ...smallModel(), weights: initialize(smallModel().config, stream('fresh')) }
const adapted: LanguageModel = { ...model, adapter: initialAdapter(model.config, { rank: 2, alpha: 4, targets: ['value', 'up'] }, stream('a')) }
/** Of very different lengths, so that parts have different numbers of tokens. */
const sequences = Array.from({ length: 14 }, (_, index) =>
  ({ ids: [1, ...randomIds(stream('sequence').child(index), 1 + 5 * index % 19), 2], from: index % 2 }))
const pairs = Array.from({ length: 9 }, (_, index) => {
  const random = stream('pair').child(index)
  return {
    prompt: [1, ...randomIds(random, 1 + index % 4)], chosen: [3, ...randomIds(random.child('c'), 1 + index % 5), 2], rejected: [4, 2],
    reference: { chosen: -8 - index, rejected: -5 },
  }
})

const train: Record<string, (engine: Engine, options: TrainOptions) => Promise<Trained>> = {
  tokens: (engine, options) => trainTokens(engine, model, sequences, options, stream('train')),
  'tokens, an adapter': (engine, options) => trainTokens(engine, adapted, sequences, options, stream('train')),
  pairs: (engine, options) => trainPreferences(engine, model, pairs, (tf, { policyChosen, policyRejected, referenceChosen, referenceRejected }) =>
    tf.neg(logSigmoid(tf, tf.mul(0.3, tf.sub(tf.sub(policyChosen, referenceChosen), tf.sub(policyRejected, referenceRejected))))), options, stream('train')),
}
const options = { ...plainOptions, steps: 6, batch: 12, clip: 0.5, weightDecay: 0.05, schedule: 'linear' } as const

for (const name of names) {
  describe(`accumulated gradients on ${name}`, (it) => {
    for (const [kind, run] of Object.entries(train)) {
      it(`are those of the whole batch, whatever the number of parts: ${kind}`, () => withEngine(name, async (engine) => {
        const whole = await run(engine, options)
        for (const accumulate of name.startsWith('graph') ? [2, 3, 12] : [3]) {
          const parts = await run(engine, { ...options, accumulate })
          assert.is(parts.curve.length, options.steps)
          for (const field of ['loss', 'gradientNorm', 'accuracy', 'margin', 'rate', 'step'] as const) {
            const of = ({ curve }: Trained) => curve.map((point) => point[field] ?? 1)
            assert.ok(relativeError(of(parts), of(whole)) < 2e-5, `${field} in ${accumulate} parts: ${of(parts)} for ${of(whole)}`)
          }
          for (const [tensor, { data }] of whole.weights) {
            const error = relativeError(parts.weights.get(tensor)!.data, data)
            assert.ok(error < 5e-5, `${tensor} in ${accumulate} parts: ${error}`)
          }
        }
      }))
    }
  })
}

describe('cutting batches', (it) => {
  it('gives equal parts of rows of like length, every row once', () => {
    assert.equal(cutBatches([[0, 1, 2, 3], [3, 2, 1, 0]], 2, [9, 1, 8, 2]), [[1, 3], [2, 0], [1, 3], [2, 0]])
    assert.equal(cutBatches([[2, 0, 1]], 1, [3, 2, 1]), [[2, 0, 1]])
    assert.equal(cutBatches([[2, 0, 1]], 3, [3, 2, 1]), [[2], [1], [0]])
    assert.throws(() => cutBatches([[0, 1, 2]], 2, [1, 1, 1]), 'cannot be cut')
  })
})

describe('memory', (it) => {
  it('is given back by accumulation', () => withEngine('eager-cpu', async (engine) => {
    const before = (await loadTensorFlow()).memory().numTensors
    await train['tokens, an adapter']!(engine, { ...options, steps: 2, accumulate: 3 })
    assert.is((await loadTensorFlow()).memory().numTensors, before)
  }))
})
