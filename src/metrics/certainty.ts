// What an interval of a difference says about zero: how surprising the difference is, and how small a one could have been seen.
import type { Interval } from './interval.ts'
import { studentQuantile, studentTails } from './student.ts'

/**
 * The two-sided p-value of no difference: one minus the level at which the interval would just reach zero, stretched as Student's
 * t is. It is at most 1 − level exactly where the interval excludes zero.
 */
export function pValue(interval: Pick<Interval, 'estimate' | 'low' | 'high' | 'level' | 'freedom'>): number {
  const { estimate, low, high, level, freedom } = interval
  const reach = estimate > 0 ? estimate - low : high - estimate
  if (estimate === 0) return 1
  if (reach === 0) return 0
  return studentTails((Math.abs(estimate) / reach) * studentQuantile((1 + level) / 2, freedom), freedom)
}

/** The usual chance of seeing a difference that is there. */
export const usualPower = 0.8

/**
 * The smallest true difference that an experiment of this precision finds with the chance `power`, in the measure's unit:
 * (t(1 − α/2) + t(power)) · standard error, α = 1 − level.
 */
export function smallestDetectable(
  { standardError, level, freedom }: Pick<Interval, 'standardError' | 'level' | 'freedom'>, power: number = usualPower,
): number {
  return (studentQuantile((1 + level) / 2, freedom) + studentQuantile(power, freedom)) * standardError
}
