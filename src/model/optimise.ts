// The training loop: one compiled step for each shape of batch, the state kept on the engine from step to step.
import type { CurvePoint } from '../data/result.ts'
import { type Halfway, type Progress, StageFailure } from '../run/stage.ts'
import type { Engine, Kernel, Step, Value, Values } from '../tensor/engine.ts'
import { corrections, type OptimizerState } from './adamw.ts'
import type { Batch } from './batches.ts'
import type { ModelConfig, Weights } from './config.ts'
import { packUnfinished, type UnfinishedTraining, unpackUnfinished } from './halfway.ts'
import { frozenWeights, type Trainable, trainedWeights } from './lora.ts'
import type { TrainOptions } from './objective.ts'
import { pack, type ParameterVector, parameterVector, unpack } from './parameters.ts'
import { rateAt } from './schedule.ts'
import { batchValues, layOut, type ScoredBatch, type Sequence } from './scored.ts'
import { gradientStep, type Loss, trainingStep, updateStep } from './steps.ts'
import { disposeAll, specsOf, take, weightValues } from './values.ts'

/** What is minimised over a batch, and how a batch comes from rows of the data. */
export interface TrainingObjective extends Loss {
  sequences(rows: readonly number[]): readonly Sequence[]
  /** Further float32 inputs of the loss, one number for each of `rows`. */
  extra(rows: readonly number[]): Readonly<Record<string, Float32Array>>
  /** How many things the loss of these rows is the mean of: tokens or pairs. */
  weigh(rows: readonly number[]): number
  /** What the curve shows beside the loss, from what the loss gave out. */
  measures(outputs: Outputs): Pick<CurvePoint, 'accuracy' | 'margin'>
}

export interface Trained {
  /** Those of the adapter alone where the model has one. */
  readonly weights: Weights
  readonly curve: readonly CurvePoint[]
}

/** `loss`, `norm` and what the objective gives out, of a whole batch. */
type Outputs = Readonly<Record<string, Float32Array>>

const parts = ['ids', 'states', 'targets', 'owners', 'counted'] as const satisfies readonly (keyof ScoredBatch)[]

/**
 * Trains through all batches: one step for each, or one for each `options.accumulate` of them, whose gradients are added up.
 * With `halfway` it goes on where an interrupted training of the same stage left off, to the same weights bit for bit.
 * Throws a StageFailure naming the step when the loss or the gradient is no longer finite.
 */
export async function optimise(
  engine: Engine, model: Trainable, objective: TrainingObjective, batches: readonly Batch[], options: TrainOptions,
  progress?: (progress: Progress) => void, halfway?: Halfway,
): Promise<Trained> {
  const { accumulate = 1 } = options
  const trained = trainedWeights(model)
  const vector = parameterVector(new Map([...trained].map(([name, { shape }]) => [name, shape])))
  const frozen = weightValues(engine, frozenWeights(model))
  const scene: Scene = { engine, vector, config: model.config, objective, options, frozen, kernels: new Map() }
  const begun = unfinished(vector, halfway)
  const curve: CurvePoint[] = [...begun?.curve ?? []]
  let state = begun === undefined ? initialState(engine, vector, trained) : heldState(engine, begun.vectors)
  try {
    const total = batches.length / accumulate
    for (let step = curve.length; step < total; step++) {
      const cut = batches.slice(step * accumulate, (step + 1) * accumulate)
      const taken = accumulate === 1 ? await wholeStep(scene, state, cut[0]!, step) : await accumulatedStep(scene, state, cut, step)
      disposeAll(state)
      state = taken.state
      const point = curvePoint(objective, taken.outputs, step, rateAt(options, step))
      curve.push(point)
      if (halfway?.due()) halfway.save(packUnfinished({ curve, vectors: await readState(state) }))
      progress?.({ done: step + 1, total, unit: 'steps', metrics: { loss: point.loss } })
    }
    return { weights: unpack(vector, await state.weights.read() as Float32Array), curve }
  } finally {
    disposeAll(state)
    disposeAll(frozen)
    for (const kernel of scene.kernels.values()) kernel.dispose()
  }
}

/** What stays the same from step to step. */
interface Scene {
  readonly engine: Engine
  readonly vector: ParameterVector
  readonly config: ModelConfig
  readonly objective: TrainingObjective
  readonly options: TrainOptions
  readonly frozen: Values
  /** By name; one for each shape of batch. */
  readonly kernels: Map<string, Kernel>
}

type State = Record<keyof OptimizerState, Value>

interface Taken {
  readonly state: State
  readonly outputs: Outputs
}

function initialState(engine: Engine, vector: ParameterVector, weights: Weights): State {
  const zeros = (): Value => engine.value(new Float32Array(vector.size), [vector.size])
  return { weights: engine.value(pack(vector, weights), [vector.size]), first: zeros(), second: zeros() }
}

type Vectors = Record<keyof OptimizerState, Float32Array>

const stateNames = ['weights', 'first', 'second'] as const satisfies readonly (keyof OptimizerState)[]

