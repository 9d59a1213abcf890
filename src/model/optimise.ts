// The training loop: one compiled step for each shape of batch, the state kept on the engine from step to step.
import type { CurvePoint } from '../data/result.ts'
import { type Progress, StageFailure } from '../run/stage.ts'
import type { Engine, Kernel, Spec, Step, Tensor, Tensors, Tf, Value, Values } from '../tensor/engine.ts'
import { type Objective as Differentiable, valueAndGradients } from '../tensor/gradients.ts'
import { adamw, clipByNorm, corrections, type OptimizerState } from './adamw.ts'
import type { Batch } from './batches.ts'
import type { ModelConfig, Weights } from './config.ts'
import { frozenWeights, type Trainable, trainedWeights } from './lora.ts'
import type { TrainOptions } from './objective.ts'
import { join, pack, type ParameterVector, parameterVector, split, unpack } from './parameters.ts'
import { rateAt } from './schedule.ts'
import { type BatchShape, batchValues, layOut, type ScoredBatch, scoredLogprobs, type Sequence } from './scored.ts'
import { disposeAll, specsOf, take, weightValues } from './values.ts'

/** What is minimised over a batch, and how a batch comes from rows of the data. */
export interface TrainingObjective {
  sequences(rows: readonly number[]): readonly Sequence[]
  /** Further float32 inputs of the loss, one number for each of `rows`. */
  extra(rows: readonly number[]): Readonly<Record<string, Float32Array>>
  /** From the log-probabilities of the scored tokens [N]; `inputs` holds the parts of the batch and the extra inputs. */
  loss(tf: Tf, logprobs: Tensor, inputs: Tensors, shape: BatchShape): Differentiable
  /** What the curve shows beside the loss, from what the loss gave out. */
  measures(outputs: Readonly<Record<string, Float32Array>>): Pick<CurvePoint, 'accuracy' | 'margin'>
}

export interface Trained {
  /** Those of the adapter alone where the model has one. */
  readonly weights: Weights
  readonly curve: readonly CurvePoint[]
}

const parts = ['ids', 'states', 'targets', 'owners', 'counted'] as const satisfies readonly (keyof ScoredBatch)[]
const stateNames = ['weights', 'first', 'second'] as const satisfies readonly (keyof OptimizerState)[]

/**
 * Trains through all batches, one step each. Throws a StageFailure naming the step when the loss or the gradient
 * is no longer finite.
 */
export async function optimise(
  engine: Engine, model: Trainable, objective: TrainingObjective, batches: readonly Batch[], options: TrainOptions,
  progress?: (progress: Progress) => void,
): Promise<Trained> {
  const trained = trainedWeights(model)
  const vector = parameterVector(new Map([...trained].map(([name, { shape }]) => [name, shape])))
  const frozen = weightValues(engine, frozenWeights(model))
  const kernels = new Map<string, Kernel>()
  const curve: CurvePoint[] = []
  let state = initialState(engine, vector, trained)
  try {
    for (const [step, batch] of batches.entries()) {
      const feeds = { ...batchFeeds(engine, objective, batch), ...scalarFeeds(engine, options, step) }
      const kernel = await kernelFor(engine, kernels, vector, model.config, objective, batch.shape, options, { ...state, ...feeds }, frozen)
      const { weights, first, second, ...measured } = await kernel.run({ ...state, ...feeds })
      disposeAll(feeds)
      disposeAll(state)
      state = { weights: weights!, first: first!, second: second! }
      const point = await curvePoint(objective, measured, step, rateAt(options, step))
      curve.push(point)
      progress?.({ done: step + 1, total: batches.length, unit: 'steps', metrics: { loss: point.loss } })
    }
    return { weights: unpack(vector, await state.weights.read() as Float32Array), curve }
  } finally {
    disposeAll(state)
    disposeAll(frozen)
    for (const kernel of kernels.values()) kernel.dispose()
  }
}

type State = Record<(typeof stateNames)[number], Value>

function initialState(engine: Engine, vector: ParameterVector, weights: Weights): State {
  const zeros = (): Value => engine.value(new Float32Array(vector.size), [vector.size])
  return { weights: engine.value(pack(vector, weights), [vector.size]), first: zeros(), second: zeros() }
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

async function kernelFor(
  engine: Engine, kernels: Map<string, Kernel>, vector: ParameterVector, config: ModelConfig, objective: TrainingObjective,
  shape: BatchShape, options: TrainOptions, inputs: Readonly<Record<string, Spec>>,
  frozen: Values,
): Promise<Kernel> {
  const name = `train ${shape.sequences}x${shape.length}`
  const known = kernels.get(name)
  if (known !== undefined) return known
  const kernel = await engine.compile(name, trainingStep(vector, config, objective, shape, options), specsOf(inputs), frozen)
  kernels.set(name, kernel)
  return kernel
}

/**
 * Forward, backward, clipping and update as one step. Shapes in `ParameterVector` and `batchSpecs`; weights that are not in the
 * vector are inputs (constants) by their own names.
 */
export function trainingStep(
  vector: ParameterVector, config: ModelConfig, objective: TrainingObjective, shape: BatchShape, options: TrainOptions,
): Step {
  return (tf, inputs) => {
    const state = { weights: inputs['weights']!, first: inputs['first']!, second: inputs['second']! }
    const scalars = {
      rate: inputs['rate']!, firstCorrection: inputs['firstCorrection']!, secondCorrection: inputs['secondCorrection']!,
    }
    const loss = (weights: Tensors): Differentiable =>
      objective.loss(tf, scoredLogprobs(tf, config, { ...inputs, ...weights }, inputs), inputs, shape)
    const { value, gradients, also } = valueAndGradients(tf, loss, split(tf, vector, state.weights))
    const { gradient, norm } = clipByNorm(tf, join(tf, vector, gradients), options.clip)
    const { weights, first, second } = adamw(tf, state, gradient, scalars, options, vector.matrices)
    return { ...also, weights, first, second, loss: value, norm }
  }
}

async function curvePoint(objective: TrainingObjective, measured: Values, step: number, rate: number): Promise<CurvePoint> {
  const outputs: Record<string, Float32Array> = {}
  for (const [name, value] of Object.entries(measured)) outputs[name] = await take(value)
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
