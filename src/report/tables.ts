// Tables of an evaluation: a line for each model, round and variant, a column for each measure, with intervals.
import { valueText } from './axis.ts'
import type { Axis } from './axis.ts'
import { formatted, formattedInterval, measureOf } from './measure.ts'
import { counted, percent } from './number.ts'
import type { Cell, MeasureInfo, Point, Table } from './report.ts'
import { comparisons, toldApart } from './told-apart.ts'

export interface TableRequest {
  readonly name: string
  readonly title: string
  readonly points: readonly Point[]
  readonly measures: Readonly<Record<string, MeasureInfo>>
  /** Swept axes that may occur among the points. */
  readonly axes: readonly Axis[]
  readonly baseline: string | undefined
}

export function evaluationTable(request: TableRequest): Table {
  const { points, axes } = request
  const names = [...new Set(points.map(({ measure }) => measure))]
  const swept = axes.filter(({ path }) => points.some(({ variant }) => path in variant))
  const rounds = points.some(({ round }) => round > 0)
  const lines = groups(points)
  const columns = names.map((name) => column(lines.map((line) => line.find(({ measure }) => measure === name)), name))
  return {
    kind: 'table',
    name: request.name,
    title: request.title,
    headers: 1 + (rounds ? 1 : 0) + swept.length,
    columns: [
      { label: 'model', unit: '' },
      ...(rounds ? [{ label: 'round', unit: '' }] : []),
      ...swept.map(({ short }) => ({ label: short, unit: '' })),
      ...names.map((name) => ({ label: request.measures[name]?.label ?? name, unit: request.measures[name]?.unit ?? '' })),
    ],
    rows: lines.map((line, row) => [...heading(line[0], rounds, swept), ...columns.map((cells) => cells[row] ?? nothing)]),
    notes: notes(request, columns.flat()),
    reasons: [...new Set(columns.flat().flatMap((cell) => (cell.kind === 'missing' ? [cell.because] : [])))],
  }
}

const nothing: Cell = { kind: 'text', text: '' }

/** Points of one model, round and variant together, in order. */
export function groups(points: readonly Point[]): Point[][] {
  const found = new Map<string, Point[]>()
  for (const point of points) {
    const id = JSON.stringify([point.evaluation, point.model, point.round, point.variant])
    found.set(id, [...(found.get(id) ?? []), point])
  }
  return [...found.values()]
}

function heading(point: Point | undefined, rounds: boolean, swept: readonly Axis[]): Cell[] {
  if (point === undefined) return []
  const text = (value: string): Cell => ({ kind: 'text', text: value })
  return [
    text(point.model),
    ...(rounds ? [text(point.round === 0 ? '–' : String(point.round))] : []),
    ...swept.map(({ path }) => text(path in point.variant ? valueText(point.variant[path] ?? null) : '–')),
  ]
}

function column(points: readonly (Point | undefined)[], measure: string): Cell[] {
  const best = winner(points.filter((point) => point !== undefined), measure)
  return points.map((point): Cell => {
    if (point === undefined) return nothing
    if (point.result.kind === 'missing') return point.result
    const { estimate, low, high } = point.result
    const interval = formattedInterval(measure, low, high)
    return { kind: 'value', text: formatted(measure, estimate), interval, best: point === best }
  })
}

/** The best point, if it beats the baseline by more than chance among as many comparisons; otherwise nobody won. */
function winner(points: readonly Point[], measure: string): Point | undefined {
  const { better } = measureOf(measure)
  const sign = better === 'higher' ? 1 : better === 'lower' ? -1 : 0
  if (sign === 0) return undefined
  const estimate = (point: Point): number => (point.result.kind === 'measured' ? sign * point.result.estimate : -Infinity)
  const highest = Math.max(...points.map(estimate))
  const best = points.find((point) => estimate(point) === highest)
  if (best?.difference === undefined || !toldApart(points).has(best)) return undefined
  return sign * best.difference.estimate > 0 ? best : undefined
}

function notes(request: TableRequest, cells: readonly Cell[]): string[] {
  const [first] = request.points
  if (first === undefined) return []
  const prompts = Math.max(...request.points.map(({ prompts: count }) => count))
  return [
    `${percent(first.level)} bootstrap intervals over ${counted(first.seeds.length, 'seed')} and ${counted(prompts, 'prompt')}.${
      first.seeds.length === 1 ? ' One seed says nothing about others.' : ''}`,
    ...(request.baseline === undefined ? [] : [
      cells.some((cell) => cell.kind === 'value' && cell.best)
        ? `Marked (bold, or *): the best of its column, where its paired difference from ${request.baseline} excludes zero`
          + `${corrected(request)}.`
        : `Nothing is marked: no best value differs from ${request.baseline} beyond its paired interval${corrected(request)}.`,
    ]),
  ]
}

/** How many comparisons each column makes, where it is more than one. */
function corrected({ points }: TableRequest): string {
  const names = [...new Set(points.map(({ measure }) => measure))]
  const most = Math.max(...names.map((name) => comparisons(points.filter(({ measure }) => measure === name))))
  return most > 1 ? `, corrected for the ${most} comparisons of a column (Holm)` : ''
}
