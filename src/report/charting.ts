// From a `chart` of the report block to its data: which points it shows, what is held fixed, and what is told apart.
import type { Declaration } from '../language/program.ts'
import type { Json } from '../plan/node.ts'
import type { Value } from '../vocabulary/value.ts'
import { axis, valueText } from './axis.ts'
import type { Axis } from './axis.ts'
import type { ChartAxis, ChartData, ChartRow } from './charts/chart.ts'
import { items, startOf } from './evaluations.ts'
import { counted, percent, rounded } from './number.ts'
import type { MeasureInfo, Point } from './report.ts'
import type { Results } from './results.ts'
import { lastRounds } from './answer.ts'

export interface ChartRequest {
  /** In order; all of them drawn with the same axes. */
  readonly measures: readonly { readonly evaluation: string; readonly measure: string }[]
  readonly by: string
  readonly color: string | undefined
  readonly level: number
}

export function chartRequest(chart: Declaration): ChartRequest {
  const values = Object.values(chart.arguments).flatMap(({ value }) => items(value))
  const measures = values.flatMap((value) =>
    value.kind === 'reference' && value.member !== undefined ? [{ evaluation: value.name, measure: value.member }] : [])
  const level = chart.arguments['interval']?.value
  return {
    measures,
    by: path(chart.arguments['by']?.value) ?? 'model',
    color: path(chart.arguments['color']?.value),
    level: level?.kind === 'number' ? level.value : 0.95,
  }
}

function path(value: Value | undefined): string | undefined {
  return value?.kind === 'axis' ? value.path.join('.') : undefined
}

export interface Drawing {
  readonly data: ChartData
  /** Reasons for points that could not be drawn. */
  readonly missing: readonly string[]
}

/** `points` hold intervals of the requested level. Undefined when no model varies along the axes asked for. */
export function chartData(
  request: ChartRequest, points: readonly Point[], measures: Readonly<Record<string, MeasureInfo>>, results: Results,
): Drawing | undefined {
  const asked = (point: Point): boolean =>
    request.measures.some(({ evaluation, measure }) => evaluation === point.evaluation && measure === point.measure)
  const wanted = points.filter(asked)
  const shown = choose(request, wanted)
  if (shown.length === 0) return undefined
  const layout = arrangement(request, shown, results)
  const started = layout.by === 'round' ? [...starts(shown, wanted, results), ...shown] : shown
  const by = axis(layout.by, results.program, results.vocabulary)
  const x = horizontal(by, by.path === 'seed' ? shown[0]?.seeds ?? [] : started.map((point) => coordinate(point, by.path)))
  const words = x.values.some((value) => typeof value === 'string')
  const data: ChartData = {
    title: title(request, layout, measures),
    subtitle: subtitle(request, layout, shown),
    x,
    color: layout.color === undefined ? undefined : colorAxis(layout.color, shown),
    panels: layout.panels.length === 0 ? [] : [...new Set(shown.map((point) => panel(point, layout.panels)))],
    measures: [...new Set(request.measures.map(({ measure }) => measure))].map((name) => {
      const info = measures[name]
      return { name, title: info === undefined ? name : titled(info), neutral: info?.neutral }
    }),
    rows: started.flatMap((point) => drawn(point, layout)).map((row) => (words ? { ...row, x: String(row.x) } : row)),
  }
  return { data, missing: [...new Set(started.flatMap(({ result }) => (result.kind === 'missing' ? [result.because] : [])))] }
}

export function titled({ label, unit }: MeasureInfo): string {
  return unit === '' ? label : `${label} (${unit})`
}

/**
 * Points that have the swept settings asked for; without any, models as declared.
 * Rounds before the last are there only where rounds are drawn.
 */
function choose(request: ChartRequest, points: readonly Point[]): readonly Point[] {
  const given = [request.by, request.color].filter((path) => path !== undefined)
  const asked = given.filter((path) => path.includes('.') || points.some(({ variant }) => path in variant))
  const unswept = points.filter(({ variant }) => Object.keys(variant).length === 0)
  const declared = unswept.length > 0 ? unswept : points
  const fitting = asked.length > 0 ? points.filter(({ variant }) => asked.every((path) => path in variant)) : declared
  return request.by === 'round' || request.color === 'round' ? fitting : lastRounds(fitting)
}

interface Layout {
  readonly by: string
  readonly color: Axis | undefined
  readonly panels: readonly Axis[]
}

