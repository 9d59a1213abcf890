// How far apart two models are on the same prompts and seeds: what they share cancels, so small differences show.
import type { Evaluation } from '../data/result.ts'
import { firstMissing, fromStatistics, sharedPrompts } from './interval.ts'
import type { Interval, NoInterval } from './interval.ts'
import { promptsOf } from './measure.ts'
import type { Measure, Statistic } from './measure.ts'
import type { ResamplingOptions } from './resampling.ts'

/**
 * measure(first) − measure(second), averaged over seeds, with an interval of the paired difference: every resample draws the
 * same prompts for both. `first[s]` and `second[s]` belong to the same seed; all share their prompts in the same order.
 * `perSeed` holds differences.
 */
export function difference(
  first: readonly Evaluation[], second: readonly Evaluation[], measure: Measure, options: ResamplingOptions,
): Interval | NoInterval {
  if (first.length !== second.length) {
    const counts = `${first.length} of the one model, ${second.length} of the other`
    return { kind: 'none', reason: `a paired difference needs the same seeds: ${counts}` }
  }
  const reason = sharedPrompts([...first, ...second], measure)
    ?? firstMissing(first, measure, 'first model, seed') ?? firstMissing(second, measure, 'second model, seed')
  if (reason !== undefined) return { kind: 'none', reason }
  const statistics = first.map((evaluation, seed) => minus(measure.statistic(evaluation), measure.statistic(second[seed]!)))
  const width = measure.range[1] - measure.range[0]
  return fromStatistics(statistics, promptsOf(first[0]!, measure), [-width, width], options)
}

function minus(first: Statistic, second: Statistic): Statistic {
  return (rows, count) => {
    const one = first(rows, count), other = second(rows, count)
    return one === undefined || other === undefined ? undefined : one - other
  }
}
