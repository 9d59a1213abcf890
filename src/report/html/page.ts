// A report as one page that needs nothing else: no script, no request, the same bytes for the same report.
import type { Point, Report, Section } from '../report.ts'
import { formatted, formattedInterval } from '../measure.ts'
import { variantField } from '../json.ts'
import { code, settings } from './code.ts'
import { escape } from './escape.ts'
import { exhibit } from './exhibit.ts'
import { markdown } from './markdown.ts'
import { style } from './style.ts'
import { table } from './table.ts'

/** Nothing may be loaded from anywhere, whatever the prose says. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

export async function html(report: Report): Promise<string> {
  const sections: string[] = []
  for (const part of report.sections) sections.push(await section(part))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(report.title)}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#answer">Skip to the answer</a>
${header(report)}
<main>
${answer(report)}
${sections.filter((part) => part !== '').join('\n')}
${numbers(report)}
</main>
${footer(report)}
</body>
</html>
`
}

function header({ title, question, sizes }: Report): string {
  return `<header>
<h1>${escape(title)}</h1>
<div class="question">${markdown(question, 1)}</div>
<dl class="sizes">${sizes.map(({ label, value }) => `<div><dt>${escape(label)}</dt><dd>${escape(value)}</dd></div>`).join('')}</dl>
</header>`
}

function answer({ answer: found }: Report): string {
  if (found === undefined) return '<section id="answer"><h2>Answer</h2><p>Nothing was evaluated.</p></section>'
  const findings = found.findings.map((finding) => `<li>${escape(finding)}</li>`).join('\n')
  return `<section id="answer">
<h2>Answer</h2>
${findings === '' ? '' : `<ul class="findings">\n${findings}\n</ul>`}
${table(found.table)}
</section>`
}

async function section(part: Section): Promise<string> {
  if (part.kind === 'prose') return part.text.trim() === '' ? '' : `<section class="prose">${markdown(part.text, 1)}</section>`
  const shown: string[] = []
  for (const one of part.exhibits) shown.push(await exhibit(one))
  const heading = part.title === '' ? '' : `<h3 class="label">${escape(part.title)}</h3>\n`
  return `<section class="cell">
${heading}${code(part.tokens)}
${settings(part.settings)}
${shown.length === 0 ? '' : `<div class="exhibits">\n${shown.join('\n')}\n</div>`}
</section>`
}

/** From any number to its seeds and the keys of the stages behind them. */
function numbers({ points, measures }: Report): string {
  if (points.length === 0) return ''
  const rows = points.map((point) => `<tr><th scope="row">${escape(name(point))}</th><td>${escape(measures[point.measure]?.label ?? point.measure)}</td><td>${
    result(point)}</td><td>${point.perSeed.map(({ seed, value, key }) =>
    `seed ${seed}: ${value === undefined ? 'not available' : escape(formatted(point.measure, value))} <code>${escape(key.slice(0, 12))}</code>`).join('<br>')}</td></tr>`)
  return `<section>
<h2>Every number and where it comes from</h2>
<details>
<summary>${points.length} numbers, each with its seeds and the keys of their stages</summary>
<div class="scroll" role="region" aria-label="Every number" tabindex="0"><table class="numbers">
<thead><tr><th scope="col">of</th><th scope="col">measure</th><th scope="col">value</th><th scope="col">seeds and stages</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
</details>
</section>`
}

function name({ evaluation, model, round, variant }: Point): string {
  return [evaluation, model, round > 0 ? `round ${round}` : '', variantField(variant)].filter((part) => part !== '').join(' · ')
}

function result({ result: found, measure }: Point): string {
  if (found.kind === 'missing') return escape(found.because)
  return `${escape(formatted(measure, found.estimate))} <span class="interval">${escape(formattedInterval(measure, found.low, found.high))}</span>`
}

function footer({ provenance }: Report): string {
  const { source, engine, seeds, stages } = provenance
  const rows = stages.map(({ key, label, available }) => `<tr><th scope="row">${escape(label)}</th><td><code>${escape(key)}</code></td><td>${available ? '' : 'no result'}</td></tr>`)
  return `<footer>
<p>Made from <code>${escape(source)}</code> on engine <code>${escape(engine)}</code>, seed${seeds.length === 1 ? '' : 's'} ${seeds.join(', ')}. A stage's key is the hash of all that determines its result.</p>
<details>
<summary>${stages.length} stages and their keys</summary>
<div class="scroll" role="region" aria-label="Stages and their keys" tabindex="0"><table class="keys">
<thead><tr><th scope="col">stage</th><th scope="col">key</th><th scope="col"><span class="hidden">result</span></th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>
</details>
</footer>`
}
