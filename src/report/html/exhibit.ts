// Charts, generations and absences as HTML.
import type { Chart, Exhibit, Generations } from '../report.ts'
import { inlineSvg } from '../svg.ts'
import { escape } from './escape.ts'
import { table } from './table.ts'

export async function exhibit(shown: Exhibit): Promise<string> {
  switch (shown.kind) {
    case 'table': return table(shown)
    case 'chart': return chart(shown)
    case 'generations': return generations(shown)
    case 'missing': return `<p class="absent"><strong>${escape(shown.title)}</strong>: ${escape(shown.because)}.</p>`
  }
}

async function chart({ name, caption, description, spec }: Chart): Promise<string> {
  const picture = (await inlineSvg(spec, name)).replace('<svg ', `<svg role="img" aria-label="${escape(description)}" `)
  const link = `data:application/json;base64,${base64(JSON.stringify(spec))}`
  return `<figure class="chart" id="${escape(name)}">
<div class="scroll" tabindex="0" role="group" aria-label="chart">${picture}</div>
<figcaption>${caption === '' ? '' : `<p>${escape(caption)}</p>\n`}<a download="${escape(name)}.vl.json" href="${link}">Vega-Lite
specification</a></figcaption>
</figure>`
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}

function generations({ title, caption, prompts }: Generations): string {
  const blocks = prompts.map(({ text, answers }) => `<div class="prompt">
<blockquote class="request">${escape(text)}</blockquote>
<dl>${answers.map((answer) => `
<dt>${escape(answer.from)} <span class="facts">${escape(answer.facts)}</span></dt>
<dd>${answer.text === '' ? '<em>empty</em>' : escape(answer.text)}</dd>`).join('')}
</dl>
</div>`)
  return `<details class="generations">
<summary>${escape(title)}</summary>
<p class="note">${escape(caption)}</p>
${blocks.join('\n')}
</details>`
}
