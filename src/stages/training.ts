// A training stage's settings, from the words of the language to the trainer's.
import type { TrainOptions } from '../model/objective.ts'

export interface TrainingParams {
  readonly steps?: number
  readonly epochs?: number
  readonly batch: number
  readonly accumulate?: number
  readonly checkpoint: boolean
  readonly rate: number
  readonly schedule: TrainOptions['schedule']
  readonly warmup: number
  readonly weight_decay: number
  readonly clip: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** `epochs` become steps once the number of rows is known: every row is seen that often, the last batch filled up. */
export function trainOptions(params: TrainingParams, rows: number): TrainOptions {
  const { batch, accumulate = 1, checkpoint, rate, schedule, warmup, clip, beta1, beta2, epsilon } = params
  const steps = params.steps ?? Math.max(1, Math.ceil((rows * (params.epochs ?? 1)) / batch))
  return { steps, batch, accumulate, checkpoint, rate, schedule, warmup, weightDecay: params.weight_decay, clip, beta1, beta2, epsilon }
}
