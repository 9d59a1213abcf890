// A report as one page that needs nothing else: no script, no request, the same bytes for the same report.
import type { Report, Section } from '../report.ts'
import { code, settings } from './code.ts'
import { escape } from './escape.ts'
import { exhibit } from './exhibit.ts'
import { markdown } from './markdown.ts'
import { footer, numbers } from './provenance.ts'
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
