// Code cells as HTML: the source as it was written, and everything it was run with.
import type { SettingGroup, Token } from '../report.ts'
import { escape, sentence } from './escape.ts'

export function code(tokens: readonly Token[]): string {
  const inner = tokens.map(token).join('')
  return `<pre tabindex="0"><code>${inner.replace(/^\n+/, '').trimEnd()}</code></pre>`
}

function token({ kind, text }: Token): string {
  return kind === 'plain' ? escape(text) : `<span class="${kind}">${escape(text)}</span>`
}

export function settings(groups: readonly SettingGroup[]): string {
  const filled = groups.filter((group) => group.settings.length > 0)
  const all = filled.flatMap((group) => group.settings)
  if (all.length === 0) return ''
  const written = all.filter((setting) => setting.written).length
  return `<details class="settings">
<summary>All ${all.length} settings: ${written} written, ${all.length - written} filled in</summary>
${filled.map(group).join('\n')}
</details>`
}

function group({ title, settings: rows }: SettingGroup): string {
  const lines = rows.map(({ path, value, unit, written, doc }) => {
    const from = written ? 'written' : 'default'
    const shown = `<code>${escape(value)}</code>${unit === '' ? '' : ` ${escape(unit)}`}`
    const cells = [shown, from, sentence(doc)].map((cell) => `<td>${cell}</td>`).join('')
    return `<tr class="${from}"><th scope="row"><code>${escape(path)}</code></th>${cells}</tr>`
  })
  return `<div class="scroll" role="region" aria-label="${escape(title)}" tabindex="0"><table>
<caption>${escape(title)}</caption>
<thead><tr><th scope="col">setting</th><th scope="col">value</th><th scope="col">from</th><th scope="col">meaning</th></tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table></div>`
}
