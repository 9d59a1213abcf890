import * as assert from 'uvu/assert'
import { adamw, clipByNorm, corrections } from '../../src/model/adamw.ts'
import { parameterCount, weightShapes } from '../../src/model/config.ts'
import { initialize } from '../../src/model/initialize.ts'
import { pack, parameterVector, unpack } from '../../src/model/parameters.ts'
import { rateAt } from '../../src/model/schedule.ts'
import { normal, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { names, relativeError, smallConfig, smallModel, withEngine } from './small.ts'

const size = 12, decayed = 7
const options = { weightDecay: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-6 }
const draw = (seed: string, step = 0) => Float32Array.from({ length: size }, (_, index) => normal(stream(seed).child(step), index))

/** AdamW one number at a time, as its paper writes it (algorithm 2, with the rate as schedule multiplier). */
function plainAdamw(steps: number, rates: readonly number[], clip: number): number[] {
  const weights = Array.from(draw('weights'))
  const first = weights.map(() => 0)
  const second = weights.map(() => 0)
  for (let step = 1; step <= steps; step++) {
    const raw = draw('gradient', step)
    const norm = Math.hypot(...raw)
    for (let index = 0; index < size; index++) {
      const gradient = norm > clip ? raw[index]! * clip / norm : raw[index]!
      first[index] = options.beta1 * first[index]! + (1 - options.beta1) * gradient
      second[index] = options.beta2 * second[index]! + (1 - options.beta2) * gradient ** 2
      const firstHat = first[index]! / (1 - options.beta1 ** step)
      const secondHat = second[index]! / (1 - options.beta2 ** step)
      const decay = index < decayed ? options.weightDecay * weights[index]! : 0
      weights[index]! -= rates[step - 1]! * (firstHat / (Math.sqrt(secondHat) + options.epsilon) + decay)
    }
  }
  return weights
}

for (const name of names) {
  describe(`AdamW on ${name}`, (it) => {
    for (const clip of [2.5, Infinity]) {
      it(`takes five steps as the plain form does, clipped at ${clip}`, () => withEngine(name, async (engine) => {
        const rates = [0.1, 0.05, 0.2, 0.1, 0.1]
        const spec = { shape: [size], dtype: 'float32' } as const
        const scalar = { shape: [], dtype: 'float32' } as const
        const kernel = await engine.compile('adamw', (tf, inputs) => {
          const { rate, firstCorrection, secondCorrection, weights, first, second } = inputs
          const { gradient, norm } = clipByNorm(tf, inputs['gradient']!, clip)
          const scalars = { rate: rate!, firstCorrection: firstCorrection!, secondCorrection: secondCorrection! }
          return { ...adamw(tf, { weights: weights!, first: first!, second: second! }, gradient, scalars, options, decayed), norm }
        }, { weights: spec, first: spec, second: spec, gradient: spec, rate: scalar, firstCorrection: scalar, secondCorrection: scalar })
        const zeros = () => engine.value(new Float32Array(size), [size])
        let state = { weights: engine.value(draw('weights'), [size]), first: zeros(), second: zeros() }
        for (const [step, rate] of rates.entries()) {
          const { first, second } = corrections(options, step)
          const number = (value: number) => engine.value(Float32Array.of(value), [])
          const gradient = draw('gradient', step + 1)
          const { norm, ...next } = await kernel.run({
            ...state, gradient: engine.value(gradient, [size]), rate: number(rate), firstCorrection: number(first), secondCorrection: number(second),
          })
          assert.ok(relativeError(await norm!.read(), [Math.hypot(...gradient)]) < 1e-6)
          state = next as typeof state
        }
        assert.ok(relativeError(await state.weights.read(), plainAdamw(5, rates, clip)) < 1e-6)
      }))
    }
  })
}

describe('learning rate', (it) => {
  const rates = (schedule: 'constant' | 'linear' | 'cosine', warmup: number, steps = 6) =>
    Array.from({ length: steps }, (_, step) => +rateAt({ rate: 1, schedule, steps, warmup }, step).toFixed(6))

  it('stays, falls in a line, or falls as a cosine', () => {
    assert.equal(rates('constant', 0), [1, 1, 1, 1, 1, 1])
    assert.equal(rates('linear', 0, 4), [1, 0.75, 0.5, 0.25])
    assert.equal(rates('cosine', 0, 4), [1, 0.853553, 0.5, 0.146447])
  })

  it('warms up in every schedule, and starts to fall from the peak', () => {
    assert.equal(rates('constant', 4), [0.25, 0.5, 0.75, 1, 1, 1])
    assert.equal(rates('linear', 2), [0.5, 1, 1, 0.75, 0.5, 0.25])
    assert.equal(rates('cosine', 2), [0.5, 1, 1, 0.853553, 0.5, 0.146447])
  })

  it('only warms up when the warm-up is as long as the training', () => {
    assert.equal(rates('linear', 6), [1, 2, 3, 4, 5, 6].map((step) => +(step / 6).toFixed(6)))
  })
})

describe('parameter vector', (it) => {
  it('holds every number once, matrices first, and gives the weights back', () => {
    for (const tied of [true, false]) {
      const { config, weights } = smallModel({ tied })
      const vector = parameterVector(weightShapes(config))
      assert.is(vector.size, parameterCount(config))
      const back = unpack(vector, pack(vector, weights))
      assert.equal([...back], [...weights])
      for (const { shape, offset, size } of vector.places) assert.is(offset + size <= vector.matrices, shape.length > 1)
    }
  })
})

describe('fresh weights', (it) => {
  const config = { ...smallConfig, tied: false, layers: 8, width: 64, hidden: 96, vocabulary: 200 }
  const weights = initialize(config, stream('fresh'))
  const spread = (name: string) => Math.sqrt(weights.get(name)!.data.reduce((sum, value) => sum + value * value, 0) / weights.get(name)!.data.length)

  it('have the names and shapes of the config', () => {
    assert.equal([...weights].map(([name, { shape }]) => [name, shape]), [...weightShapes(config)])
  })

  it('spread by 0.02, less where they write to the residual stream, and norms are 1', () => {
    for (const name of ['embedding', 'output', '0.gate', '7.up']) assert.ok(Math.abs(spread(name) / 0.02 - 1) < 0.04, `${name} ${spread(name)}`)
    for (const name of ['3.attention', '7.down']) assert.ok(Math.abs(spread(name) / 0.005 - 1) < 0.04, `${name} ${spread(name)}`)
    assert.ok(weights.get('3.norm2')!.data.every((value) => value === 1))
  })

  it('are the same for the same stream and differ between tensors', () => {
    assert.equal([...initialize(config, stream('fresh'))], [...weights])
    assert.is.not(weights.get('0.gate')!.data[0], weights.get('0.up')!.data[0])
  })
})
