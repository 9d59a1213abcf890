import * as assert from 'uvu/assert'
import { adapterCount, adapterShapes, initialAdapter, type Adapter, type LoraSettings } from '../../src/model/adapter.ts'
import type { ModelConfig } from '../../src/model/config.ts'
import { responseLogprobs } from '../../src/model/logprobs.ts'
import { frozenWeights, merged, trainedWeights, withTrained } from '../../src/model/lora.ts'
import type { LanguageModel } from '../../src/model/model.ts'
import { batchValues, layOut, scoredLogprobs } from '../../src/model/scored.ts'
import { preferenceObjective, tokenObjective, trainPreferences, trainTokens } from '../../src/model/train.ts'
import type { TrainingObjective } from '../../src/model/optimise.ts'
import { forward } from '../../src/model/transformer.ts'
import { specsOf, weightValues } from '../../src/model/values.ts'
import { normal, stream } from '../../src/random.ts'
import type { Engine, Tensors } from '../../src/tensor/engine.ts'
import { valueAndGradients } from '../../src/tensor/gradients.ts'
import { logSigmoid } from '../../src/tensor/ops.ts'
import { describe } from '../describe.ts'
import { referenceMerged } from '../../src/verify/reference-adapter.ts'
import { centralDifferences, type Matrices, referenceDpoLoss, referenceLogits, referenceTokenLoss } from '../../src/verify/reference-decoder.ts'
import { names, plainOptions, randomIds, relativeError, smallModel, withEngine } from './small.ts'

const all: LoraSettings = { rank: 3, alpha: 5, targets: ['query', 'key', 'value', 'attention', 'gate', 'up', 'down'] }
const some: LoraSettings = { rank: 2, alpha: 4, targets: ['query', 'value'] }

/** An adapter that has been trained: neither factor is zero. */
function busy(config: ModelConfig, settings: LoraSettings): Adapter {
  return {
    settings,
    weights: new Map([...adapterShapes(config, settings)].map(([name, shape]) => {
      const random = stream('busy').child(name)
      return [name, { shape, data: Float32Array.from({ length: shape[0]! * shape[1]! }, (_, index) => 0.4 * normal(random, index)) }]
    })),
  }
}

function adaptedModel(settings: LoraSettings, change: Partial<ModelConfig> = {}): LanguageModel {
  const model = smallModel(change)
  return { ...model, adapter: busy(model.config, settings) }
}

const doubles = (weights: ReadonlyMap<string, { data: Float32Array }>): Matrices =>
  new Map([...weights].map(([name, { data }]) => [name, Float64Array.from(data)]))

const rows = [randomIds(stream('row 0'), 7), randomIds(stream('row 1'), 5)]
const sequences = [{ ids: rows[0]!, from: 0 }, { ids: rows[1]!, from: 3 }]
const beta = 0.3
const pairs = [
  { prompt: [1, 5, 6], chosen: [7, 8, 2], rejected: [9, 2], reference: { chosen: -7, rejected: -4 } },
  { prompt: [1, 4], chosen: [10, 2], rejected: [11, 12, 3, 2], reference: { chosen: -5, rejected: -11 } },
]
const objectives: Record<string, [TrainingObjective, (config: ModelConfig, at: Matrices) => number]> = {
  tokens: [tokenObjective((picked) => picked.map((row) => sequences[row]!)), (config, at) => referenceTokenLoss(config, at, sequences)],
  pairs: [
    preferenceObjective(pairs, (tf, { policyChosen, policyRejected, referenceChosen, referenceRejected }) =>
      tf.neg(logSigmoid(tf, tf.mul(beta, tf.sub(tf.sub(policyChosen, referenceChosen), tf.sub(policyRejected, referenceRejected)))))),
    (config, at) => referenceDpoLoss(config, at, pairs, beta),
  ],
}

