// Checks of what trains: steps on tokens, on preferences and of a low-rank adapter, and the optimiser by itself.
import { losses } from '../losses/index.ts'
import { adamw, clipByNorm, corrections } from '../model/adamw.ts'
import { shapeBatches } from '../model/batches.ts'
import type { Weights } from '../model/config.ts'
import type { Trainable } from '../model/lora.ts'
import { optimise } from '../model/optimise.ts'
import type { TrainingObjective } from '../model/optimise.ts'
import { preferenceObjective, tokenObjective } from '../model/train.ts'
import { disposeAll } from '../model/values.ts'
import { normal, stream } from '../random.ts'
import type { Engine, Value, Values } from '../tensor/engine.ts'
import type { Check, Quantities } from './check.ts'
import { adapter, batches, inDoubles, model, options, pairs, sequences } from './problem.ts'
import { referenceMerged } from './reference-adapter.ts'
import { referenceDpoLoss, referenceTokenLoss } from './reference-decoder.ts'
import type { Matrices } from './reference-decoder.ts'
import { referenceAdamw, referenceTraining } from './reference-training.ts'

const { config } = model
const beta = 0.1
const tokens = tokenObjective((rows) => rows.map((row) => sequences[row]!))
const preferences = preferenceObjective(pairs, losses.dpo.loss({ beta, label_smoothing: 0, nll: 0 }))

type Loss = (weights: Matrices) => number

const tokenLosses = batches.map((rows): Loss => (weights) =>
  referenceTokenLoss(config, weights, rows.map((row) => sequences[row]!)))
const pairLosses = batches.map((rows): Loss => (weights) =>
  referenceDpoLoss(config, weights, rows.map((row) => pairs[row]!), beta))

const steps = `${batches.length} steps`

export const tokensCheck: Check = {
  doc: `${steps} on tokens: losses, gradients' norms, weights`,
  stages: ['pretrain', 'supervised'],
  tolerance: 5e-5,
  expected: () => reference(model.weights, tokenLosses),
  run: (engine) => trained(engine, model, model.weights, tokens),
}

export const preferencesCheck: Check = {
  doc: `${steps} of DPO: losses, gradients' norms, weights`,
  stages: ['prefer'],
  tolerance: 5e-5,
  expected: () => reference(model.weights, pairLosses),
  run: (engine) => trained(engine, model, model.weights, preferences),
}

export const adapterCheck: Check = {
  doc: `${steps} of a low-rank adapter on tokens`,
  stages: ['pretrain', 'supervised', 'prefer'],
  tolerance: 5e-5,
  expected: () => {
    const base = inDoubles(model.weights)
    const merged = (loss: Loss): Loss => (weights) => loss(referenceMerged(base, weights, adapter.settings))
    return reference(adapter.weights, tokenLosses.map(merged))
  },
  run: (engine) => trained(engine, { ...model, adapter }, adapter.weights, tokens),
}

function reference(start: Weights, steps: readonly Loss[]): Quantities {
  const decays = (name: string): boolean => start.get(name)!.shape.length > 1
  const { losses, norms, weights } = referenceTraining(inDoubles(start), steps, options, decays)
  return { losses, norms, ...moved(weights, start) }
}

async function trained(engine: Engine, what: Trainable, start: Weights, objective: TrainingObjective): Promise<Quantities> {
  const { weights, curve } = await optimise(engine, what, objective, shapeBatches(batches, objective.sequences), options)
  const numbers = new Map([...weights].map(([name, { data }]) => [name, data]))
  const losses = curve.map(({ loss }) => loss)
  return { losses, norms: curve.map(({ gradientNorm }) => gradientNorm), ...moved(numbers, start) }
}

/** How far all weights have come from where they started: next to their own size, an error in what moved them would not show. */
function moved(weights: ReadonlyMap<string, ArrayLike<number>>, start: Weights): Quantities {
  const each = (name: string, data: Float32Array) => Array.from(data, (value, index) => weights.get(name)![index]! - value)
  return { moved: [...start].flatMap(([name, { data }]) => each(name, data)) }
}

const size = 12
/** Weight decay applies to the numbers before this one. */
const decayed = 7
const adam = { rate: 0.1, weightDecay: 0.1, clip: 2.5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
const adamSteps = 3

function draw(label: string): Float32Array {
  const random = stream('dice verify adamw').child(label)
  return Float32Array.from({ length: size }, (_, index) => normal(random, index))
}

export const adamwCheck: Check = {
  doc: `${adamSteps} steps of AdamW, clipped, with decay`,
  stages: ['pretrain', 'supervised', 'prefer'],
  tolerance: 1e-5,
  expected: () => {
    const parts = (numbers: Float32Array): ReadonlyMap<string, Float64Array> => new Map([
      ['matrix', Float64Array.from(numbers.subarray(0, decayed))], ['vector', Float64Array.from(numbers.subarray(decayed))],
    ])
    const states = new Map([...parts(draw('weights'))].map(([name, weights]) =>
      [name, { weights, first: new Float64Array(weights.length), second: new Float64Array(weights.length) }]))
    const decays = (name: string): boolean => name === 'matrix'
    const norms: number[] = []
    for (let t = 1; t <= adamSteps; t++) norms.push(referenceAdamw(states, parts(draw(`gradient ${t}`)), t, adam, decays))
    return { norms, weights: [...states.values()].flatMap(({ weights }) => [...weights]) }
  },
  run: adamwOn,
}

async function adamwOn(engine: Engine): Promise<Quantities> {
  const vector = (data: Float32Array): Value => engine.value(data, [size])
  const scalar = (value: number): Value => engine.value(Float32Array.of(value), [])
  const zeros = (): Value => vector(new Float32Array(size))
  let state: Values = { weights: vector(draw('weights')), first: zeros(), second: zeros() }
  const feedsAt = (t: number): Values => {
    const { first, second } = corrections(adam, t - 1)
    const gradient = vector(draw(`gradient ${t}`))
    return { gradient, rate: scalar(adam.rate), firstCorrection: scalar(first), secondCorrection: scalar(second) }
  }
  const kernel = await engine.compile('adamw', (tf, inputs) => {
    const { weights, first, second, rate, firstCorrection, secondCorrection } = inputs
    const { gradient, norm } = clipByNorm(tf, inputs['gradient']!, adam.clip)
    const scalars = { rate: rate!, firstCorrection: firstCorrection!, secondCorrection: secondCorrection! }
    return { ...adamw(tf, { weights: weights!, first: first!, second: second! }, gradient, scalars, adam, decayed), norm }
  }, { ...state, ...feedsAt(1) })
  const norms: number[] = []
  for (let t = 1; t <= adamSteps; t++) {
    const feeds = feedsAt(t)
    const { norm, ...next } = await kernel.run({ ...state, ...feeds })
    norms.push((await norm!.read())[0]!)
    disposeAll({ ...feeds, ...state, norm: norm! })
    state = next
  }
  const weights = await state['weights']!.read()
  disposeAll(state)
  kernel.dispose()
  return { norms, weights }
}
