// A training stage's settings, from the words of the language to the trainer's.
import type { TrainOptions } from '../model/objective.ts'
import type { Json } from '../plan/node.ts'

interface TrainingParams {
  readonly steps?: number
  readonly epochs?: number
  readonly batch: number
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
export function trainOptions(params: Json, rows: number): TrainOptions {
  const given = params as unknown as TrainingParams
  const { batch, rate, schedule, warmup, clip, beta1, beta2, epsilon } = given
  const steps = given.steps ?? Math.max(1, Math.ceil((rows * (given.epochs ?? 1)) / batch))
  return { steps, batch, rate, schedule, warmup, weightDecay: given.weight_decay, clip, beta1, beta2, epsilon }
}
