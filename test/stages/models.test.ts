// Stages that compute on an engine, on a model of a few hundred numbers: what they refuse, and that they agree with each other.
import * as assert from 'uvu/assert'
import type { Pair, Samples } from '../../src/data/record.ts'
import type { TrainingCurve } from '../../src/data/result.ts'
import type { Json, Key } from '../../src/plan/node.ts'
import type { ScoreRow } from '../../src/stages/score.ts'
import { describe } from '../describe.ts'
import { openBench } from './bench.ts'

const bench = openBench()
const texts = ['a red fox ran', 'the blue cat sat', 'an owl by night'].map((text, index) => ({ id: `t${index}`, text }))
const config: Json = {
  layers: 1, width: 8, heads: 2, kvHeads: 1, headWidth: 4, hidden: 16, vocabulary: 280, context: 48,
  ropeTheta: 10_000, ropeLayout: 'halves', normEpsilon: 1e-5, tied: true,
}
const training: Json = {
  steps: 2, batch: 2, rate: 1e-3, schedule: 'constant', warmup: 0, weight_decay: 0, clip: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
}
const sampling: Json = { responses: 3, temperature: 0.7, top_p: 1, max_tokens: 6 }
const drawing = (count: number, draw: string): Json => ({ ...sampling as object, count, draw })
const training1 = { ...training as object, loss: 'dpo', lossParams: { beta: 0.1, label_smoothing: 0, nll: 0 } }
const long = 'word '.repeat(60)

const corpus = bench.rows('rows.jsonl', texts)
const tokenizer = bench.run('tokenizer', { kind: 'bpe', vocabulary: 280 }, { text: corpus }).then(({ key }) => key as Key)
const model = tokenizer
  .then((trained) => bench.run('initialize', { config, template: '{prompt}\n' }, { tokenizer: trained }))
  .then(({ key }) => key as Key)
const prompts = bench.rows('rows.jsonl', texts)
const pairs = bench.rows('rows.jsonl', texts.map((row): Pair => (
  { ...row, chosen: { text: 'yes' }, rejected: { text: 'no' }, origin: 'offline' })))

describe('initialize', (it) => {
  it('fits the model to the vocabulary that the text was good for', async () => {
    const params: Json = { config: { ...config as object, vocabulary: 5000 }, template: '{prompt}' }
    const made = await bench.run('initialize', params, { tokenizer: await tokenizer })
    const { vocab_size: size } = made.json('config.json') as { vocab_size: number }
    assert.ok(size > 256 && size < 400, String(size))
  })

  it('draws other weights for another seed, and the same for the same', async () => {
    const params: Json = { config, template: '{prompt}\n' }
    const weights = async (seed: number): Promise<string> =>
      (await bench.run('initialize', params, { tokenizer: await tokenizer }, seed)).bytes('model.safetensors').join()
    assert.is(await weights(1), await weights(1))
    assert.is.not(await weights(1), await weights(2))
  })
})

