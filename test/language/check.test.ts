import * as assert from 'uvu/assert'
import { analyze } from '../../src/language/analyze.ts'
import type { Declaration, Program } from '../../src/language/program.ts'
import type { Argument, Value } from '../../src/vocabulary/value.ts'
import { describe } from '../describe.ts'
import { loop } from './samples.ts'
import { toy } from './toy.ts'

const world = 'data village = world("village")\nmodel base = llama\n'
const sft = `${world}train sft = dpo(base) on village.preferences\n`
const dice = `${sft}iterate dice from sft { pair best_worst, train dpo, replay village.preferences { γ: 0.25 } }\n`

function program(text: string): Program {
  const { program: found, diagnostics } = analyze({ path: 'x.dice', text }, toy)
  assert.equal(diagnostics.map(({ code, message }) => `${code} ${message}`), [], text)
  return found!
}

function codes(text: string): string[] {
  return analyze({ path: 'x.dice', text }, toy).diagnostics.map(({ code, span }) => `${code} ${text.slice(span.start, span.end)}`)
}

const named = (found: Program, name: string): Declaration => found.declarations.find((declaration) => declaration.name === name)!
const block = (declaration: Declaration, kind: string): Declaration => declaration.blocks.find((inner) => inner.kind === kind)!

/** A value in short. */
function short({ value }: Argument): unknown {
  const plain = (one: Value): unknown => {
    switch (one.kind) {
      case 'number': case 'text': case 'boolean': case 'choice': return one.value
      case 'auto': return { auto: one.factor }
      case 'list': return one.items.map(plain)
      case 'record': return all(one.fields)
      case 'reference': return one.member === undefined ? `→ ${one.name}` : `→ ${one.name}.${one.member}`
      case 'row': return { [one.row]: all(one.arguments) }
      case 'file': return { file: one.path }
      case 'axis': return one.path.join('.')
      case 'hole': return 'hole'
    }
  }
  return plain(value)
}
const all = (given: Readonly<Record<string, Argument>>): unknown =>
  Object.fromEntries(Object.entries(given).map(([name, argument]) => [name, short(argument)]))

