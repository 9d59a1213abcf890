// A measure along an axis: points with intervals, joined where the axis is an order.
import type { Json } from '../../plan/node.ts'
import { color, interval, measures } from './fields.ts'
import type { Chart, ChartData, ChartMeasure, ChartRow, Spec } from './chart.ts'
import { arrange, neutralRule } from './panel.ts'
import { colors, palette } from './theme.ts'

export const line: Chart = {
  doc: 'A measure along an axis, one line for each colour, with intervals.',
  parameters: { measures },
  entries: {
    by: { doc: 'The horizontal axis.', type: { kind: 'axis' } },
    color,
    interval,
  },
  spec: (data) => arrange(data, (measure) => layers(data, measure), (row) => ({ place: place(data, row) })),
}

function layers(data: ChartData, measure: ChartMeasure): Json[] {
  const x = horizontal(data)
  const told = data.color === undefined ? undefined : colors('color', data.color.title, data.color.values)
  const hue: Spec = told === undefined ? { color: { value: palette[0] } } : { color: told.color }
  const y = { field: 'estimate', type: 'quantitative', title: measure.title, scale: { zero: false } }
  return [
    ...neutralRule(measure),
    ...(data.x.ordered ? [{ mark: { type: 'line', strokeWidth: 1.5, opacity: 0.65 }, encoding: { x, ...hue, y } }] : []),
    { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x, ...hue, y: { ...y, field: 'low' }, y2: { field: 'high' } } },
    {
      mark: { type: 'point', filled: true, size: 60, opacity: 1 },
      encoding: { x, ...hue, y, ...(told === undefined ? {} : { shape: told.shape }), tooltip: tooltip(data, measure) },
    },
  ]
}

/** Steps (rounds, words) stand at 0, 1, 2 … under their own names; numbers stand where they are. */
function horizontal({ x: { title, values, numeric } }: ChartData): Spec {
  const last = values.length - 1
  const scale = numeric ? { zero: false, padding: 16 } : { domain: [-0.4, last + 0.4], nice: false }
  const named = { values: values.map((_, index) => index), labelExpr: `${JSON.stringify(values.map(String))}[datum.value]` }
  const axis = numeric ? { values } : named
  return { field: 'place', type: 'quantitative', title, scale, axis }
}

/** Colours stand a little apart, so that intervals at the same value do not hide one another. */
function place({ x, color }: ChartData, row: ChartRow): number {
  const values = color?.values.map(String) ?? ['']
  const centred = values.indexOf(row.color) - (values.length - 1) / 2
  const step = Math.min(0.1, 0.5 / values.length)
  if (!x.numeric) return x.values.findIndex((value) => value === row.x) + centred * step
  const numbers = x.values.map(Number)
  const span = Math.max(...numbers) - Math.min(...numbers)
  return Number(row.x) + (centred * step * span) / Math.max(1, 2 * numbers.length)
}

export function tooltip(data: ChartData, measure: ChartMeasure): Json {
  return [
    { field: 'x', title: data.x.title },
    ...(data.color === undefined ? [] : [{ field: 'color', title: data.color.title }]),
    { field: 'estimate', title: measure.title, format: '.4~r' },
    { field: 'low', format: '.4~r' },
    { field: 'high', format: '.4~r' },
  ]
}