/** The gradient of a batch in the adapter, the base being constants of the kernel. */
async function adapterGradients(engine: Engine, model: LanguageModel, objective: TrainingObjective): Promise<Map<string, Float32Array>> {
  const batch = objective.sequences([0, 1])
  const shape = { sequences: batch.length, length: 9, scored: 24 }
  const weights = weightValues(engine, trainedWeights(model))
  const extra = Object.fromEntries(Object.entries(objective.extra([0, 1])).map(([name, data]) => [name, engine.value(data, [data.length])]))
  const feeds = { ...batchValues(engine, layOut(batch, shape), shape, ['ids', 'states', 'targets', 'owners', 'counted']), ...extra, ...weights }
  const kernel = await engine.compile('gradients', (tf, inputs) => {
    const parameters: Tensors = Object.fromEntries(Object.keys(weights).map((name) => [name, inputs[name]!]))
    return valueAndGradients(tf, (at) =>
      objective.loss(tf, scoredLogprobs(tf, model.config, { ...inputs, ...at }, inputs), inputs, shape), parameters).gradients
  }, specsOf(feeds), weightValues(engine, frozenWeights(model)))
  const found = new Map<string, Float32Array>()
  for (const [name, value] of Object.entries(await kernel.run(feeds))) found.set(name, await value.read() as Float32Array)
  return found
}

/** Narrow, since every number of an adapter is moved twice; `interleaved` has its columns reordered, adapter and all. */
const narrow = { width: 6, hidden: 9, layers: 1 }
const expectations = [smallModelCase(all, narrow), smallModelCase(some, { ...narrow, tied: false, ropeLayout: 'interleaved', kvHeads: 4 })]

function smallModelCase(settings: LoraSettings, change: Partial<ModelConfig>) {
  const model = adaptedModel(settings, change)
  const base = doubles(model.weights)
  const gradients = (loss: (config: ModelConfig, at: Matrices) => number) => centralDifferences(doubles(model.adapter!.weights), (moved) =>
    loss(model.config, referenceMerged(base, moved, settings)))
  const expected = Object.fromEntries(Object.entries(objectives).map(([name, [, loss]]) => [name, gradients(loss)]))
  return { model, expected }
}

for (const name of names) {
  describe(`LoRA on ${name}`, (it) => {
    for (const { model, expected } of expectations) {
      const what = `${model.adapter!.settings.targets.length} targets, ${model.config.ropeLayout}`

      it(`gives the logits of the merged matrices in double precision (${what})`, () => withEngine(name, async (engine) => {
        const { config } = model
        const constants = weightValues(engine, new Map([...frozenWeights(model), ...trainedWeights(model)]))
        const kernel = await engine.compile('forward', (tf, inputs) => ({ logits: forward(tf, config, inputs, inputs['ids']!) }),
          { ids: { shape: [1, 7], dtype: 'int32' } }, constants)
        const { logits } = await kernel.run({ ids: engine.value(Int32Array.from(rows[0]!), [1, 7]) })
        const matrices = referenceMerged(doubles(model.weights), doubles(model.adapter!.weights), model.adapter!.settings)
        assert.ok(relativeError(await logits!.read(), referenceLogits(config, matrices, rows[0]!).flat()) < 1e-5)
      }))

      for (const [kind, [objective]] of Object.entries(objectives)) {
        it(`has the reference's gradients of the adapter, ${kind} (${what})`, () => withEngine(name, async (engine) => {
          const found = await adapterGradients(engine, model, objective)
          assert.equal([...found.keys()].sort(), [...expected[kind]!.keys()].sort())
          for (const [tensor, gradient] of expected[kind]!) {
            const error = relativeError(found.get(tensor)!, gradient)
            assert.ok(error < 2e-5, `gradient of ${tensor}: relative error ${error}`)
          }
        }))
      }
    }
  })
}

