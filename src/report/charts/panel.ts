// Arranging a chart's layers: one plot, small multiples over panels, and one row of them for each measure.
import type { Json } from '../../plan/node.ts'
import type { ChartData, ChartMeasure, ChartRow, Spec } from './chart.ts'
import { config, ink, schema } from './theme.ts'
import { wrap } from './wrap.ts'

/** The whole specification around `layers`, which draws one measure in one panel; `extra` adds fields to the rows inlined. */
export function arrange(
  data: ChartData, layers: (measure: ChartMeasure) => readonly Json[], extra: (row: ChartRow) => Spec = () => ({}),
): Spec {
  const plots = data.measures.map((measure) => plot(data, measure, layers(measure)))
  const only = plots.length === 1 ? plots[0] : undefined
  return {
    $schema: schema,
    description: data.title,
    title: { text: data.title, subtitle: wrap(data.subtitle, 90) },
    data: { values: data.rows.map((row): Json => ({ ...row, ...extra(row) })) },
    ...(only ?? { concat: plots, columns: data.panels.length > 0 ? 1 : 2, spacing: 36 }),
    ...(only === undefined ? { resolve: { scale: { color: 'shared', shape: 'shared' } } } : {}),
    config: config(ink, '#ffffff'),
  }
}

function plot(data: ChartData, measure: ChartMeasure, layer: readonly Json[]): Spec {
  const several = data.panels.length > 0
  const transform = [{ filter: { field: 'measure', equal: measure.name } }]
  const size = { width: several ? 220 : data.measures.length > 1 ? 300 : 440, height: several ? 220 : 280 }
  if (!several) return { transform, ...size, layer }
  return {
    transform,
    facet: { field: 'panel', type: 'nominal', sort: data.panels, title: null },
    columns: 3,
    spacing: 24,
    spec: { ...size, layer },
  }
}

/** A dashed rule where no effect would be; nothing where the measure has no such value. */
export function neutralRule(measure: ChartMeasure): Json[] {
  if (measure.neutral === undefined) return []
  return [{
    // One row, so that the rule is drawn once and not once for each point.
    transform: [{ aggregate: [{ op: 'count', as: 'points' }] }],
    mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 1, opacity: 0.7 },
    encoding: { y: { datum: measure.neutral, type: 'quantitative' } },
  }]
}
