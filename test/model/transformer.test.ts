import * as assert from 'uvu/assert'
import type { ModelConfig } from '../../src/model/config.ts'
import { withRopeLayout } from '../../src/model/layout.ts'
import type { TrainingObjective } from '../../src/model/optimise.ts'
import { batchSpecs, batchValues, layOut, scoredLogprobs } from '../../src/model/scored.ts'
import { preferenceObjective, tokenObjective } from '../../src/model/train.ts'
import { forward } from '../../src/model/transformer.ts'
import { specsOf, weightValues } from '../../src/model/values.ts'
import { stream } from '../../src/random.ts'
import type { Engine, Tensors } from '../../src/tensor/engine.ts'
import { valueAndGradients } from '../../src/tensor/gradients.ts'
import { logSigmoid } from '../../src/tensor/ops.ts'
import { describe } from '../describe.ts'
import { centralDifferences, type Matrices, referenceDpoLoss, referenceLogits, referenceTokenLoss } from '../../src/verify/reference-decoder.ts'
import { names, randomIds, relativeError, smallConfig, smallModel, withEngine } from './small.ts'

const doubles = (weights: ReadonlyMap<string, { data: Float32Array }>): Matrices =>
  new Map([...weights].map(([name, { data }]) => [name, Float64Array.from(data)]))

const rows = [randomIds(stream('row 0'), 7), randomIds(stream('row 1'), 5)]
const padded = Int32Array.from([...rows[0]!, ...rows[1]!, 0, 0])

async function forwardLogits(engine: Engine, config: ModelConfig, weights: Parameters<typeof weightValues>[1]): Promise<Float32Array> {
  const kernel = await engine.compile('forward', (tf, inputs) => ({ logits: forward(tf, config, inputs, inputs['ids']!) }),
    { ids: { shape: [2, 7], dtype: 'int32' } }, weightValues(engine, weights))
  const { logits } = await kernel.run({ ids: engine.value(padded, [2, 7]) })
  assert.equal(logits!.shape, [2, 7, config.vocabulary])
  return await logits!.read() as Float32Array
}

/** The loss of one batch and its gradient in every weight. */
async function lossAndGradients(engine: Engine, config: ModelConfig, objective: TrainingObjective, batchRows: readonly number[]) {
  const sequences = objective.sequences(batchRows)
  // One row and some scored places more than needed: padding must count nothing.
  const shape = { sequences: sequences.length, length: 9, scored: 24 }
  const weights = weightValues(engine, smallModel(config).weights) // the same weights as `expectation` draws
  const extra = Object.fromEntries(Object.entries(objective.extra(batchRows)).map(([name, data]) => [name, engine.value(data, [data.length])]))
  const feeds = {
    ...batchValues(engine, layOut(sequences, shape), shape, ['ids', 'states', 'targets', 'owners', 'counted']), ...extra, ...weights,
  }
  assert.equal(specsOf(feeds)['states'], batchSpecs(shape).states)
  const kernel = await engine.compile('gradients', (tf, inputs) => {
    const parameters: Tensors = Object.fromEntries(Object.keys(weights).map((name) => [name, inputs[name]!]))
    const { value, gradients } = valueAndGradients(tf, (at) =>
      objective.loss(tf, scoredLogprobs(tf, config, at, inputs), inputs, shape), parameters)
    return { ...gradients, loss: value }
  }, specsOf(feeds))
  const outputs = await kernel.run(feeds)
  const read = new Map<string, Float32Array>()
  for (const [name, value] of Object.entries(outputs)) read.set(name, await value.read() as Float32Array)
  return read
}

function expectClose(
  actual: ReadonlyMap<string, Float32Array>,
  { loss, gradients }: { readonly loss: number; readonly gradients: ReadonlyMap<string, Float64Array> },
): void {
  assert.ok(Math.abs(actual.get('loss')![0]! - loss) < 1e-5 * loss, `loss ${actual.get('loss')![0]} for ${loss}`)
  for (const [name, expected] of gradients) {
    const error = relativeError(actual.get(name)!, expected)
    assert.ok(error < 1e-5, `gradient of ${name}: relative error ${error}`)
  }
}

