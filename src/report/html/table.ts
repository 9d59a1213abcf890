// Tables as HTML: row names as row headers, numbers right-aligned with their intervals, reasons where a number is missing.
import type { Cell, Table } from '../report.ts'
import { escape } from './escape.ts'

export function table({ title, headers, columns, rows, notes, reasons }: Table): string {
  const head = columns.map(({ label, unit }, index) => {
    const below = unit === '' ? '' : ` <span class="unit">${escape(unit)}</span>`
    return `<th scope="col"${index < headers ? ' class="name"' : ''}>${escape(label)}${below}</th>`
  })
  const body = rows.map((row) => {
    const cells = row.map((cell, index) => (index < headers ? header(cell) : data(cell, reasons)))
    return `<tr>${cells.join('')}</tr>`
  })
  const captions = [...notes.map(escape), ...reasons.map((reason, index) => `<sup>${index + 1}</sup> ${escape(reason)}.`)]
  return `<figure class="table">
<div class="scroll" role="region" aria-label="${escape(title)}" tabindex="0"><table>
<caption>${escape(title)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>
${captions.length === 0 ? '' : `<figcaption>${captions.map((caption) => `<p>${caption}</p>`).join('')}</figcaption>`}
</figure>`
}

function header(cell: Cell): string {
  return `<th scope="row">${content(cell, [])}</th>`
}

function data(cell: Cell, reasons: readonly string[]): string {
  return `<td${cell.kind === 'missing' ? ' class="missing"' : ''}>${content(cell, reasons)}</td>`
}

function content(cell: Cell, reasons: readonly string[]): string {
  if (cell.kind === 'text') return escape(cell.text)
  if (cell.kind === 'missing') return `not available<sup>${reasons.indexOf(cell.because) + 1}</sup>`
  const value = cell.best ? `<strong>${escape(cell.text)}</strong>` : escape(cell.text)
  return `${value} <span class="interval">${escape(cell.interval)}</span>`
}
