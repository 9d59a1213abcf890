// Internal chart: how the gap in length between chosen and rejected answers depends on the length penalty α,
// and which α was used.
import type { Json } from '../../plan/node.ts'
import type { Spec } from './chart.ts'
import { config, ink, palette, schema } from './theme.ts'
import { wrap } from './wrap.ts'

export interface LandscapeData {
  readonly title: string
  readonly subtitle: string
  /** Of length: `characters`. */
  readonly unit: string
  /** One for each round, in order. */
  readonly panels: readonly string[]
  readonly trace: readonly { readonly panel: string; readonly seed: string; readonly alpha: number; readonly difference: number }[]
  readonly chosen: readonly { readonly panel: string; readonly seed: string; readonly alpha: number }[]
}

export function landscape(data: LandscapeData): Spec {
  const rows: Json[] = [
    ...data.trace.map((row) => ({ ...row, role: 'trace' })),
    ...data.chosen.map((row) => ({ ...row, role: 'chosen' })),
  ]
  const penalty = `α (reward per ${data.unit.replace(/s$/, '')})`
  const x = { field: 'alpha', type: 'quantitative', title: penalty, axis: { tickCount: 5 } }
  const y = { field: 'difference', type: 'quantitative', title: `|Δ length| (${data.unit})` }
  const detail = { field: 'seed', type: 'nominal' }
  const role = (equal: string): Json => [{ filter: { field: 'role', equal } }]
  return {
    $schema: schema,
    description: data.title,
    title: { text: data.title, subtitle: wrap(data.subtitle, 90) },
    data: { values: rows },
    facet: { field: 'panel', type: 'nominal', sort: data.panels, title: null },
    columns: 3,
    spacing: 24,
    spec: {
      width: 220,
      height: 180,
      layer: [
        {
          transform: role('chosen'),
          mark: { type: 'rule', strokeDash: [4, 3], strokeWidth: 1.5, color: palette[1] },
          encoding: { x, detail },
        },
        { transform: role('trace'), mark: { type: 'line', strokeWidth: 1.5, color: palette[0] }, encoding: { x, y, detail } },
      ],
    },
    config: config(ink, '#ffffff'),
  }
}
