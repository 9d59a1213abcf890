// The estimates against a count: the step is traced, and every tensor lives from its operation to its last use.
import * as assert from 'uvu/assert'
import { adapterShapes, loraTargets, type LoraSettings, type LoraTarget } from '../../src/model/adapter.ts'
import { type ModelConfig, parameterCount, weightShapes } from '../../src/model/config.ts'
import { inferenceBytes, scoringBytes, stepBytes, trainingBytes } from '../../src/model/memory.ts'
import { gradientStep, trainingStep, updateStep } from '../../src/model/steps.ts'
import { parameterVector } from '../../src/model/parameters.ts'
import { batchSpecs, scoredLogprobs } from '../../src/model/scored.ts'
import { tokenObjective } from '../../src/model/train.ts'
import type { Step } from '../../src/tensor/engine.ts'
import { describe } from '../describe.ts'
import { countedBytes, trainingSpecs } from './counted.ts'
import { plainOptions, smallConfig } from './small.ts'

const base: ModelConfig = { ...smallConfig, layers: 4, width: 64, heads: 4, kvHeads: 4, headWidth: 16, hidden: 176, vocabulary: 512, context: 512 }
const adapters: Record<string, LoraSettings | undefined> = {
  'all weights': undefined,
  'two targets': { rank: 4, alpha: 8, targets: ['query', 'value'] },
  'all targets': { rank: 4, alpha: 8, targets: Object.keys(loraTargets) as LoraTarget[] },
}
const cases: Record<string, [config: ModelConfig, batch: number, length: number]> = {
  'a small model, many short rows': [base, 64, 48],
  'long rows, where attention weighs most': [base, 4, 256],
  'a large vocabulary, where logits weigh most': [{ ...base, layers: 2, vocabulary: 16_000 }, 8, 32],
  'many layers': [{ ...base, layers: 12 }, 16, 64],
  'many parameters, where the state weighs most': [{ ...base, width: 256, heads: 8, kvHeads: 2, headWidth: 32, hidden: 688 }, 1, 16],
}

describe('memory estimates', (it) => {
  for (const [name, [config, sequences, length]] of Object.entries(cases)) {
    const shape = { sequences, length, scored: sequences * length }
    const near = (estimate: number, counted: number) =>
      assert.ok(estimate > 0.8 * counted && estimate < 1.25 * counted, `${estimate} for ${counted}: ${(estimate / counted).toFixed(2)}`)

    for (const [what, adapter] of Object.entries(adapters)) {
      for (const checkpoint of [false, true]) {
        it(`are within a fifth of what a traced training step holds: ${name}, ${what}${checkpoint ? ', checkpoints' : ''}`, () => {
          const vector = parameterVector(adapter === undefined ? weightShapes(config) : adapterShapes(config, adapter))
          const inputs = { ...trainingSpecs(vector.size, config), ...batchSpecs(shape) }
          const step = trainingStep(vector, config, tokenObjective(() => []), shape, { ...plainOptions, checkpoint })
          near(stepBytes(config, { batch: sequences, length, adapter, checkpoint }), countedBytes(step, inputs))
          const part = gradientStep(vector, config, tokenObjective(() => []), shape, { checkpoint })
          const waiting = 2 * 4 * vector.size // both moments lie by while gradients are added up
          near(stepBytes(config, { batch: 2 * sequences, length, adapter, checkpoint, accumulate: 2 }), Math.max(
            countedBytes(part, inputs) + waiting, countedBytes(updateStep(vector, plainOptions), inputs)))
        })
      }
    }

    it(`are within a fifth of what a traced scoring batch holds: ${name}`, () => {
      const weights = Object.fromEntries([...weightShapes(config)].map(([weight, sizes]) => [weight, { shape: sizes, dtype: 'float32' as const }]))
      const { ids, states, targets } = batchSpecs(shape)
      const step: Step = (t, inputs) => ({ logprobs: scoredLogprobs(t, config, inputs, inputs) })
      near(scoringBytes(config, sequences, length), countedBytes(step, { ...weights, ids, states, targets }))
    })
  }

  it('of training hold the model as it was read, and a frozen base at hand', () => {
    const shape = { batch: 2, length: 8 }
    const adapter = adapters['two targets']
    assert.is(trainingBytes(base, shape) - stepBytes(base, shape), 4 * parameterCount(base))
    assert.is(trainingBytes(base, { ...shape, adapter }) - stepBytes(base, { ...shape, adapter }), 8 * parameterCount(base))
  })

  it('of generation grow with the batch by its cache and logits', () => {
    const more = inferenceBytes(base, 64, 128) - inferenceBytes(base, 32, 128)
    assert.is(more, 4 * 32 * (2 * 2 * 4 * 128 * 64 + 2 * 512))
    assert.ok(inferenceBytes(base, 1, 16) > 4 * parameterCount(base))
  })
})
