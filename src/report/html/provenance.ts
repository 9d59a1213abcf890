// Where the numbers come from, as HTML: each with its seeds and stages, and the stages with their keys.
import { variantField } from '../json.ts'
import { formatted, formattedInterval } from '../measure.ts'
import { counted } from '../number.ts'
import type { Point, Report } from '../report.ts'
import { escape } from './escape.ts'

/** From any number to its seeds and the keys of the stages behind them. */
export function numbers({ points, measures }: Report): string {
  if (points.length === 0) return ''
  const rows = points.map((point) => row(name(point), [
    escape(measures[point.measure]?.label ?? point.measure),
    result(point),
    point.perSeed.map((seed) => ofSeed(seed, point.measure)).join('<br>'),
  ]))
  return `<section>
<h2>Every number and where it comes from</h2>
<details>
<summary>${counted(points.length, 'number')}, each with its seeds and the keys of their stages</summary>
${table('numbers', 'Every number', ['of', 'measure', 'value', 'seeds and stages'], rows)}
</details>
</section>`
}

function ofSeed({ seed, value, key }: Point['perSeed'][number], measure: string): string {
  const shown = value === undefined ? 'not available' : escape(formatted(measure, value))
  return `seed ${seed}: ${shown} <code>${escape(key.slice(0, 12))}</code>`
}

function name({ evaluation, model, round, variant }: Point): string {
  return [evaluation, model, round > 0 ? `round ${round}` : '', variantField(variant)].filter((part) => part !== '').join(' · ')
}

function result({ result: found, measure }: Point): string {
  if (found.kind === 'missing') return escape(found.because)
  const interval = formattedInterval(measure, found.low, found.high)
  return `${escape(formatted(measure, found.estimate))} <span class="interval">${escape(interval)}</span>`
}

export function footer({ provenance }: Report): string {
  const { source, engine, seeds, stages } = provenance
  const rows = stages.map(({ key, label, available }) =>
    row(label, [`<code>${escape(key)}</code>`, available ? 'stored' : 'no result']))
  return `<footer>
<p>Made from <code>${escape(source)}</code> on engine <code>${escape(engine)}</code>, seed${seeds.length === 1 ? '' : 's'}
${seeds.join(', ')}. A stage's key is the hash of all that determines its result.</p>
<details>
<summary>${counted(stages.length, 'stage')} and their keys</summary>
${table('keys', 'Stages and their keys', ['stage', 'key', 'result'], rows)}
</details>
</footer>`
}

/** `cells` are HTML already. */
function row(heading: string, cells: readonly string[]): string {
  return `<tr><th scope="row">${escape(heading)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
}

function table(kind: string, label: string, heads: readonly string[], rows: readonly string[]): string {
  return `<div class="scroll" role="region" aria-label="${escape(label)}" tabindex="0"><table class="${kind}">
<thead><tr>${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`
}
