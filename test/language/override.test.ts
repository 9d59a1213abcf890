import * as assert from 'uvu/assert'
import { analyze } from '../../src/language/analyze.ts'
import type { Analysis } from '../../src/language/analyze.ts'
import type { Declaration } from '../../src/language/program.ts'
import { describe } from '../describe.ts'
import { toy } from './toy.ts'

const text = `data village = world("village")
model base = llama
train sft = dpo(base) on village.preferences
train more = dpo(sft, beta: 0.2) on village.preferences
iterate dice from sft { pair best_worst, train dpo, replay village.preferences { γ: 0.25 } }
`

function set(...overrides: string[]): Analysis {
  const read = overrides.map((one) => ({ path: one.slice(0, one.indexOf('=')).split('.'), text: one.slice(one.indexOf('=') + 1) }))
  return analyze({ path: 'x.dice', text }, toy, read)
}

function value(analysis: Analysis, name: string, ...path: string[]): unknown {
  assert.equal(analysis.diagnostics.map(({ code, message }) => `${code} ${message}`), [])
  let place: Declaration = analysis.program!.declarations.find((declaration) => declaration.name === name)!
  for (const word of path.slice(0, -1)) place = place.blocks.find(({ kind }) => kind === word)!
  const found = place.arguments[path.at(-1)!]!.value
  return found.kind === 'number' ? found.value : found
}

const codes = (analysis: Analysis): string[] =>
  analysis.diagnostics.map(({ code, source, span }) => `${code} ${source.path} ${source.text.slice(span.start, span.end)}`)

describe('--set', (it) => {
  it('N5: replaces what is written, wherever it is written', () => {
    for (const path of ['dice.replay.gamma', 'replay.gamma', 'gamma', 'replay.γ', 'iterate.replay.gamma']) {
      assert.is(value(set(`${path}=0.5`), 'dice', 'replay', 'gamma'), 0.5, path)
    }
    assert.is(value(set('more.beta=0.3'), 'more', 'beta'), 0.3)
    const byPosition = value(set('more.policy=base'), 'more', 'policy')
    assert.equal(byPosition, { kind: 'reference', name: 'base' }, 'even an argument told by position')
  })

  it('N5: adds what is not written, in blocks that stand by default too', () => {
    assert.is(value(set('sft.steps=7'), 'sft', 'steps'), 7)
    assert.is(value(set('sample.responses=4'), 'dice', 'sample', 'responses'), 4)
    const found = set('top_p=50%', 'rounds=3')
    assert.is(value(found, 'dice', 'sample', 'top_p'), 0.5)
    assert.is(value(found, 'dice', 'rounds'), 3)
  })

  it('N5: sets entries of the front matter, written or not', () => {
    const { program } = set('seeds=[4, 5]', 'title="Another"')
    const seeds = [{ kind: 'number', value: 4 }, { kind: 'number', value: 5 }]
    assert.equal(program!.settings['seeds']!.value, { kind: 'list', items: seeds })
    assert.equal(program!.settings['title']!.value, { kind: 'text', value: 'Another' })
  })

  it('places stay places of the file', () => {
    const { program } = set('dice.replay.gamma=0.5', 'dice.rounds=3')
    const dice = program!.declarations.find(({ name }) => name === 'dice')!
    const written = dice.blocks.find(({ kind }) => kind === 'replay')!.arguments['gamma']!.given!
    const added = dice.arguments['rounds']!.given!
    assert.equal([text.slice(written.start, written.end), text.slice(added.start, added.end)], ['0.25', 'iterate'])
  })

  it('mistakes point into what was typed on the command line', () => {
    assert.equal(codes(set('replay.gamma=1.5')), ['D302 --set 1.5'])
    assert.equal(codes(set('replay.gamma="x"')), ['D301 --set "x"'])
    assert.equal(codes(set('sample.responses=1.5')), ['D304 --set 1.5'])
    assert.equal(codes(set('replay.gama=1')), ['D402 --set replay.gama'])
    assert.equal(codes(set('beta=1')), ['D403 --set beta'])
    assert.equal(codes(set('gamma=0', 'dice.replay.gamma=1')), ['D404 --set dice.replay.gamma'])
    assert.equal(codes(set('=1')), ['D401 --set =1'])
    assert.equal(codes(set('gamma=')), ['D110 --set '])
    assert.equal(codes(set('gamma=1, 2')), ['D109 --set ,'])
    assert.equal(codes(set('gamma=[1')).map((code) => code.slice(0, 4)), ['D107', 'D301'])
    assert.equal(codes(set('sft.policy=nobody')), ['D205 --set nobody'])
  })

  it('finds circles that it makes', () => {
    assert.equal(codes(set('sft.policy=more')).map((code) => code.slice(0, 4)), ['D209'])
  })
})
