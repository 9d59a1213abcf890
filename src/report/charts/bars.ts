// Measures side by side: grouped bars from zero with intervals, each measure on its own scale.
import type { Json } from '../../plan/node.ts'
import { color, interval, measures } from './fields.ts'
import type { Chart, ChartData, ChartMeasure, Spec } from './chart.ts'
import { tooltip } from './line.ts'
import { arrange, neutralRule } from './panel.ts'
import { colors, palette } from './theme.ts'

export const bars: Chart = {
  doc: 'Bars with intervals, grouped by an axis; several measures stand side by side, each on its own scale.',
  parameters: { measures },
  entries: {
    by: { doc: 'What the groups are.', type: { kind: 'axis' } },
    color,
    interval,
  },
  spec: (data) => arrange(data, (measure) => layers(data, measure)),
}

function layers(data: ChartData, measure: ChartMeasure): Json[] {
  const x: Spec = { field: 'x', type: 'ordinal', title: data.x.title, sort: data.x.values, scale: { paddingInner: 0.25 } }
  const apart: Spec = data.color === undefined
    ? {}
    : { xOffset: { field: 'color', type: 'nominal', sort: data.color.values.map(String) } }
  const hue: Spec = data.color === undefined
    ? { color: { value: palette[0] } }
    : { color: colors('color', data.color.title, data.color.values).color }
  const y = { field: 'estimate', type: 'quantitative', title: measure.title }
  return [
    { mark: { type: 'bar' }, encoding: { x, ...apart, ...hue, y, tooltip: tooltip(data, measure) } },
    { mark: { type: 'rule', strokeWidth: 1.5 }, encoding: { x, ...apart, y: { ...y, field: 'low' }, y2: { field: 'high' } } },
    ...neutralRule(measure),
  ]
}
