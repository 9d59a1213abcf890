// Internal chart: a loss, or another quantity, over the steps of training; the mean over seeds, and the range of seeds behind it.
import type { Json } from '../../plan/node.ts'
import type { Spec } from './chart.ts'
import { colors, config, ink, palette, schema } from './theme.ts'
import { wrap } from './wrap.ts'

export interface CurveData {
  readonly title: string
  readonly subtitle: string
  readonly panels: readonly { readonly name: string; readonly title: string }[]
  /** Titles and values of what colours tell apart (rounds, variants); undefined for a single curve. */
  readonly color: { readonly title: string; readonly values: readonly string[] } | undefined
  readonly rows: readonly CurveRow[]
}

export interface CurveRow {
  readonly panel: string
  readonly color: string
  /** Lines that share a colour stay apart. */
  readonly line: string
  readonly step: number
  readonly mean: number
  /** Least and greatest over the seeds. */
  readonly low: number
  readonly high: number
}

export function curve(data: CurveData): Spec {
  const plots = data.panels.map((panel) => plot(data, panel))
  return {
    $schema: schema,
    description: data.title,
    title: { text: data.title, subtitle: wrap(data.subtitle, 60) },
    data: { values: data.rows.map((row): Json => ({ ...row })) },
    ...(plots.length === 1 ? plots[0] : { hconcat: plots, spacing: 28 }),
    config: config(ink, '#ffffff'),
  }
}

function plot(data: CurveData, panel: { readonly name: string; readonly title: string }): Spec {
  const hue: Json = data.color === undefined ? { value: palette[0] } : colors('color', data.color.title, data.color.values).color
  const x = { field: 'step', type: 'quantitative', title: 'Optimiser step', axis: { tickCount: 5, tickMinStep: 1, format: 'd' } }
  const y = { field: 'mean', type: 'quantitative', title: panel.title, scale: { zero: false } }
  const detail = { field: 'line', type: 'nominal' }
  return {
    transform: [{ filter: { field: 'panel', equal: panel.name } }],
    width: 300,
    height: 180,
    layer: [
      {
        mark: { type: 'area', opacity: 0.18 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color: hue, detail },
      },
      { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y, color: hue, detail } },
    ],
  }
}
