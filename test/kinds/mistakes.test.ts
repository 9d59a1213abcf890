// Mistakes that only show across entries and in files: each with the frame a user sees.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { frame } from '../../src/frame.ts'
import { expand } from '../../src/kinds/expand.ts'
import { oversized } from '../../src/kinds/fit.ts'
import { vocabulary } from '../../src/kinds/index.ts'
import { analyze } from '../../src/language/analyze.ts'
import { stages } from '../../src/stages/index.ts'
import { describe } from '../describe.ts'
import { golden } from '../golden.ts'
import { root } from '../root.ts'

const tiny = readFileSync(join(root, 'test/fixtures/tiny.dice'), 'utf8')

const rows: readonly (readonly [code: string, what: string, from: string, to: string])[] = [
  ['D501', 'both steps and epochs', 'dpo(sft) on village.preferences { steps: 2', 'dpo(sft) on village.preferences { steps: 2, epochs: 3'],
  ['D502', 'heads that do not divide the width', 'width: 16, heads: 2', 'width: 16, heads: 3'],
  ['D503', 'heads of an odd width', 'width: 16, heads: 2, kv_heads: 1', 'width: 6, heads: 2, kv_heads: 1'],
  ['D504', 'more responses needed than drawn', 'min_responses: 2', 'min_responses: 9'],
  ['D505', 'no prompts to answer', 'sample { prompts: village.train, count: 8,', 'sample {'],
  ['D506', 'reward accuracy without comparisons', 'prompts: village.test', 'prompts: village.validation'],
  ['D507', 'a file that is not there', 'data village = ', 'data mine = file("nowhere.jsonl") { format: prompts }\ndata village = '],
  ['D508', 'a sweep without an axis', '%% the answer', 'sweep none = dice with { }\n%% the answer'],
  ['D509', 'shares that do not add up', 'animals: 4', 'split: { train: 50%, validation: 10%, test: 10% }, animals: 4'],
  ['D510', 'answers longer than the context', 'responses: 4, max_tokens: 12 }\n  pair', 'responses: 4, max_tokens: 200 }\n  pair'],
]

describe('mistakes across entries', (it) => {
  for (const [code, what, from, to] of rows) {
    it(`${code}: ${what}`, () => {
      const base = code === 'D505' ? tiny.replace('  replay village.preferences { gamma: 0.5, size: 8 }\n', '') : tiny
      assert.ok(base.includes(from), 'the fixture has changed')
      const { program, diagnostics } = analyze({ path: `${code}.dice`, text: base.replace(from, to) }, vocabulary)
      assert.equal(diagnostics.map((one) => frame(one, { color: false })), [])
      const found = expand(program!, {
        stages, engine: 'graph-cpu/test', facts: { 'nowhere.jsonl': { problem: 'there is no such file' } },
      })
      assert.is(found.plan, undefined)
      assert.ok(found.diagnostics.every((one) => one.code === code), found.diagnostics.map((one) => `${one.code} ${one.message}`).join('\n'))
      golden(`diagnostics/${code}.txt`, found.diagnostics.map((one) => frame(one, { color: false })).join('\n'))
    })
  }

  const large = tiny.replace('seeds: [1, 2]', 'seeds: [1]').replace('layers: 1, width: 16', 'layers: 12, width: 512')
    .replace('{ steps: 4, batch: 8 }', '{ steps: 4, batch: 8, checkpoint: true }')
  const planOf = (text: string) => {
    const { program } = analyze({ path: 'D511.dice', text }, vocabulary)
    return { program: program!, plan: expand(program!, { stages, engine: 'graph-cpu/test', facts: {} }).plan! }
  }

  it('D511: more memory than there is, with what would take less', () => {
    const { program, plan } = planOf(large)
    const everything = new Set(plan.nodes.map(({ key }) => key))
    const found = [1.5e9, 0.55e9].map((available) => oversized(program, plan, everything, available))
    assert.equal(oversized(program, plan, everything, 1e12), [])
    golden('diagnostics/D511.txt', found.flat().map((one) => frame(one, { color: false })).join('\n'))
  })

  it('D511 holds for stages that would run alone, and an entry that it names mends it', () => {
    const { program, plan } = planOf(large)
    const only = new Set(plan.nodes.filter(({ label }) => label === 'sft · supervised').map(({ key }) => key))
    const [mistake, ...more] = oversized(program, plan, only, 1.5e9)
    assert.equal(more, [])
    const entry = /`(.*?)` would take/.exec(mistake!.hint!)![1]!
    const mended = planOf(large.replace('supervised(language) on village.demonstrations { steps: 4', `supervised(language) on village.demonstrations { ${entry}, steps: 4`))
    const still = new Set(mended.plan.nodes.filter(({ label }) => label === 'sft · supervised').map(({ key }) => key))
    assert.equal(oversized(mended.program, mended.plan, still, 1.5e9), [])
  })

  it('every code is explained in the grammar', () => {
    const explained = readFileSync(join(root, 'grammar/README.md'), 'utf8')
    for (const code of [...rows.map(([each]) => each), 'D511']) assert.ok(explained.includes(`### ${code} `), code)
  })
})