describe('an adapter', (it) => {
  const base = smallModel()

  it('has a place for each target of each block, A [in, rank], B [rank, out]', () => {
    const shapes = adapterShapes(base.config, some)
    assert.equal([...shapes], [
      ['0.query.a', [10, 2]], ['0.query.b', [2, 16]], ['0.value.a', [10, 2]], ['0.value.b', [2, 8]],
      ['1.query.a', [10, 2]], ['1.query.b', [2, 16]], ['1.value.a', [10, 2]], ['1.value.b', [2, 8]],
    ])
    assert.is(adapterCount(base.config, some), 2 * (20 + 32 + 20 + 16))
  })

  it('begins with A normal, of deviation 1 / rank, and B zero: merging changes no bit', () => {
    const wide = { ...base.config, width: 200, layers: 4 }
    const adapter = initialAdapter(wide, { ...some, rank: 5 }, stream('fresh'))
    for (const [name, { data }] of adapter.weights) {
      const spread = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)
      if (name.endsWith('.b')) assert.is(spread, 0)
      else assert.ok(Math.abs(spread * 5 - 1) < 0.1, `${name}: ${spread}`)
    }
    assert.equal([...merged({ ...base, adapter: initialAdapter(base.config, all, stream('fresh')) }).weights], [...base.weights])
    assert.is.not(adapter.weights.get('0.query.a')!.data[0], adapter.weights.get('1.query.a')!.data[0])
  })

  it('merges into what the reference merges to', () => {
    const model = adaptedModel(all)
    const expected = referenceMerged(doubles(model.weights), doubles(model.adapter!.weights), all)
    const result = merged(model)
    assert.is(result.adapter, undefined)
    for (const [name, { data, shape }] of result.weights) {
      assert.equal(shape, model.weights.get(name)!.shape)
      assert.ok(relativeError(data, Array.from(expected.get(name)!)) < 1e-7, name)
    }
  })
})

describe('training under an adapter', (it) => {
  const model: LanguageModel = { ...smallModel(), adapter: initialAdapter(smallModel().config, some, stream('adapter')) }
  const options = { ...plainOptions, steps: 12, batch: 2, rate: 2e-2, weightDecay: 0.1 }
  const learnt = [[1, 4, 7, 5, 9, 2], [1, 5, 3, 3, 2]].map((ids) => ({ ids, from: 2 }))

  it('changes the adapter alone, learns, and scores merged as it trained unmerged', () => withEngine(names[0]!, async (engine) => {
    const { weights, curve } = await trainTokens(engine, model, learnt, options, stream('train'))
    assert.equal([...weights.keys()], [...model.adapter!.weights.keys()])
    const trained = withTrained(model, weights)
    assert.is(trained.weights, model.weights)
    for (const [tensor, { data }] of trained.adapter!.weights) assert.is.not(relativeError(data, model.adapter!.weights.get(tensor)!.data), 0)
    assert.ok(curve.at(-1)!.loss < 0.8 * curve[0]!.loss, `${curve[0]!.loss} → ${curve.at(-1)!.loss}`)
    const [sum] = await responseLogprobs(engine, merged(trained), [{ prompt: [1, 4], response: [7, 5, 9, 2] }])
    const again = await trainTokens(engine, trained, learnt.slice(0, 1), { ...options, steps: 1, batch: 1 }, stream('again'))
    assert.ok(Math.abs(again.curve[0]!.loss + sum! / 4) < 1e-5 * Math.abs(sum!), `${again.curve[0]!.loss} for ${-sum! / 4}`)
  }))

  it('measures DPO against the model with the adapter it started from: the first loss is ln 2', () => withEngine(names[0]!, async (engine) => {
    const start = adaptedModel(some)
    const bare = [{ prompt: [1, 5], chosen: [3, 6, 2], rejected: [4, 2] }, { prompt: [1, 6], chosen: [3, 2], rejected: [7, 8, 2] }]
    const score = (side: 'chosen' | 'rejected') =>
      responseLogprobs(engine, merged(start), bare.map((pair) => ({ prompt: pair.prompt, response: pair[side] })))
    const [chosen, rejected] = [await score('chosen'), await score('rejected')]
    const preferences = bare.map((pair, index) => ({ ...pair, reference: { chosen: chosen[index]!, rejected: rejected[index]! } }))
    const { curve } = await trainPreferences(engine, start, preferences, (tf, { policyChosen, policyRejected, referenceChosen, referenceRejected }) =>
      tf.neg(logSigmoid(tf, tf.sub(tf.sub(policyChosen, referenceChosen), tf.sub(policyRejected, referenceRejected)))), options, stream('dpo'))
    assert.ok(Math.abs(curve[0]!.loss - Math.LN2) < 1e-5, String(curve[0]!.loss))
    assert.ok(curve.at(-1)!.loss < 0.5 * Math.LN2)
  }))
})
