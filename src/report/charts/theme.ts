// One look for every chart: a colour-blind-safe palette, legible type, quiet grid.
// The same specification is drawn on white for files and on the page's own ground, light or dark.
import type { Json } from '../../plan/node.ts'
import type { Spec } from './chart.ts'

export const schema = 'https://vega.github.io/schema/vega-lite/v6.json'

/**
 * The hues of Okabe and Ito, darkened where needed so that each keeps a contrast of 3 : 1 both on white and on
 * the dark page. Shapes repeat what colours say.
 */
export const palette = ['#0072b2', '#d55e00', '#009473', '#b8608f', '#9a7d00', '#6f7780', '#3f8fd0', '#a8563a'] as const
export const shapes = [
  'circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down', 'triangle-right', 'triangle-left',
] as const

export const ink = '#1f2328'

/** Colours of text, rules and ground, apart from the data. */
export function config(foreground: string, background: string | null): Spec {
  const text = { labelColor: foreground, titleColor: foreground, labelFontSize: 12, titleFontSize: 13, titleFontWeight: 500 }
  return {
    background,
    font: 'system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif',
    view: { stroke: null },
    title: {
      color: foreground, subtitleColor: foreground, fontSize: 15, fontWeight: 600, subtitleFontSize: 12,
      anchor: 'start', frame: 'group', offset: 12, subtitlePadding: 4,
    },
    axis: {
      ...text, labelAngle: 0, domainColor: foreground, domainOpacity: 0.5, tickColor: foreground, tickOpacity: 0.5,
      gridColor: foreground, gridOpacity: 0.12, labelPadding: 4, titlePadding: 8,
    },
    axisX: { grid: false },
    // Read without turning one's head; and rotated titles would be laid out by an estimate of their length that is far too large.
    axisY: { grid: true, titleAngle: 0, titleAnchor: 'start', titleAlign: 'left', titleBaseline: 'bottom', titleX: 0, titleY: -8 },
    legend: { ...text, symbolSize: 90, symbolOpacity: 1, rowPadding: 4, titleLimit: 0, labelLimit: 0 },
    header: { ...text, labelFontWeight: 600, labelAnchor: 'start', labelPadding: 26 },
    rule: { color: foreground },
    text: { color: foreground },
  }
}

/** A colour scale over these values, repeated by shape. */
export function colors(field: string, title: string, values: readonly (string | number)[]): { color: Json; shape: Json } {
  const domain = values.map(String)
  const cycle = (from: readonly string[]): string[] => domain.map((_, index) => from[index % from.length] ?? '')
  const legend = { title }
  return {
    color: { field, type: 'nominal', title, scale: { domain, range: cycle(palette) }, sort: domain, legend },
    shape: { field, type: 'nominal', title, scale: { domain, range: cycle(shapes) }, sort: domain, legend },
  }
}
