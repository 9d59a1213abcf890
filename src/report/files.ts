// Everything a report leaves in its folder, by file name.
import { csv } from './csv.ts'
import { html } from './html/page.ts'
import { json } from './json.ts'
import type { Chart, Report } from './report.ts'
import { svg } from './svg.ts'

/**
 * `report.html`, `results.json`, `results.csv`, and for each chart its specification and its picture, in `charts/`.
 * Equal reports give equal bytes.
 */
export async function files(report: Report): Promise<Record<string, string>> {
  const written: Record<string, string> = {
    'report.html': await html(report), 'results.json': json(report), 'results.csv': csv(report),
  }
  for (const chart of charts(report)) {
    written[`charts/${chart.name}.vl.json`] = `${JSON.stringify(chart.spec, null, 1)}\n`
    written[`charts/${chart.name}.svg`] = `${await svg(chart.spec)}\n`
  }
  return written
}

export function charts(report: Report): Chart[] {
  const exhibits = report.sections.flatMap((section) => (section.kind === 'code' ? section.exhibits : []))
  return exhibits.filter((exhibit) => exhibit.kind === 'chart')
}
