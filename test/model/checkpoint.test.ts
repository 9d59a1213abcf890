// Blocks computed again in the backward pass: the same training, in less memory.
import * as assert from 'uvu/assert'
import { adapterShapes, initialAdapter } from '../../src/model/adapter.ts'
import { weightShapes } from '../../src/model/config.ts'
import { initialize } from '../../src/model/initialize.ts'
import type { LanguageModel } from '../../src/model/model.ts'
import { parameterVector } from '../../src/model/parameters.ts'
import { batchSpecs } from '../../src/model/scored.ts'
import { trainingStep } from '../../src/model/steps.ts'
import { tokenObjective, trainTokens } from '../../src/model/train.ts'
import { stream } from '../../src/random.ts'
import { valueAndGradients } from '../../src/tensor/gradients.ts'
import { recomputed } from '../../src/tensor/recompute.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { describe } from '../describe.ts'
import { countedBytes, trainingSpecs } from './counted.ts'
import { names, plainOptions, randomIds, relativeError, smallModel, withEngine } from './small.ts'

const lora = { rank: 2, alpha: 4, targets: ['query', 'down'] } as const
const base: LanguageModel = { ...smallModel({ ropeLayout: 'interleaved' }), weights: initialize(smallModel().config, stream('fresh')) }
const models: Record<string, LanguageModel> = {
  'all weights': base,
  'an adapter': { ...base, adapter: initialAdapter(base.config, lora, stream('adapter')) },
}
const sequences = Array.from({ length: 6 }, (_, index) => ({ ids: [1, ...randomIds(stream('s').child(index), 4 + 3 * index), 2], from: 1 }))
const options = { ...plainOptions, steps: 5, batch: 4, weightDecay: 0.02 }

for (const name of names) {
  describe(`checkpointing on ${name}`, (it) => {
    for (const [what, model] of Object.entries(models)) {
      it(`trains ${what} as without it`, () => withEngine(name, async (engine) => {
        const train = (checkpoint: boolean) => trainTokens(engine, model, sequences, { ...options, checkpoint }, stream('train'))
        const [plain, again] = [await train(false), await train(true)]
        plain.curve.forEach(({ loss, gradientNorm }, step) => {
          assert.ok(relativeError([again.curve[step]!.loss, again.curve[step]!.gradientNorm], [loss, gradientNorm]) < 1e-6)
        })
        for (const [tensor, { data }] of plain.weights) {
          const error = relativeError(again.weights.get(tensor)!.data, data)
          assert.ok(error < 2e-5, `${tensor}: ${error}`)
        }
      }))
    }

    it('lets gradients flow to what is trained, in a chain of parts', () => withEngine(name, async (engine) => {
      const spec = { shape: [2, 3], dtype: 'float32' } as const
      const kernel = await engine.compile('chain', (tf, inputs) => {
        const chain = (keep: boolean) => valueAndGradients(tf, ({ x, w }) => {
          const fixed = { scale: tf.add(inputs['c']!, 0.5) } // made inside the step: gone by the backward pass unless it is kept
          const part = (a: typeof x, { w: b }: Record<string, typeof x>, { scale }: Record<string, typeof x>) =>
            tf.mul(tf.sigmoid(tf.mul(a!, b!)), tf.mul(tf.square(a!), scale!))
          const run = (a: typeof x) => (keep ? part(a, { w }, fixed) : recomputed(tf, (...given) => part(...given), a!, { w: w! }, fixed))
          return tf.sum(run(run(x!)))
        }, { x: inputs['x']!, w: inputs['w']! })
        const [kept, again] = [chain(true), chain(false)]
        return { value: kept.value, x: kept.gradients['x']!, w: kept.gradients['w']!,
          value2: again.value, x2: again.gradients['x']!, w2: again.gradients['w']! }
      }, { x: spec, w: spec, c: spec })
      const feed = (label: string) => engine.value(Float32Array.from({ length: 6 }, (_, index) => stream(label).at(index) - 0.3), [2, 3])
      const found = await kernel.run({ x: feed('x'), w: feed('w'), c: feed('c') })
      for (const output of ['value', 'x', 'w']) {
        assert.ok(relativeError(await found[`${output}2`]!.read(), await found[output]!.read()) < 1e-6, output)
      }
    }))
  })
}

describe('checkpointing', (it) => {
  const deep = { ...base.config, ropeLayout: 'halves' as const, layers: 12, width: 64, heads: 4, kvHeads: 4, headWidth: 16, hidden: 176, vocabulary: 512, context: 64 }
  const shape = { sequences: 16, length: 64, scored: 16 * 64 }
  const counted = (shapes: ReadonlyMap<string, readonly number[]>, checkpoint: boolean) => {
    const vector = parameterVector(shapes)
    const step = trainingStep(vector, deep, tokenObjective(() => []), shape, { ...plainOptions, checkpoint })
    return countedBytes(step, { ...trainingSpecs(vector.size, deep), ...batchSpecs(shape) })
  }

  it('of twelve blocks holds a third of the memory, under an adapter a quarter', () => {
    const [all, adapter] = [weightShapes(deep), adapterShapes(deep, lora)]
    assert.ok(counted(all, true) < counted(all, false) / 3, `${counted(all, true)} of ${counted(all, false)}`)
    assert.ok(counted(adapter, true) < counted(adapter, false) / 4, `${counted(adapter, true)} of ${counted(adapter, false)}`)
  })

  it('gives its memory back', () => withEngine('eager-cpu', async (engine) => {
    const before = (await loadTensorFlow()).memory().numTensors
    await trainTokens(engine, models['an adapter']!, sequences, { ...options, steps: 2, checkpoint: true }, stream('train'))
    assert.is((await loadTensorFlow()).memory().numTensors, before)
  }))
})
