// The steps of training as pure functions of tensors: a whole one, or its parts where the gradient of a batch is added up.
import type { Step, Tensor, Tensors, Tf } from '../tensor/engine.ts'
import { type Objective as Differentiable, valueAndGradients } from '../tensor/gradients.ts'
import { adamw, clipByNorm, type OptimizerState } from './adamw.ts'
import type { ModelConfig } from './config.ts'
import type { TrainOptions } from './objective.ts'
import { join, type ParameterVector, split } from './parameters.ts'
import { type BatchShape, scoredLogprobs } from './scored.ts'

export interface Loss {
  /** From the log-probabilities of the scored tokens [N]; `inputs` holds the parts of the batch and the extra inputs. */
  loss(tf: Tf, logprobs: Tensor, inputs: Tensors, shape: BatchShape): Differentiable
}

/**
 * Forward, backward, clipping and update as one step. Shapes in `ParameterVector` and `batchSpecs`; weights that are not in the
 * vector are inputs (constants) by their own names.
 */
export function trainingStep(
  vector: ParameterVector, config: ModelConfig, objective: Loss, shape: BatchShape, options: TrainOptions,
): Step {
  return (tf, inputs) => {
    const { value, gradient, also } = batchGradient(tf, inputs, vector, config, objective, shape, options)
    return { ...also, ...update(tf, inputs, gradient, vector, options), loss: value }
  }
}

/**
 * Adds `share` times the gradient of one part of a batch to `gradient`. Shares of the parts add up to 1, so that in the end
 * `gradient` is that of the whole batch.
 */
export function gradientStep(
  vector: ParameterVector, config: ModelConfig, objective: Loss, shape: BatchShape, options: Pick<TrainOptions, 'checkpoint'>,
): Step {
  return (tf, inputs) => {
    const { value, gradient, also } = batchGradient(tf, inputs, vector, config, objective, shape, options)
    return { ...also, gradient: tf.add(inputs['gradient']!, tf.mul(gradient, inputs['share']!)), loss: value }
  }
}

/** Clipping and update with the gradient of a whole batch. */
export function updateStep(vector: ParameterVector, options: TrainOptions): Step {
  return (tf, inputs) => update(tf, inputs, inputs['gradient']!, vector, options)
}

function batchGradient(
  tf: Tf, inputs: Tensors, vector: ParameterVector, config: ModelConfig, objective: Loss, shape: BatchShape,
  { checkpoint }: Pick<TrainOptions, 'checkpoint'>,
): { readonly value: Tensor; readonly gradient: Tensor; readonly also: Tensors } {
  const backward = { trained: new Set(vector.names), checkpoint: checkpoint === true }
  const loss = (weights: Tensors): Differentiable =>
    objective.loss(tf, scoredLogprobs(tf, config, { ...inputs, ...weights }, inputs, backward), inputs, shape)
  const { value, gradients, also } = valueAndGradients(tf, loss, split(tf, vector, inputs['weights']!))
  return { value, gradient: join(tf, vector, gradients), also }
}

function update(
  tf: Tf, inputs: Tensors, raw: Tensor, vector: ParameterVector, options: TrainOptions,
): OptimizerState & { readonly norm: Tensor } & Tensors {
  const state = { weights: inputs['weights']!, first: inputs['first']!, second: inputs['second']! }
  const scalars = {
    rate: inputs['rate']!, firstCorrection: inputs['firstCorrection']!, secondCorrection: inputs['secondCorrection']!,
  }
  const { gradient, norm } = clipByNorm(tf, raw, options.clip)
  return { ...adamw(tf, state, gradient, scalars, options, vector.matrices), norm }
}
