// Vega-Lite specifications as SVG text, without a browser or a canvas, the same bytes wherever it runs.
import * as vega from 'vega'
import { compile } from 'vega-lite'
import type { TopLevelSpec } from 'vega-lite'
import type { Spec } from './charts/chart.ts'
import { config } from './charts/theme.ts'

/** As a file of its own: dark on white. */
export async function svg(spec: Spec): Promise<string> {
  return draw(spec, 'chart')
}

/** For a page: in the page's own ink, on its own ground; `name` keeps ids of several charts apart. */
export async function inlineSvg(spec: Spec, name: string): Promise<string> {
  return draw({ ...spec, config: config('currentColor', null) }, name)
}

async function draw(spec: Spec, name: string): Promise<string> {
  const logger = vega.logger(vega.None)
  // Our specifications are validated against the Vega-Lite schema in the tests.
  const compiled = compile(spec as unknown as TopLevelSpec, { logger })
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none', logger })
  try {
    return tidy(await view.toSVG(), name)
  } finally {
    view.finalize()
  }
}

/** The library counts ids over the whole process: here they are renamed by order of appearance. Coordinates to a hundredth. */
function tidy(text: string, name: string): string {
  const ids = new Map<string, string>()
  const renamed = (id: string): string => {
    const known = ids.get(id) ?? `${name}-${ids.size + 1}`
    ids.set(id, known)
    return known
  }
  return text
    .replace(/(id="|url\(#)((?:clip|gradient|pattern)_?\d+)/g, (_, before: string, id: string) => before + renamed(id))
    .replace(/ (d|transform|x|y|x1|x2|y1|y2|width|height|viewBox)="([^"]*)"/g, (_, attribute: string, numbers: string) =>
      ` ${attribute}="${numbers.replace(/-?\d+\.\d{3,}(e-\d+)?/g, (digits) => String(Number(Number(digits).toFixed(2))))}"`)
}
