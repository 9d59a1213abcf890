import * as assert from 'uvu/assert'
import type { Program } from '../../src/language/program.ts'
import { collect } from '../../src/report/collect.ts'
import { files } from '../../src/report/files.ts'
import { html } from '../../src/report/html/page.ts'
import { markdown } from '../../src/report/html/markdown.ts'
import { style } from '../../src/report/html/style.ts'
import { describe } from '../describe.ts'
import { contrast } from './contrast.ts'
import { results } from './fixture.ts'
import { written } from './program.ts'

const attack = '<script>alert(1)</script>'
const given = results()
const report = collect(given)
const pageText = html(report)

const more = `\n${attack}\n![x](https://example.org/x.png)\n[y](javascript:alert(1))\n`

function attacked(): Program {
  const { program } = given
  return {
    ...program,
    settings: { ...program.settings, title: written({ kind: 'text', value: `${attack}"'&` }) },
    cells: program.cells.map((cell) => ({ ...cell, title: `${cell.title}${attack}`, text: `${cell.text}${more}` })),
  }
}

describe('the page', (it) => {
  it('escapes markup in titles, prose, code, prompts and generations', async () => {
    const source = results({
      edit: (_, body) =>
        body.replaceAll('the boat is blue', attack).replaceAll('the cat eats', `</dd>${attack}`).replaceAll('tell ana', attack),
    })
    const page = await html(collect({ ...source, program: attacked(), engine: attack }))
    assert.not.match(page, /<script/i)
    assert.not.match(page, /<img/i)
    assert.not.match(page, /href="javascript:/i)
    assert.ok(page.split('&lt;script&gt;').length > 20)
  })

  it('asks for nothing from anywhere, and holds no script', async () => {
    const page = await pageText
    assert.not.match(page, /<(script|link|iframe|object|embed|img|base|form)\b/i)
    assert.not.match(page, /\s(src|srcset|on\w+)=/i)
    assert.not.match(page, /@import|url\((?!#)/i)
    for (const [, address] of page.matchAll(/\shref="([^"]*)"/g)) assert.match(address ?? '', /^(#|data:application\/json;base64,)/)
    assert.match(page, "default-src 'none'")
  })

  it('offers each specification as it is', async () => {
    const page = await pageText
    const [, encoded] = /download="bars-[^"]*" href="data:application\/json;base64,([^"]*)"/.exec(page) ?? []
    const bytes = Uint8Array.from(atob(encoded ?? ''), (character) => character.charCodeAt(0))
    const wanted = (await files(report))['charts/bars-lc_winrate-length-by-shape-alpha.vl.json'] ?? ''
    assert.equal(JSON.parse(new TextDecoder().decode(bytes)), JSON.parse(wanted))
  })

  it('is the same bytes when made again, names no folder, and stays small', async () => {
    const page = await pageText
    assert.is(await html(collect(results())), page)
    assert.not.match(page, '/somewhere')
    assert.ok(page.length < 3e6, String(page.length))
  })

  it('has one title, headings without gaps, names for all columns, and words for every chart', async () => {
    const page = await pageText
    const levels = [...page.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level))
    assert.is(levels.filter((level) => level === 1).length, 1)
    levels.reduce((before, level) => (assert.ok(level <= before + 1, levels.join()), level))
    assert.not.match(page, /<th(?![^>]*scope=)[ >]/)
    const charts = [...page.matchAll(/<svg role="img" aria-label="([^"]*)"/g)].map(([, label]) => label ?? '')
    assert.is(charts.length, 7)
    assert.ok(charts.every((label) => /chart\. .*\d/.test(label)))
    assert.match(page, '<a class="skip" href="#answer">')
    assert.match(page, 'id="answer"')
    assert.match(page, '<html lang="en">')
  })

  it('uses every id once', async () => {
    const ids = [...(await pageText).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    assert.is(new Set(ids).size, ids.length)
  })

  it('states the question and the answer before anything else', async () => {
    const page = await pageText
    const parts = ['<h1>Replay and', 'Does replay still help', 'class="sizes"', '<h2>Answer</h2>', 'quality: against dpo0', '<pre']
    const places = parts.map((part) => page.indexOf(part))
    assert.equal(places, [...places].sort((a, b) => a - b))
    assert.ok(places.every((place) => place > 0))
  })

  it('says why a number is missing', async () => {
    const page = await html(collect(results({ failed: (label, seed) => label.includes('dice · round 2 · pairs') && seed === 2 })))
    assert.match(page, 'not available<sup>1</sup>')
    assert.match(page, '<sup>1</sup> not available: stage dice · dice · round 2 · pairs (seed 2) failed')
  })

  it('says so when nothing was evaluated', async () => {
    assert.match(await html({ ...report, answer: undefined, points: [] }), 'Nothing was evaluated.')
  })
})

describe('files of a report', (it) => {
  it('are the page, the numbers, and two files for each chart', async () => {
    const names = Object.keys(await files(report))
    assert.equal(names.slice(0, 3), ['report.html', 'results.json', 'results.csv'])
    assert.is(names.length, 3 + 2 * 7)
    assert.ok(names.slice(3).every((name) => /^charts\/[\p{L}\p{N}_-]+\.(vl\.json|svg)$/u.test(name)), names.join())
  })
})

describe('prose', (it) => {
  it('is Markdown with headings below the page title, and no raw HTML', () => {
    assert.is(markdown('# One\n\n**two** <b>three</b>', 1), '<h2>One</h2>\n<p><strong>two</strong> &lt;b&gt;three&lt;/b&gt;</p>\n')
    assert.is(markdown('![picture](https://example.org/x.png)', 1), '<p>picture</p>\n')
  })
})

describe('colours of the page', (it) => {
  const colours = (body: string): Record<string, string> =>
    Object.fromEntries([...body.matchAll(/--(\w+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]))
  const themes = [...style.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) => colours(body ?? ''))
  for (const [index, name] of ['light', 'dark', 'print'].entries()) {
    it(`${name}: every text has a contrast of at least 4.5 on its ground`, () => {
      const theme: Record<string, string> = { ...themes[0], ...themes[index] }
      assert.ok(Object.keys(themes[index] ?? {}).length >= 6)
      for (const ground of ['ground', 'wash']) {
        for (const text of ['ink', 'soft', 'link', 'warn', 'keyword', 'string', 'number', 'comment']) {
          const ratio = contrast(theme[text] ?? '', theme[ground] ?? '')
          assert.ok(ratio >= 4.5, `${text} on ${ground}: ${ratio}`)
        }
      }
    })
  }
})