describe('check', (it) => {
  it('T8: fills in defaults and remembers what was written', () => {
    const text = 'model base = llama { layers: 3 }'
    const { arguments: given, row, nameSpan } = named(program(text), 'base')
    assert.is(row, 'llama')
    assert.equal(all(given), { layers: 3, width: 64, tied: true, tokenizer: { bytes: {} } })
    assert.equal(Object.entries(given).map(([name, { given: span }]) => [name, span && text.slice(span.start, span.end)]),
      [['layers', '3'], ['width', undefined], ['tied', undefined], ['tokenizer', undefined]])
    assert.is(text.slice(nameSpan!.start, nameSpan!.end), 'base')
  })

  it('T1: entries, named arguments and positions fill the same arguments, in the order of the vocabulary', () => {
    const spellings = [
      'dpo(base, beta: 0.2) on village.preferences { steps: 5 }',
      'dpo(steps: 5, policy: base) on village.preferences { β: 0.2 }',
      'dpo on village.preferences { steps: 5, beta: 0.2, policy: base }',
    ]
    const [first, ...others] = spellings.map((spelling) => named(program(`${world}train sft = ${spelling}`), 'sft'))
    const expected = { policy: '→ base', on: '→ village.preferences', beta: 0.2, steps: 5, batch: 32, rate: 0.001 }
    assert.equal(all(first!.arguments), expected)
    for (const other of others) assert.is(JSON.stringify(all(other.arguments)), JSON.stringify(all(first!.arguments)))
  })

  it('T2: an unknown word is an error wherever it stands, each at its own place', () => {
    const slips = `data v = wrld("v")
      train x = dpo(base, bta: 1) onto village.text
      model m = llama { tokenizer: bp(village.text, vocabular: 3) }`
    assert.equal(codes(sft + slips),
      ['D204 wrld', 'D202 bta', 'D109 onto', 'D204 bp', 'D202 vocabular'])
    assert.equal(codes('model base = llama { constructor: 1, toString: 2, __proto__: 3 }\nconstructor x = y\nmodel m = toString'),
      ['D202 constructor', 'D202 toString', 'D202 __proto__', 'D201 constructor', 'D204 toString'])
  })

  it('T3: ranges, whole numbers, percentages and auto', () => {
    const cases: [string, unknown][] = [
      ['sample { top_p: 100% }', 1], ['sample { top_p: 2 * 40% }', 0.8], ['sample { top_p: 0% }', 'D302'],
      ['sample { top_p: 1.0001 }', 'D302'],
      ['sample { responses: 2 }', 2], ['sample { responses: 4 / 2 }', 2], ['sample { responses: 1 }', 'D302'],
      ['sample { responses: 1e16 }', 'D304'],
      ['sample { temperature: 1e-9 }', 1e-9], ['sample { temperature: 50% }', 'D303'], ['sample { temperature: -1 + 1 }', 'D302'],
      ['shape length { alpha: auto }', { auto: 1 }], ['shape length { alpha: auto / 2 }', { auto: 0.5 }],
      ['shape length { alpha: 2 * auto - auto }', { auto: 1 }],
      ['shape length { alpha: 0 * auto }', 0], ['shape length { alpha: 0 }', 0], ['shape length { alpha: -auto }', 'D302'],
      ['shape length { alpha: -1 }', 'D302'], ['shape length { alpha: auto * auto }', 'D312'],
      ['shape length { alpha: 1 / auto }', 'D312'],
      ['shape length { alpha: 1e308 * 10 }', 'D312'], ['sample { temperature: auto }', 'D301'],
      ['sample { temperature: village }', 'D301'],
    ]
    for (const [written, expected] of cases) {
      const text = `${sft}iterate dice from sft { pair best_worst, train dpo, ${written} }`
      if (typeof expected === 'string') {
        assert.equal(codes(text).map((found) => found.slice(0, 4)), [expected], written)
        continue
      }
      const [, kind, entry] = /^(\w+).*?(\w+):/.exec(written)!
      assert.equal(short(block(named(program(text), 'dice'), kind!).arguments[entry!]!), expected, written)
    }
  })

  it('T4: references have a type; an iteration stands for the model of its last round', () => {
    assert.equal(codes(`${dice}train more = dpo(dice) on village.preferences`), [])
    assert.equal(codes(`${dice}sweep s = sft with { }`), ['D309 sft'])
    assert.equal(codes(`${dice}train more = dpo(village.judge) on base`), ['D309 village.judge', 'D309 base'])
    assert.equal(codes(`${dice}train more = dpo("sft") on village.preferences.first`), ['D301 "sft"', 'D206 first'])
    assert.equal(codes(`${dice}evaluate q of [dice, village] { prompts: village.test }`), ['D309 village'])
  })

  it('N2: order does not matter, and one mistake gives one message', () => {
    const backwards = dice.trim().split('\n').reverse().join('\n')
    assert.equal(codes(backwards), [])
    const slips = `tran sft = dpo(base) on lost.preferences
      model base = llma
      train x = dpo(sft) on lost.preferences
      train y = dpo(x) on lost2.preferences`
    assert.equal(codes(slips), ['D201 tran', 'D205 lost', 'D204 llma', 'D205 lost', 'D205 lost2'])
    assert.equal(codes(`${world}data two = world(\ntrain sft = dpo(base) on two.preferences`), ['D107 ('])
    const on = 'on village.preferences\n'
    assert.equal(codes(`${world}train a = dpo(b) ${on}train b = dpo(a) ${on}train c = dpo(b) ${on}`), ['D209 b'])
  })

  it('N3: parts depend on the row, and on the arguments where it says so', () => {
    const evaluated = `${dice}evaluate quality of dice { prompts: village.test, measures: [kl] }\n`
    assert.equal(codes(`${evaluated}report { chart line(quality.kl) }`), [])
    assert.equal(codes(`${evaluated}report { chart line(quality.winrate) }`), ['D206 winrate'])
    assert.equal(codes(`${evaluated.replace('[kl]', '[kll]')}report { chart line(quality.winrate) }`), ['D305 kll'])
    const slips = 'data village = world("village") { promts: 3 }\nmodel m = llama { tokenizer: bpe(village.txt) }'
    assert.equal(codes(slips), ['D202 promts', 'D206 txt'])
  })

  it('N4: aliases stand for entries in blocks, calls, sweeps and axes', () => {
    assert.is(short(block(named(program(dice), 'dice'), 'replay').arguments['gamma']!), 0.25)
    const found = program(`${dice}sweep s = dice with { replay.γ: [0, 1] }
      evaluate q of s { prompts: village.test }
      report { chart line(q.winrate, by: replay.γ) }`)
    assert.equal(named(found, 's').grid.map(({ path }) => path), [['replay', 'gamma']])
    assert.equal(codes(`${dice}model m = llama { γ: 1 }`), ['D202 γ'])
    assert.equal(codes(dice.replace('γ: 0.25', 'γ: 0.25, gamma: 0.5')), ['D208 gamma'])
  })

  it('T5: blocks stand by default, once, at most once, or often', () => {
    const { blocks } = named(program(`${sft}iterate dice from sft { log "a", train dpo, log "b", pair best_worst }`), 'dice')
    assert.equal(blocks.map(({ kind, row, given }) => [kind, row, given !== undefined]), [
      ['log', '', true], ['train', 'dpo', true], ['log', '', true], ['pair', 'best_worst', true],
      ['sample', '', false], ['shape', 'none', false],
    ])
    const standing = blocks.find(({ kind }) => kind === 'sample')!
    assert.equal(all(standing.arguments), { responses: 8, temperature: 1, top_p: 1 })
    assert.equal([standing.cell, standing.nameSpan], [-1, undefined])
    assert.equal(codes(`${sft}iterate dice from sft { pair best_worst, train dpo, shape, shape none }`), ['D213 shape'])
    assert.equal(codes(`${sft}iterate dice from sft { }`), ['D215 iterate', 'D215 iterate'])
  })

  it('T6: a sweep lists values, read as the entries they stand for', () => {
    const shaped = dice.replace('replay village', 'shape length, replay village')
    const found = program(`${shaped}sweep s = dice with { replay.gamma: [0, 50%], shape.alpha: [1], rounds: [1, 2] }`)
    assert.equal(named(found, 's').grid.map(({ path, values }) => [path.join('.'), values.map(short)]),
      [['replay.gamma', [0, 0.5]], ['shape.alpha', [1]], ['rounds', [1, 2]]])
    const slips = 'replay.gamma: [0, 2, "x"], sample.top_p: [0], rounds: 2, rounds: [1], rounds: [2], shape.alpha: [1]'
    assert.equal(codes(`${dice}sweep s = dice with { ${slips} }`),
      ['D302 2', 'D301 "x"', 'D302 0', 'D308 2', 'D208 rounds', 'D307 shape.alpha'])
    assert.equal(codes(`${dice}sweep s = nothing with { x.y: [0] }`), ['D205 nothing'])
  })

  it('T7: front matter is read by the same rules', () => {
    const settings = (yaml: string): unknown => all(program(`---\n${yaml}\n---\n`).settings)
    assert.equal(settings('title: Two words: no'.replace(': no', '')), { title: 'Two words', seeds: [1], engine: 'wasm' })
    assert.equal(settings('title: 2024\nseeds: [1_0, 2]\nengine: cpu'), { title: '2024', seeds: [10, 2], engine: 'cpu' })
    const folded = 'title: |\n  one\n  two\nseeds:\n  - 1\n  - 2\nengine: "cpu"'
    assert.equal(settings(folded), { title: 'one\ntwo\n', seeds: [1, 2], engine: 'cpu' })
    assert.equal(settings('# nothing'), { seeds: [1], engine: 'wasm' })
    assert.equal(codes('---\ntitle:\nseeds: [-1, x]\nengine: {a: 1}\nsee: &a 1\n---\n'),
      ['D110 title', 'D302 -1', 'D301 x', 'D116 {a: 1}', 'D224 see'])
    assert.equal(codes('---\r\nseeds: [1,\r\n---\r\n').map((found) => found.slice(0, 4)), ['D121'])
    assert.equal(codes('---\nseeds: [1]\nseeds: [2]\n---\n'), ['D121 seeds'])
  })

  it('reads files, records, texts, choices and rows', () => {
    const found = program(`data a = file("../b c.jsonl", format: "ranked")
      data v = world("v") { split: { train: 1/2, test: 25% } }
      model m = llama { tokenizer: bpe(v.text), tied: false }`)
    assert.equal(all(named(found, 'a').arguments), { path: { file: '../b c.jsonl' }, format: 'ranked' })
    assert.equal(short(named(found, 'v').arguments['split']!), { train: 0.5, test: 0.25, validation: 0.1 })
    assert.equal(short(named(found, 'm').arguments['tokenizer']!), { bpe: { text: '→ v.text', vocabulary: 512 } })
    assert.equal(codes('data v = world("v") { split: { train: 1/2, tst: 125% } }'), ['D202 tst', 'D302 125%'])
    assert.equal(codes('data v = world("v") { split: { train: 1/2 } }'), ['D210 { train: 1/2 }'])
    assert.equal(codes('data a = file("") { format: 3 }'), ['D301 ""', 'D301 3'])
  })

  it('a row may have variants, chosen by its first argument, with entries and parts of their own', () => {
    const found = program(`data a = made("hill") { height: 3 }
      data b = made(sea, depth: 2)
      data c = made { name: hill }
      model m = llama
      train t = dpo(m) on a.pairs`)
    assert.equal(named(found, 'a').row, 'made')
    assert.equal(all(named(found, 'a').arguments), { name: 'hill', height: 3, parts: { test: 0.2, train: 0.5 } })
    assert.equal(all(named(found, 'b').arguments), { name: 'sea', depth: 2 })
    assert.equal(all(named(found, 'c').arguments), { name: 'hill', height: 100, parts: { test: 0.2, train: 0.5 } })
    assert.equal(codes('data a = made("hill") { depth: 2 }'), ['D202 depth'])
    assert.equal(codes('data a = made("sea")'), ['D210 made'])
    assert.equal(codes('data a = made("moon") { depth: 2 }\nmodel m = llama\ntrain t = dpo(m) on a.pairs'), ['D305 "moon"'])
    assert.equal(codes('data a = made("sae") { depth: 2 }'), ['D305 "sae"'])
    assert.equal(codes('data a = made { height: 2 }'), ['D210 made'])
  })

  it('a row may narrow a clause of its kind', () => {
    assert.equal(codes(`${world}train a = pretrain(base) on village.text`), [])
    assert.equal(codes(`${world}train a = pretrain(base) on village.preferences`), ['D309 village.preferences'])
  })

  it('keeps the cells as they read, and says which declaration stands in which', () => {
    const found = program(loop)
    assert.equal(found.cells.map(({ kind, title }) => [kind, title]), [['prose', ''], ['code', 'setup'], ['code', 'questions']])
    assert.equal(found.declarations.map(({ cell }) => cell), [1, 1, 1, 1, 2, 2, 2, 2])
    assert.ok(found.cells[1]!.text.startsWith('data village'))
    assert.is(found.declarations.at(-1)!.kind, 'report')
    assert.equal(found.declarations.at(-1)!.blocks.map(({ kind, row }) => [kind, row]), [['chart', 'line'], ['table', '']])
    assert.equal(short(found.declarations.at(-1)!.blocks[1]!.arguments['head']!), '→ quality')
  })
})
