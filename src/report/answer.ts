// The first screen's answer: models after their last round against the baseline, in a table and in sentences.
import type { Axis } from './axis.ts'
import { variantText } from './axis.ts'
import { baselineName, evaluations } from './evaluations.ts'
import { formattedDifference } from './measure.ts'
import { percent } from './number.ts'
import type { Answer, MeasureInfo, Point } from './report.ts'
import type { Results } from './results.ts'
import { evaluationTable } from './tables.ts'

/** From the first evaluation of the file; undefined when there is none. */
export function answer(
  results: Results, points: readonly Point[], measures: Readonly<Record<string, MeasureInfo>>, axes: readonly Axis[],
): Answer | undefined {
  const evaluation = evaluations(results.program).find(({ name }) => points.some((point) => point.evaluation === name))
  if (evaluation === undefined) return undefined
  const shown = headline(points.filter((point) => point.evaluation === evaluation.name))
  const baseline = baselineName(evaluation)
  const title = `${evaluation.name}: ${baseline === undefined ? 'models compared' : `against ${baseline}`}`
  const table = evaluationTable({ name: 'answer', title, points: shown, measures, axes, baseline })
  const left = points.some((point) => point.evaluation === evaluation.name && !shown.includes(point))
  const note = left ? ['Other rounds and variants are in the full table below.'] : []
  return { table: { ...table, notes: [...table.notes, ...note] }, findings: findings(shown, measures, axes, baseline) }
}

/** Unswept models where there are any, otherwise the variants; never a variant picked by its result. */
function headline(points: readonly Point[]): Point[] {
  const unswept = points.filter(({ variant }) => Object.keys(variant).length === 0)
  const loops = unswept.some(({ round }) => round > 0)
  return lastRounds(unswept.length > 0 && (loops || unswept.length === points.length) ? unswept : points)
}

export function lastRounds(points: readonly Point[]): Point[] {
  const last = new Map<string, number>()
  for (const { model, round } of points) last.set(model, Math.max(round, last.get(model) ?? 0))
  return points.filter(({ model, round }) => round === last.get(model))
}

function findings(
  points: readonly Point[], measures: Readonly<Record<string, MeasureInfo>>, axes: readonly Axis[], baseline: string | undefined,
): string[] {
  const [first] = points
  if (first === undefined || baseline === undefined) return []
  const info = measures[first.measure]
  const others = points.filter(({ measure, model }) => measure === first.measure && model !== baseline)
  return others.slice(0, 6).map((point) => {
    const swept = variantText(point.variant, axes)
    const who = `${point.model}${point.round > 0 ? ` after round ${point.round}` : ''}${swept === '' ? '' : ` (${swept})`}`
    if (point.result.kind === 'missing') return `${who}: ${point.result.because}.`
    if (point.difference === undefined) return `${who}: no paired difference from ${baseline} could be computed.`
    const { estimate, low, high } = point.difference
    const unit = info?.unit === '%' ? ' points' : info?.unit === '' || info === undefined ? '' : ` ${info.unit}`
    const shown = (value: number): string => formattedDifference(first.measure, value)
    const size = `${shown(estimate)}${unit} [${shown(low)}, ${shown(high)}]`
    const verdict = low > 0 ? 'is higher than' : high < 0 ? 'is lower than' : 'cannot be told from'
    const what = lowerFirst(info?.label ?? first.measure)
    return `${who} ${verdict} ${baseline} in ${what}: ${size}, paired, ${percent(point.level)} interval.`
  })
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
