import * as assert from 'uvu/assert'
import { generate } from '../../src/model/generate.ts'
import { initialize } from '../../src/model/initialize.ts'
import { responseLogprobs } from '../../src/model/logprobs.ts'
import type { LanguageModel } from '../../src/model/model.ts'
import type { PreferenceLoss } from '../../src/model/objective.ts'
import type { Trained } from '../../src/model/optimise.ts'
import { type PreferencePair, trainPreferences, trainTokens } from '../../src/model/train.ts'
import { StageFailure } from '../../src/run/stage.ts'
import { stream } from '../../src/random.ts'
import { logSigmoid } from '../../src/tensor/ops.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { describe } from '../describe.ts'
import { names, plainOptions, randomIds, relativeError, smallModel, withEngine } from './small.ts'

const model: LanguageModel = { ...smallModel(), weights: initialize(smallModel().config, stream('fresh')) }
const sequences = Array.from({ length: 10 }, (_, index) => {
  const ids = [1, ...randomIds(stream('sequence').child(index), 3 + 2 * index % 17), 2]
  return { ids, from: index % 3 }
})
const options = { ...plainOptions, weightDecay: 0.05, schedule: 'cosine', warmup: 3 } as const

const dpo: PreferenceLoss = (tf, { policyChosen, policyRejected, referenceChosen, referenceRejected }) =>
  tf.neg(logSigmoid(tf, tf.sub(tf.sub(policyChosen, referenceChosen), tf.sub(policyRejected, referenceRejected))))

/** Pairs whose chosen answer begins with token 3 and whose rejected answer does not. */
async function preferencePairs(engine: Parameters<typeof responseLogprobs>[0]): Promise<PreferencePair[]> {
  const bare = Array.from({ length: 9 }, (_, index) => {
    const random = stream('pair').child(index)
    return { prompt: [1, ...randomIds(random, 2 + index % 3)], chosen: [3, ...randomIds(random.child('c'), 1 + index % 4), 2], rejected: [4, 5, 2] }
  })
  const chosen = await responseLogprobs(engine, model, bare.map(({ prompt, chosen }) => ({ prompt, response: chosen })))
  const rejected = await responseLogprobs(engine, model, bare.map(({ prompt, rejected }) => ({ prompt, response: rejected })))
  return bare.map((pair, index) => ({ ...pair, reference: { chosen: chosen[index]!, rejected: rejected[index]! } }))
}

function expectSame(actual: Trained, expected: Trained, tolerance: number): void {
  for (const field of ['loss', 'rate', 'gradientNorm', 'margin', 'accuracy'] as const) {
    // At the first step policy and reference are the same: the sign of a margin is that of a rounding error.
    const values = ({ curve }: Trained) => curve.slice(field === 'accuracy' ? 1 : 0).map((point) => point[field] ?? 0)
    const most = Math.max(...values(expected).map(Math.abs))
    if (most > 0) assert.ok(relativeError(values(actual), values(expected)) < tolerance, `${field}: ${values(actual)} for ${values(expected)}`)
  }
  for (const [name, { data }] of expected.weights) {
    assert.ok(relativeError(actual.weights.get(name)!.data, data) < tolerance, `${name} ${relativeError(actual.weights.get(name)!.data, data)}`)
  }
}

async function failureOf(act: Promise<unknown>): Promise<StageFailure> {
  const error = await act.then(() => undefined, (reason: unknown) => reason)
  assert.instance(error, StageFailure)
  return error as StageFailure
}

/** Twenty steps of each kind of training on the plainest engine, computed when the first test asks. */
let expected: Promise<{ readonly tokens: Trained; readonly pairs: Trained }> | undefined
const onReference = () => expected ??= withEngine('eager-cpu', async (engine) => ({
  tokens: await trainTokens(engine, model, sequences, options, stream('train')),
  pairs: await trainPreferences(engine, model, await preferencePairs(engine), dpo, options, stream('train')),
}))

for (const name of names) {
  describe(`training on ${name}`, (it) => {
    if (name !== 'eager-cpu') it('takes the same twenty steps as the plainest engine, on tokens and on pairs', () => withEngine(name, async (engine) => {
      const { tokens, pairs } = await onReference()
      expectSame(await trainTokens(engine, model, sequences, options, stream('train')), tokens, 5e-5)
      expectSame(await trainPreferences(engine, model, await preferencePairs(engine), dpo, options, stream('train')), pairs, 5e-5)
    }))

    it('repeats bit for bit, and differs for another stream', () => withEngine(name, async (engine) => {
      const few = { ...options, steps: 4 }
      const train = (seed: string) => trainTokens(engine, model, sequences, few, stream(seed))
      const [one, two, other] = [await train('a'), await train('a'), await train('b')]
      assert.equal(one.curve, two.curve)
      assert.equal([...one.weights], [...two.weights])
      assert.is.not(one.curve[0]!.loss, other.curve[0]!.loss)
    }))

    it('says at which step it broke down', () => withEngine(name, async (engine) => {
      const steep = { ...plainOptions, rate: 1e30, steps: 6 }
      const failure = await failureOf(trainTokens(engine, model, sequences, steep, stream('steep')))
      assert.match(failure.message, /training broke down at step 2: .*(NaN|Infinity)/)
      assert.match(failure.remedy, /lower the learning rate/)
    }))
  })
}