/** What varies and was given no place of its own takes the colour, if that is free, or makes panels. */
function arrangement(request: ChartRequest, shown: readonly Point[], results: Results): Layout {
  const paths = ['model', ...new Set(shown.flatMap(({ variant }) => Object.keys(variant)))]
  const varies = (path: string): boolean => new Set(shown.map((point) => JSON.stringify(coordinate(point, path)))).size > 1
  const free = paths.filter((path) => path !== request.by && path !== request.color && varies(path))
  const color = request.color ?? free[0]
  const named = (path: string): Axis => axis(path, results.program, results.vocabulary)
  return {
    by: request.by,
    color: color === undefined ? undefined : named(color),
    panels: free.filter((path) => path !== color).map(named),
  }
}

function coordinate(point: Point, path: string): Json {
  if (path === 'round') return point.round
  if (path === 'model') return point.model
  return point.variant[path] ?? null
}

function panel(point: Point, axes: readonly Axis[]): string {
  const named = ({ path, short }: Axis): string => `${path === 'model' ? '' : `${short} `}${valueText(coordinate(point, path))}`
  return axes.map(named).join(', ')
}

/** The model that a loop starts from stands at round 0 of each of its lines. */
function starts(shown: readonly Point[], points: readonly Point[], results: Results): Point[] {
  const first = shown.filter(({ round }) => round === 1)
  return first.flatMap((point) => {
    const start = startOf(results.program, point.model)
    const found = points.filter(({ model, measure, evaluation, variant }) =>
      model === start && measure === point.measure && evaluation === point.evaluation && Object.keys(variant).length === 0)
    return found.filter(({ round }) => round === 0).map((zero): Point => ({ ...zero, model: point.model, variant: point.variant }))
  })
}

function drawn(point: Point, layout: Layout): ChartRow[] {
  const seeds = layout.by === 'seed' || layout.color?.path === 'seed'
  const place = (seed: number | undefined): Pick<ChartRow, 'measure' | 'x' | 'color' | 'panel'> => {
    const at = (path: string): Json => (path === 'seed' ? seed ?? null : coordinate(point, path))
    const x = at(layout.by)
    return {
      measure: point.measure,
      x: typeof x === 'number' ? x : valueText(x),
      color: layout.color === undefined ? '' : valueText(at(layout.color.path)),
      panel: panel(point, layout.panels),
    }
  }
  if (point.result.kind === 'missing') return []
  if (seeds) {
    return point.perSeed.flatMap(({ seed, value }) =>
      (value === undefined ? [] : [{ ...place(seed), estimate: rounded(value), low: null, high: null }]))
  }
  const { estimate, low, high } = point.result
  return [{ ...place(undefined), estimate: rounded(estimate), low: rounded(low), high: rounded(high) }]
}

function horizontal({ path, title, continuous }: Axis, values: readonly Json[]): ChartAxis {
  const distinct = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
  const ordered = path !== 'model' && path !== 'seed'
  const numbers = distinct.filter((value) => typeof value === 'number')
  if (numbers.length === distinct.length) return { title, ordered, numeric: continuous, values: numbers.sort((a, b) => a - b) }
  return { title, ordered, numeric: false, values: distinct.map(valueText) }
}

function colorAxis(color: Axis, shown: readonly Point[]): ChartAxis {
  const values = color.path === 'seed' ? shown[0]?.seeds ?? [] : shown.map((point) => coordinate(point, color.path))
  return { title: color.name, ordered: false, numeric: false, values: [...new Set(values.map(valueText))] }
}

function title(request: ChartRequest, layout: Layout, measures: Readonly<Record<string, MeasureInfo>>): string {
  const labels = [...new Set(request.measures.map(({ measure }) => measures[measure]?.label ?? measure))]
  const what = labels.map((label, index) => (index === 0 ? label : label.charAt(0).toLowerCase() + label.slice(1))).join(' and ')
  return `${what} by ${layout.by}${layout.color === undefined ? '' : ` and ${layout.color.path}`}`
}

function subtitle(request: ChartRequest, layout: Layout, shown: readonly Point[]): string {
  const seeds = layout.by === 'seed' || layout.color?.path === 'seed'
  const [first] = shown
  const count = first?.seeds.length ?? 0
  const prompts = counted(first?.prompts ?? 0, 'prompt')
  const rounds = [...new Set(shown.map(({ round }) => round))]
  const drawn = layout.by === 'round' || layout.color?.path === 'round'
  const fixed = drawn || !rounds.some((round) => round > 0) ? '' : ' Models after their last round.'
  const bars = seeds
    ? 'Each seed on its own, without intervals.'
    : `Bars: ${percent(request.level)} bootstrap intervals over ${counted(count, 'seed')} and ${prompts}.`
  return `${bars}${fixed}`
}
