// Small models and their engines for tests of the model's arithmetic.
import type { ModelConfig, Weights } from '../../src/model/config.ts'
import { weightShapes } from '../../src/model/config.ts'
import type { LanguageModel } from '../../src/model/model.ts'
import type { TrainOptions } from '../../src/model/objective.ts'
import { normal, type Stream, stream } from '../../src/random.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import { type EngineName, engines, presentEngines } from '../../src/tensor/index.ts'
import { askedEngines } from '../tensor/contract-engines.ts'

/** Every size differs, so that no two axes can be exchanged unseen: 4 query heads of 4 on 2 key/value heads, width 10. */
export const smallConfig: ModelConfig = {
  layers: 2, width: 10, heads: 4, kvHeads: 2, headWidth: 4, hidden: 14, vocabulary: 13, context: 24,
  ropeTheta: 100, ropeLayout: 'halves', normEpsilon: 1e-5, tied: true,
}

/** Weights large enough that every part of the model matters. */
export function smallWeights(config: ModelConfig, random: Stream, scale = 0.5): Weights {
  return new Map([...weightShapes(config)].map(([name, shape]) => {
    const own = random.child(name)
    const data = Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, index) =>
      shape.length === 1 ? 1 + 0.3 * normal(own, index) : scale * normal(own, index))
    return [name, { shape, data }]
  }))
}

export function smallModel(config: Partial<ModelConfig> = {}, seed = 'small', scale = 0.5): LanguageModel {
  const whole = { ...smallConfig, ...config }
  return {
    config: whole,
    special: { begin: 1, ends: [2], pad: 0 },
    weights: smallWeights(whole, stream(seed), scale),
    tokenizer: {
      vocabulary: whole.vocabulary,
      definition: { json: {}, config: {} },
      encode: () => [],
      decode: (ids) => ids.join(' '),
      id: () => undefined,
    },
    template: '{prompt}\n',
  }
}

export function randomIds(random: Stream, length: number, vocabulary = smallConfig.vocabulary): number[] {
  return Array.from({ length }, (_, index) => 3 + Math.floor(random.at(index) * (vocabulary - 3)))
}

export const plainOptions: TrainOptions = {
  steps: 20, batch: 4, rate: 1e-2, schedule: 'constant', warmup: 0, weightDecay: 0, clip: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
}

export const names: readonly EngineName[] = askedEngines ?? presentEngines()

export async function withEngine<T>(name: EngineName, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await engines[name].open({ threads: 1 })
  try {
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}

/** The largest difference over the largest magnitude of what was expected. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = actual.length === expected.length ? 0 : Infinity
  let magnitude = 0
  for (let index = 0; index < expected.length; index++) {
    const error = Math.abs(actual[index]! - expected[index]!)
    difference = Number.isNaN(error) ? Infinity : Math.max(difference, error)
    magnitude = Math.max(magnitude, Math.abs(expected[index]!))
  }
  return difference / magnitude
}
