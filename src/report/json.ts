// results.json: every number with the keys of the stages behind it, to ten digits.
import { valueText } from './axis.ts'
import type { Point, Report } from './report.ts'

export function json(report: Report): string {
  const { title, provenance, measures, points } = report
  const { source, engine, seeds, stages } = provenance
  return `${JSON.stringify({ title, source, engine, seeds, measures, points: points.map(row), stages }, null, 1)}\n`
}

function row(point: Point) {
  const { evaluation, model, round, variant, measure, level, result, difference, seeds, prompts, perSeed } = point
  return {
    evaluation, model, round, variant, measure, level, ...values(result), ...paired(difference), seeds, prompts,
    perSeed: perSeed.map(({ seed, value, key }) => ({ seed, value: value ?? null, key })),
  }
}

function values(result: Point['result']) {
  return result.kind === 'measured'
    ? { estimate: result.estimate, low: result.low, high: result.high }
    : { estimate: null, low: null, high: null, because: result.because }
}

function paired(difference: Point['difference']) {
  if (difference === undefined) return { difference: null }
  const { estimate, low, high, pValue, detectable } = difference
  return { difference: { estimate, low, high, pValue, detectable } }
}

/** Swept settings in one field of a table: `replay.gamma=0.5 shape.alpha=auto`. */
export function variantField(variant: Point['variant']): string {
  return Object.entries(variant).map(([path, value]) => `${path}=${valueText(value)}`).join(' ')
}
