import * as assert from 'uvu/assert'
import { type Choice, samplerFor, type SamplingOptions } from '../../src/model/sampling.ts'
import { normal, stream } from '../../src/random.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { describe } from '../describe.ts'

/** Logits of the given probabilities, shifted: only differences may matter. */
const logitsFor = (...probabilities: number[]) => Float32Array.from(probabilities, (value) => Math.log(value) + 3)

const tf = await loadTensorFlow()

/** Chooses by logits as generation does: the sampler's outputs are worked out by TensorFlow.js, here as the second of two rows. */
function chooser(logits: Float32Array, options: SamplingOptions): (uniform: number) => Choice {
  const sampler = samplerFor(options)
  const outputs = tf.tidy(() => {
    const both = tf.tensor2d([...new Float32Array(logits.length).fill(1), ...logits], [2, logits.length])
    return Object.entries(sampler.outputs(tf, both)).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array] as const)
  })
  return (uniform) => sampler.choose(Object.fromEntries(outputs), 1, logits.length, uniform)
}

const logSumExp = (logits: Float32Array): number => Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0))

/** The share of an even grid of uniforms that draws each token. */
function shares(logits: Float32Array, options: SamplingOptions, grid = 4000): number[] {
  const counts = new Array<number>(logits.length).fill(0)
  const choose = chooser(logits, options)
  for (let point = 0; point < grid; point++) counts[choose((point + 0.5) / grid).token]! += 1 / grid
  return counts
}

function near(actual: readonly number[], expected: readonly number[], tolerance = 5e-4): void {
  actual.forEach((value, index) => assert.ok(Math.abs(value - expected[index]!) < tolerance, `${actual} for ${expected}`))
}

describe('sampling', (it) => {
  const logits = logitsFor(0.1, 0.4, 0.2, 0.3)

  it('draws each token with its probability at temperature 1', () => {
    near(shares(logits, { temperature: 1, topP: 1 }), [0.1, 0.4, 0.2, 0.3])
  })

  it('squares the odds at temperature 0.5 and takes their root at 2', () => {
    near(shares(logits, { temperature: 0.5, topP: 1 }), [0.01, 0.16, 0.04, 0.09].map((value) => value / 0.3))
    const roots = [0.1, 0.4, 0.2, 0.3].map(Math.sqrt)
    near(shares(logits, { temperature: 2, topP: 1 }), roots.map((value) => value / roots.reduce((a, b) => a + b)))
  })

  it('takes the lowest id among the likeliest at temperature 0', () => {
    assert.is(chooser(Float32Array.of(1, 2, 0, 2), { temperature: 0, topP: 1 })(0.99).token, 1)
  })

  it('keeps the smallest set that reaches topP, likeliest first', () => {
    near(shares(logits, { temperature: 1, topP: 0.65 }), [0, 4 / 7, 0, 3 / 7])
    near(shares(logits, { temperature: 1, topP: 0.75 }), [0, 4 / 9, 2 / 9, 3 / 9])
    near(shares(logits, { temperature: 1, topP: 0.01 }), [0, 1, 0, 0])
  })

  it('applies topP after temperature', () => {
    // At temperature 0.5 the probabilities are 1/30, 16/30, 4/30, 9/30: two tokens reach 0.8 where four would need three.
    near(shares(logits, { temperature: 0.5, topP: 0.8 }), [0, 16 / 25, 0, 9 / 25])
    near(shares(logits, { temperature: 1, topP: 0.8 }), [0, 4 / 9, 2 / 9, 3 / 9])
  })

  it('keeps the lower id among equals at the edge of the nucleus', () => {
    near(shares(Float32Array.of(0, 0, 0, 0), { temperature: 1, topP: 0.5 }), [0.5, 0.5, 0, 0])
  })

  it('draws the last token as u approaches 1 and never one of probability 0', () => {
    const some = Float32Array.of(-Infinity, 0, -Infinity, 0, -Infinity)
    const choose = chooser(some, { temperature: 1, topP: 1 })
    assert.is(choose(0).token, 1)
    assert.is(choose(1 - 2 ** -32).token, 3)
  })

  for (const seed of [1, 2, 3, 4, 5]) {
    it(`finds the nucleus that a full sort finds (seed ${seed})`, () => {
      const random = stream(`nucleus ${seed}`)
      const many = Float32Array.from({ length: 200 }, (_, id) => 2 * normal(random, id))
      const topP = 0.3 + 0.65 * random.child('p').at(0)
      const sum = Math.exp(logSumExp(many))
      const sorted = [...many.keys()].sort((a, b) => many[b]! - many[a]!)
      let mass = 0
      const kept = new Set(sorted.filter((id) => {
        const needed = mass < topP
        mass += Math.exp(many[id]!) / sum
        return needed
      }))
      const drawn = shares(many, { temperature: 1, topP }, 8_000)
      drawn.forEach((share, id) => assert.ok(kept.has(id) ? share > 0 || Math.exp(many[id]!) / sum < 5e-4 : share === 0, `token ${id}`))
    })
  }

  it('records the log-probability at temperature 1 whatever the temperature', () => {
    for (const temperature of [0, 0.5, 1, 3]) {
      const { token, logprob } = chooser(logits, { temperature, topP: 1 })(0.5)
      assert.ok(Math.abs(logprob - (logits[token]! - logSumExp(logits))) < 2e-6, `${logprob} at temperature ${temperature}`)
    }
  })

  it('normalises without overflow', () => {
    for (const temperature of [0, 0.5, 1]) {
      assert.ok(Math.abs(chooser(Float32Array.of(1000, 1000), { temperature, topP: 1 })(0.7).logprob + Math.LN2) < 1e-4)
    }
  })

  it('tells by the log-probability when the logits are not finite', () => {
    for (const temperature of [0, 0.5, 1]) {
      assert.not.ok(Number.isFinite(chooser(Float32Array.of(NaN, 1, NaN), { temperature, topP: 1 })(0.7).logprob))
    }
  })
})
