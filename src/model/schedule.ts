// The learning rate of each step.
import type { TrainOptions } from './objective.ts'

/**
 * The rate of step 0 … steps − 1. Warm-up climbs linearly and reaches the peak at its last step; a decaying schedule then starts
 * at the peak and would reach 0 one step after the last, so that no step has a rate of 0 and none is wasted.
 */
export function rateAt(
  { rate, schedule, steps, warmup }: Pick<TrainOptions, 'rate' | 'schedule' | 'steps' | 'warmup'>, step: number,
): number {
  if (step < warmup) return rate * (step + 1) / warmup
  const progress = (step - warmup) / Math.max(1, steps - warmup)
  if (schedule === 'linear') return rate * (1 - progress)
  if (schedule === 'cosine') return rate * (1 + Math.cos(Math.PI * progress)) / 2
  schedule satisfies 'constant'
  return rate
}
