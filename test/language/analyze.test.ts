import * as assert from 'uvu/assert'
import { frame } from '../../src/frame.ts'
import { analyze } from '../../src/language/analyze.ts'
import { format } from '../../src/language/format.ts'
import { describe } from '../describe.ts'
import { Generator } from './generate.ts'
import { mutate } from './mutate.ts'
import { loop, short, tiny } from './samples.ts'
import { toy } from './toy.ts'

const path = 'x.dice'

/** Analyses, and holds what is true of every analysis. */
function sound(text: string): number {
  const { program, diagnostics } = analyze({ path, text }, toy)
  for (const { span, source, message, hint, code } of diagnostics) {
    const { length } = source.text
    const inside = span.start >= 0 && span.start <= span.end && span.end <= length
    assert.ok(inside, `${code} at ${span.start}–${span.end} of ${length}\n${text}`)
    assert.not.match(`${message} ${hint}`, /undefined \w|NaN|\[object/, text)
  }
  const starts = diagnostics.map(({ span }) => span.start)
  assert.equal(starts, [...starts].sort((one, other) => one - other), 'in the order of the text')
  assert.is(program === undefined, diagnostics.length > 0, 'a program if and only if nothing is wrong')
  return diagnostics.length
}

function nested(node: unknown, start: number, end: number, text: string): void {
  if (node === null || typeof node !== 'object') return
  const { span } = node as { span?: { start: number; end: number } }
  if (span !== undefined) {
    const inside = span.start >= start && span.start <= span.end && span.end <= end
    assert.ok(inside, `${JSON.stringify(span)} in ${start}–${end}\n${text}`)
  }
  for (const [name, child] of Object.entries(node)) {
    if (name !== 'source' && name !== 'span') nested(child, span?.start ?? start, span?.end ?? end, text)
  }
}

describe('analyze', (it) => {
  it('accepts the samples', () => {
    for (const text of [loop, ...short]) assert.is(sound(text), 0, text)
  })

  it('reports every mistake of a file in one go, in the order of the text, the front matter first', () => {
    const mistakes = [
      ['seeds: [1, 2]', 'seeds: [1.5]'], ['layers: 4', 'layer: 4'], ['3e-3', '0'], ['50%]', '150%]'], ['by: round', 'by: rounds'],
      ['pair best_worst', 'pair best_worst )'], ['table quality', 'table quality {'],
    ] as const
    const text = mistakes.reduce((changed, [from, to]) => changed.replace(from, to), loop)
    assert.equal(analyze({ path, text }, toy).diagnostics.map(({ code }) => code),
      ['D304', 'D202', 'D302', 'D108', 'D302', 'D311', 'D107'])
  })

  it('a mistake in one statement hides and causes none in others', () => {
    const breaks: [string, string, string][] = [
      ['llama { layers: 4,', 'llama { layers 4,', 'D219'], ['pretrain(base)', 'pretrain(base', 'D107'],
      ['with {', 'with', 'D108'],
      ['iterate dice from language {', 'iterate dice language {', 'D109'],
      ['sample { responses: 16 }', 'sample { responses: 16', 'D107'],
      ['measures: [winrate, kl]', 'measures: [winrate, kl', 'D107'], ['measures: [', 'measures: ', 'D108'],
      ['title: A loop', 'title: "A loop', 'D121'],
      ['data village', 'dta village', 'D201'],
      ['train dpo\n}', 'train dpo\n', 'D107'], ['"village"', '"village', 'D102'], ['# Does', '%%\n# Does', ''],
      ['= llama', 'llama', 'D109'],
    ]
    for (const [from, to, code] of breaks) {
      assert.ok(loop.includes(from), from)
      const text = loop.replace(from, to)
      assert.equal(analyze({ path, text }, toy).diagnostics.map((found) => found.code), code === '' ? [] : [code], text)
      const both = text.replace('table quality', 'table qualty')
      assert.is(analyze({ path, text: both }, toy).diagnostics.at(-1)?.message, 'nothing is named `qualty`', both)
    }
  })

  it('checks a thousand lines in well under a tenth of a second', () => {
    const chain = Array.from({ length: 140 }, (_, index) =>
      `train t${index + 1} = dpo(t${index}) on village.preferences {\n  beta: 0.1\n  steps: 100\n\n  # why\n  rate: 1e-4\n}\n`)
    const text = `data village = world("village")\nmodel t0 = llama\n${chain.join('')}`
    // The quickest of several: other work on the machine can only make a run slower.
    const times: number[] = []
    while (times.length < 20 && !(Math.min(...times) < 50)) {
      const start = performance.now()
      assert.is(analyze({ path, text }, toy).diagnostics.length, 0)
      times.push(performance.now() - start)
    }
    assert.ok(Math.min(...times) < 100, String(times))
  })

  it('survives long chains of declarations in reverse order, deep brackets and long sums', () => {
    const chain = Array.from({ length: 5000 }, (_, index) => `train t${index} = dpo(t${index + 1}) on v.preferences\n`).join('')
    assert.is(sound(`${chain}model t5000 = llama\ndata v = world("v")\n`), 0)
    assert.is(sound(`model base = llama { layers: ${'('.repeat(20000)}1${')'.repeat(20000)} }`), 1)
    assert.is(sound(`model base = llama { layers: ${'['.repeat(20000)} }`) > 0, true)
    assert.is(sound(`model base = llama { layers: ${'1 + '.repeat(20000)}1 }`), 0)
    assert.is(sound(`model base = llama { layers: ${'-'.repeat(20000)}1 }`), 0)
  })

  for (const seed of ['mutants 1', 'mutants 2', 'mutants 3', 'mutants 4']) {
    it(`never throws, and points into the text: 25,000 changed programs, seed "${seed}"`, () => {
      const random = new Generator(seed)
      let mistaken = 0
      for (let count = 0; count < 25_000; count++) {
        if (sound(mutate(random.pick(random.chance(0.2) ? short : tiny), random)) > 0) mistaken += 1
      }
      assert.ok(mistaken > 12_500, `only ${mistaken} had mistakes`)
    })
  }

  it('frames, nests and formats whatever it reads: 2,000 changed programs, seed "mutants 5"', () => {
    const random = new Generator('mutants 5')
    for (let count = 0; count < 2000; count++) {
      const text = mutate(random.chance(0.5) ? loop : random.file(), random)
      const { ast, diagnostics } = analyze({ path, text }, toy)
      for (const diagnostic of diagnostics) assert.match(frame(diagnostic, { color: false }), /\^/)
      ast.cells.forEach((cell) => nested(cell, 0, text.length, text))
      const result = format({ path, text })
      if ('text' in result) assert.equal(format({ path, text: result.text }), result, text)
    }
  })
})
