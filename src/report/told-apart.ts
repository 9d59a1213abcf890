// Which of several models can be told from the baseline when all of them are looked at together.
import { holm } from '../metrics/holm.ts'
import type { Point } from './report.ts'

/**
 * The points of one measure whose difference from the baseline is more than chance: by Holm's correction for as many
 * comparisons as there are, at the level of their intervals. Each of them then also excludes zero on its own.
 */
export function toldApart(points: readonly Point[]): ReadonlySet<Point> {
  const compared = points.filter(({ difference }) => difference !== undefined)
  const adjusted = holm(compared.map(({ difference }) => difference!.pValue))
  return new Set(compared.filter(({ level }, index) => adjusted[index]! <= 1 - level))
}

export function comparisons(points: readonly Point[]): number {
  return points.filter(({ difference }) => difference !== undefined).length
}