describe('sample and score', (it) => {
  it('agree on the log-probability of an answer, whatever the temperature it was drawn at', async () => {
    const samples = await bench.run('sample', sampling, { model: await model, prompts })
    const rows = samples.rows<Samples>('samples.jsonl')
    assert.equal(rows.map(({ id, responses }) => [id, responses.length]), texts.map(({ id }) => [id, 3]))
    const scores = (await bench.run('score', {}, { model: await model, samples: samples.key as Key })).rows<ScoreRow>('scores.jsonl')
    for (const [index, { responses }] of rows.entries()) {
      for (const [at, { logprob }] of responses.entries()) {
        const again = scores[index]!.logprobs[at]!
        assert.ok(Math.abs(again - logprob!) < 1e-4 * Math.abs(logprob!), `${again} and ${logprob}`)
      }
    }
  })

  it('meet the same prompts under every model, when only some are drawn, and others under another name', async () => {
    const many = bench.rows('rows.jsonl', Array.from({ length: 40 }, (_, index) => ({ id: `p${index}`, text: `the fox ${index}` })))
    const ids = async (name: string, seed: number): Promise<string> => {
      const made = await bench.run('sample', drawing(5, name), { model: await model, prompts: many }, seed)
      return made.rows<Samples>('samples.jsonl').map(({ id }) => id).join(' ')
    }
    assert.is((await ids('one', 1)).split(' ').length, 5)
    assert.is(await ids('one', 1), await ids('one', 2))
    assert.is.not(await ids('one', 1), await ids('two', 1))
  })

  it('refuse what cannot be answered', async () => {
    const none = await bench.fails('sample', sampling, { model: await model, prompts: bench.rows('rows.jsonl', []) })
    assert.is(none.message, 'there is no prompt to answer')
    const asked = bench.rows('rows.jsonl', [...texts, { id: 'endless', text: long }])
    const endless = await bench.fails('sample', sampling, { model: await model, prompts: asked })
    assert.match(endless.message, /^prompt `endless` has \d+ tokens, but the model's context is 48$/)
  })
})

describe('training', (it) => {
  const curveOf = async (stage: string, params: Json, inputs: Readonly<Record<string, Key>>): Promise<TrainingCurve> =>
    (await bench.run(stage, params, inputs)).json('curve.json') as unknown as TrainingCurve

  it('on plain text cuts what outgrows the context, and loses no token to it', async () => {
    const data = bench.rows('rows.jsonl', [{ id: 'long', text: long }])
    const { points, unit } = await curveOf('pretrain', training, { model: await model, data })
    assert.equal([points.length, unit], [2, 'nats per token'])
    // An untrained model knows nothing: log of the vocabulary.
    assert.ok(Math.abs(points[0]!.loss - Math.log(280)) < 0.5, String(points[0]!.loss))
  })

  it('turns epochs into steps: every row is seen that often', async () => {
    const { steps: _, ...others } = training as Record<string, Json>
    const { points } = await curveOf('supervised', { ...others, epochs: 3 }, {
      model: await model, data: bench.rows('rows.jsonl', texts.map((row) => ({ ...row, response: 'yes' }))),
    })
    assert.is(points.length, Math.ceil(3 * 3 / 2))
  })

  it('on preferences begins at ln 2, where policy and reference are one', async () => {
    const scored = await bench.run('logprob', {}, { model: await model, pairs })
    assert.ok(scored.rows<Pair>('rows.jsonl').every(({ reference }) => reference!.chosen < 0 && reference!.rejected < 0))
    const { points } = await curveOf('prefer', training1, { model: await model, pairs: scored.key as Key })
    assert.ok(Math.abs(points[0]!.loss - Math.LN2) < 1e-5, String(points[0]!.loss))
    assert.ok(points[1]!.loss < points[0]!.loss)
  })

  it('refuses data without a row, and rows that do not fit', async () => {
    const none = bench.rows('rows.jsonl', [])
    const policy = await model
    assert.is((await bench.fails('pretrain', training, { model: policy, data: none })).message, 'the text is empty')
    assert.is((await bench.fails('supervised', training, { model: policy, data: none })).message, 'there is no demonstration to learn from')
    assert.is((await bench.fails('prefer', training1, { model: policy, pairs: none })).message, 'there is no preference pair to train on')
    const endless = bench.rows('rows.jsonl', [{ id: 'endless', text: 'a fox', response: long }])
    const { message } = await bench.fails('supervised', training, { model: policy, data: endless })
    assert.match(message, /^prompt and answer of `endless` have \d+ tokens, but the model's context is 48$/)
  })

  it('that breaks down says at which step', async () => {
    const data = bench.rows('rows.jsonl', texts)
    const wild = { ...training as object, rate: 1e30, steps: 4, schedule: 'constant' }
    const { message, remedy } = await bench.fails('pretrain', wild, { model: await model, data })
    assert.match(message, /^training broke down at step 2: the loss is /)
    assert.match(remedy, /^lower the learning rate \(1e\+30 at this step\)/)
  })
})
