// The head of a large vocabulary: training computes its logits in parts and learns the same as from all at once.
import * as assert from 'uvu/assert'
import { batchSpecs, type BatchShape, layOut, logitChunks, scoredLogprobs } from '../../src/model/scored.ts'
import { stream } from '../../src/random.ts'
import type { Step } from '../../src/tensor/engine.ts'
import { valueAndGradients } from '../../src/tensor/gradients.ts'
import { describe } from '../describe.ts'
import { randomIds, relativeError, smallModel, withEngine } from './small.ts'

const shape: BatchShape = { sequences: 6, length: 23, scored: 138 }

describe('the head of a large vocabulary', (it) => {
  it('is cut so that no part exceeds 32 MB', () => {
    assert.is(logitChunks({ vocabulary: 512 }, 1024), 1)
    assert.is(logitChunks({ vocabulary: 32_000 }, 2048), 8)
    assert.is(logitChunks({ vocabulary: 8 }, 0), 1)
  })

  for (const tied of [true, false]) {
    it(`has the gradients of the whole, ${tied ? 'tied' : 'with an output matrix'}`, async () => {
      const { config, weights } = smallModel({ vocabulary: 70_000, tied, layers: 1 })
      assert.is(logitChunks(config, shape.scored), 2)
      const rows = Array.from({ length: shape.sequences }, (_, row) =>
        ({ ids: randomIds(stream(`row ${row}`), shape.length + 1, config.vocabulary), from: 1 }))
      const step = (inParts: boolean): Step => (tf, inputs) => {
        const parameters = Object.fromEntries([...weights.keys()].map((name) => [name, inputs[name]!]))
        const trained = new Set(weights.keys())
        const { value, gradients } = valueAndGradients(tf, (at) =>
          tf.mean(scoredLogprobs(tf, config, at, inputs, inParts ? { trained, checkpoint: false } : undefined)), parameters)
        return { value, ...gradients }
      }
      await withEngine('graph-cpu', async (engine) => {
        const batch = layOut(rows, shape)
        const { ids, states, targets } = batchSpecs(shape)
        const feeds = {
          ids: engine.value(batch.ids, ids.shape), states: engine.value(batch.states, states.shape),
          targets: engine.value(batch.targets, targets.shape),
          ...Object.fromEntries([...weights].map(([name, { data, shape }]) => [name, engine.value(data, shape)])),
        }
        const [parts, whole] = await Promise.all([true, false].map(async (inParts) =>
          (await engine.compile('gradients', step(inParts), feeds)).run(feeds)))
        for (const name of ['value', ...weights.keys()]) {
          const error = relativeError(await parts![name]!.read(), await whole![name]!.read())
          assert.ok(error < 1e-5, `${name}: ${error}`)
        }
      })
    })
  }
})
