// The first screen's answer: models after their last round against the baseline, in a table and in sentences.
import type { Axis } from './axis.ts'
import { variantText } from './axis.ts'
import { baselineName, evaluations } from './evaluations.ts'
import { formatted, formattedDifference } from './measure.ts'
import { percent } from './number.ts'
import type { Answer, Difference, MeasureInfo, Point } from './report.ts'
import type { Results } from './results.ts'
import { evaluationTable } from './tables.ts'
import { comparisons, toldApart } from './told-apart.ts'

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
  const told = toldApart(others)
  const sentences = others.slice(0, 6).map((point) => {
    const swept = variantText(point.variant, axes)
    const who = `${point.model}${point.round > 0 ? ` after round ${point.round}` : ''}${swept === '' ? '' : ` (${swept})`}`
    if (point.result.kind === 'missing') return `${who}: ${point.result.because}.`
    if (point.difference === undefined) return `${who}: no paired difference from ${baseline} could be computed.`
    return `${who} ${finding(point.difference, told.has(point), point, baseline, info)}`
  })
  const count = comparisons(others)
  const alone = others.some(({ difference }) => difference !== undefined && (difference.low > 0 || difference.high < 0))
  if (count < 2 || !alone) return sentences
  return [...sentences, `These verdicts allow for ${count} comparisons (Holm's correction); the intervals are those of each alone.`]
}

function finding(
  { estimate, low, high, detectable }: Difference, told: boolean, { measure, level }: Point, baseline: string,
  info: MeasureInfo | undefined,
): string {
  const unit = info?.unit === '%' ? ' points' : info?.unit === '' || info === undefined ? '' : ` ${info.unit}`
  const shown = (value: number): string => formattedDifference(measure, value)
  const verdict = !told ? 'cannot be told from' : estimate > 0 ? 'is higher than' : 'is lower than'
  const size = `${shown(estimate)}${unit} [${shown(low)}, ${shown(high)}], paired, ${percent(level)} interval.`
  const visible = ` A difference of ${formatted(measure, detectable)}${unit} would be found four times of five.`
  const limit = told || detectable === 0 ? '' : visible
  return `${verdict} ${baseline} in ${lowerFirst(info?.label ?? measure)}: ${size}${limit}`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