describe('training', (it) => {
  it('learns three sequences by heart', () => withEngine(names[0]!, async (engine) => {
    const few = [[1, 4, 7, 5, 9, 2], [1, 5, 3, 3, 2], [1, 6, 8, 12, 11, 10, 4, 2]].map((ids) => ({ ids, from: 2 }))
    const { weights, curve } = await trainTokens(engine, model, few, { ...plainOptions, steps: 35, batch: 3, rate: 5e-2 }, stream('heart'))
    assert.ok(Math.abs(curve[0]!.loss - Math.log(13)) < 0.2, 'a fresh model knows nothing')
    assert.ok(curve.at(-1)!.loss < 0.02, String(curve.at(-1)!.loss))
    const requests = few.map(({ ids }) => ({ prompt: ids.slice(0, 2), count: 1, random: stream('any') }))
    const results = await generate(engine, { ...model, weights }, requests, { temperature: 0, topP: 1, maxTokens: 10 })
    assert.equal(results.map(([response]) => [...response!.tokens, 2]), few.map(({ ids }) => ids.slice(2)))
  }))

  it('learns to prefer: margin and accuracy of the curve are those of scoring afterwards', () => withEngine(names[0]!, async (engine) => {
    const pairs = await preferencePairs(engine)
    const { weights, curve } = await trainPreferences(engine, model, pairs, dpo, { ...plainOptions, steps: 15, batch: 9 }, stream('prefer'))
    assert.ok(Math.abs(curve[0]!.loss - Math.LN2) < 1e-5, 'at the reference the loss is ln 2')
    assert.ok(Math.abs(curve[0]!.margin!) < 1e-5)
    assert.is(curve.at(-1)!.accuracy, 1)
    assert.ok(curve.at(-1)!.loss < 0.1)
    const after = await trainPreferences(engine, { ...model, weights }, pairs, dpo, { ...plainOptions, steps: 1, batch: 9 }, stream('again'))
    const score = (side: 'chosen' | 'rejected') =>
      responseLogprobs(engine, { ...model, weights }, pairs.map((pair) => ({ prompt: pair.prompt, response: pair[side] })))
    const chosen = await score('chosen'), rejected = await score('rejected')
    const margins = pairs.map(({ reference }, index) => chosen[index]! - reference.chosen - rejected[index]! + reference.rejected)
    const mean = margins.reduce((sum, margin) => sum + margin, 0) / 9
    assert.ok(Math.abs(after.curve[0]!.margin! - mean) < 1e-4 * mean)
  }))
})

describe('memory', (it) => {
  it('is given back by training, scoring and sampling, finished or failed', () => withEngine('eager-cpu', async (engine) => {
    const tf = await loadTensorFlow()
    const before = tf.memory().numTensors
    const few = { ...options, steps: 2 }
    await trainTokens(engine, model, sequences, few, stream('train'))
    await trainPreferences(engine, model, await preferencePairs(engine), dpo, few, stream('train'))
    await failureOf(trainTokens(engine, model, sequences, { ...few, rate: 1e30, steps: 3 }, stream('train')))
    await generate(engine, model, [{ prompt: [1, 4], count: 3, random: stream('any') }], { temperature: 1, topP: 1, maxTokens: 4, batch: 2 })
    assert.is(tf.memory().numTensors, before)
  }))
})

describe('training refuses', (it) => {
  const never = {} as Parameters<typeof trainTokens>[0]

  it('rows longer than the context, by their index', async () => {
    const long = [...sequences, { ids: randomIds(stream('long'), 26), from: 0 }]
    assert.match((await failureOf(trainTokens(never, model, long, options, stream('x')))).message, /row 10 has 26 tokens, .* context holds 24/)
    const pair = { prompt: [1], chosen: [3], rejected: randomIds(stream('long'), 25), reference: { chosen: 0, rejected: 0 } }
    const failure = await failureOf(trainPreferences(never, model, [pair], dpo, options, stream('x')))
    assert.match(failure.message, 'the rejected answer of pair 0 has 26 tokens')
  })

  it('data without a row, and rows without a token to predict', async () => {
    assert.match((await failureOf(trainTokens(never, model, [], options, stream('x')))).message, 'the data has no rows')
    assert.match((await failureOf(trainTokens(never, model, [{ ids: [1], from: 0 }], options, stream('x')))).message, 'none of the 1 rows')
    assert.match((await failureOf(trainPreferences(never, model, [], dpo, options, stream('x')))).message, 'the data has no rows')
  })
})