function unfinished(vector: ParameterVector, halfway: Halfway | undefined): UnfinishedTraining | undefined {
  const bytes = halfway?.load()
  return bytes === undefined ? undefined : unpackUnfinished(bytes, stateNames, vector.size)
}

function heldState(engine: Engine, vectors: UnfinishedTraining['vectors']): State {
  const held = (name: keyof OptimizerState): Value => engine.value(vectors[name]!, [vectors[name]!.length])
  return { weights: held('weights'), first: held('first'), second: held('second') }
}

async function readState({ weights, first, second }: State): Promise<Vectors> {
  const [w, m, v] = await Promise.all([weights, first, second].map((value) => value.read() as Promise<Float32Array>))
  return { weights: w!, first: m!, second: v! }
}

async function wholeStep(scene: Scene, state: State, batch: Batch, step: number): Promise<Taken> {
  const { engine, vector, config, objective, options } = scene
  const feeds = { ...batchFeeds(engine, objective, batch), ...scalarFeeds(engine, options, step) }
  const made = trainingStep(vector, config, objective, batch.shape, options)
  const { weights, first, second, ...rest } = await runStep(scene, nameOf('train', batch), made, state, feeds)
  return { state: { weights: weights!, first: first!, second: second! }, outputs: await takeAll(rest) }
}

/** The parts of a batch one after the other, each with its share of what the loss is the mean of; then the update. */
async function accumulatedStep(scene: Scene, state: State, cut: readonly Batch[], step: number): Promise<Taken> {
  const { engine, vector, config, objective, options } = scene
  const whole = cut.reduce((sum, { rows }) => sum + objective.weigh(rows), 0)
  let sum = engine.value(new Float32Array(vector.size), [vector.size])
  const outputs: Outputs[] = []
  let loss = 0
  for (const batch of cut) {
    const share = objective.weigh(batch.rows) / whole
    const feeds = { ...batchFeeds(engine, objective, batch), share: engine.value(Float32Array.of(share), []) }
    const made = gradientStep(vector, config, objective, batch.shape, options)
    const { gradient, ...rest } = await runStep(scene, nameOf('gradient', batch), made, { weights: state.weights, gradient: sum }, feeds)
    sum.dispose()
    sum = gradient!
    const found = await takeAll(rest)
    loss += share * found['loss']![0]!
    outputs.push(found)
  }
  const feeds = { gradient: sum, ...scalarFeeds(engine, options, step) }
  const { weights, first, second, norm } = await runStep(scene, 'update', updateStep(vector, options), state, feeds)
  const joined = { ...joinAll(outputs), loss: Float32Array.of(loss), norm: await take(norm!) }
  return { state: { weights: weights!, first: first!, second: second! }, outputs: joined }
}

const nameOf = (what: string, { shape }: Batch): string => `${what} ${shape.sequences}x${shape.length}`

/** Runs the kernel of this name, compiled when it is first asked for, and releases the feeds (the state is its owner's). */
async function runStep({ engine, frozen, kernels }: Scene, name: string, step: Step, state: Values, feeds: Values): Promise<Values> {
  const inputs = { ...state, ...feeds }
  const kernel = kernels.get(name) ?? await engine.compile(name, step, specsOf(inputs), frozen)
  kernels.set(name, kernel)
  const outputs = await kernel.run(inputs)
  disposeAll(feeds)
  return outputs
}

function batchFeeds(engine: Engine, objective: TrainingObjective, { rows, shape }: Batch): Values {
  const extra = Object.entries(objective.extra(rows)).map(([name, data]) => [name, engine.value(data, [data.length])])
  return { ...batchValues(engine, layOut(objective.sequences(rows), shape), shape, parts), ...Object.fromEntries(extra) }
}

function scalarFeeds(engine: Engine, options: TrainOptions, step: number): Values {
  const scalar = (value: number): Value => engine.value(Float32Array.of(value), [])
  const { first, second } = corrections(options, step)
  return { rate: scalar(rateAt(options, step)), firstCorrection: scalar(first), secondCorrection: scalar(second) }
}

async function takeAll(values: Values): Promise<Outputs> {
  const outputs: Record<string, Float32Array> = {}
  for (const [name, value] of Object.entries(values)) outputs[name] = await take(value)
  return outputs
}

/** The numbers of all parts, end to end. */
function joinAll(outputs: readonly Outputs[]): Outputs {
  const names = Object.keys(outputs[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, Float32Array.from(outputs.flatMap((one) => [...one[name]!]))]))
}

function curvePoint(objective: TrainingObjective, outputs: Outputs, step: number, rate: number): CurvePoint {
  const loss = outputs['loss']![0]!
  const gradientNorm = outputs['norm']![0]!
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
    throw new StageFailure(
      `training broke down at step ${step + 1}: the loss is ${loss}, the norm of its gradient ${gradientNorm}`,
      `lower the learning rate (${rate} at this step) or lengthen the warm-up; if it happens at the first step, check the data`,
    )
  }
  return { step: step + 1, loss, rate, gradientNorm, ...objective.measures(outputs) }
}