/** Narrower than the other small models: every number of every matrix is moved twice. */
const narrow = { width: 6, hidden: 9 }
const variants: Record<string, Partial<ModelConfig>> = {
  'tied, halves': narrow,
  'untied, interleaved, one key/value head for each query head': { ...narrow, tied: false, ropeLayout: 'interleaved', kvHeads: 4, layers: 1 },
}

const sequences = [{ ids: rows[0]!, from: 0 }, { ids: rows[1]!, from: 3 }]
const beta = 0.3
const pairs = [
  { prompt: [1, 5, 6], chosen: [7, 8, 2], rejected: [9, 2], reference: { chosen: -7, rejected: -4 } },
  { prompt: [1, 4], chosen: [10, 2], rejected: [11, 12, 3, 2], reference: { chosen: -5, rejected: -11 } },
]

/** What every engine must find, worked out once for each variant of the model. */
function expectation(change: Partial<ModelConfig>) {
  const config = { ...smallConfig, ...change }
  const { weights } = smallModel(change)
  const at = doubles(weights)
  const tokenLoss = (moved: Matrices) => referenceTokenLoss(config, moved, sequences)
  const dpoLoss = (moved: Matrices) => referenceDpoLoss(config, moved, pairs, beta)
  return {
    config, weights,
    tokens: { loss: tokenLoss(at), gradients: centralDifferences(at, tokenLoss) },
    dpo: { loss: dpoLoss(at), gradients: centralDifferences(at, dpoLoss) },
  }
}

const expectations = Object.entries(variants).map(([variant, change]) => [variant, expectation(change)] as const)

for (const name of names) {
  describe(`transformer on ${name}`, (it) => {
    for (const [variant, { config, weights, tokens, dpo }] of expectations) {
      it(`gives the reference's logits, padding on the right or not (${variant})`, async () => {
        const logits = await withEngine(name, (engine) => forwardLogits(engine, config, weights))
        rows.forEach((ids, row) => {
          const start = row * 7 * config.vocabulary
          const expected = referenceLogits(config, doubles(weights), ids).flat()
          assert.ok(relativeError(logits.slice(start, start + expected.length), expected) < 1e-5)
        })
      })

      it(`has the reference's token loss and gradients (${variant})`, async () => {
        const actual = await withEngine(name, (engine) =>
          lossAndGradients(engine, config, tokenObjective((picked) => picked.map((row) => sequences[row]!)), [0, 1]))
        expectClose(actual, tokens)
      })

      it(`has the reference's DPO loss and gradients (${variant})`, async () => {
        const objective = preferenceObjective(pairs, (tf, { policyChosen, policyRejected, referenceChosen, referenceRejected }) =>
          tf.neg(logSigmoid(tf, tf.mul(beta, tf.sub(tf.sub(policyChosen, referenceChosen), tf.sub(policyRejected, referenceRejected))))))
        const actual = await withEngine(name, (engine) => lossAndGradients(engine, config, objective, [0, 1]))
        expectClose(actual, dpo)
      })
    }

    it('is the same model in both rotary layouts', async () => {
      const model = smallModel({ ropeLayout: 'interleaved' })
      const other = withRopeLayout(model, 'halves')
      assert.is(other.config.ropeLayout, 'halves')
      assert.is.not(relativeError(other.weights.get('0.query')!.data, model.weights.get('0.query')!.data), 0)
      const [one, two] = await withEngine(name, async (engine) =>
        [await forwardLogits(engine, model.config, model.weights), await forwardLogits(engine, other.config, other.weights)])
      assert.ok(relativeError(one!, two!) < 1e-6)
    })
  })
}
