// Entries of training that trade time for memory: read everywhere, checked against each other, and part of keys.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { expand } from '../../src/kinds/expand.ts'
import { vocabulary } from '../../src/kinds/index.ts'
import { analyze } from '../../src/language/analyze.ts'
import type { Plan } from '../../src/plan/node.ts'
import { stages } from '../../src/stages/index.ts'
import { describe } from '../describe.ts'
import { root } from '../root.ts'

const tiny = readFileSync(join(root, 'test/fixtures/tiny.dice'), 'utf8').replace('seeds: [1, 2]', 'seeds: [1]')

function read(from: string, to: string): { readonly messages: string[]; readonly plan: Plan | undefined } {
  assert.ok(tiny.includes(from), 'the fixture has changed')
  const { program, diagnostics } = analyze({ path: 'test.dice', text: tiny.replace(from, to) }, vocabulary)
  const found = diagnostics.length > 0 ? { plan: undefined, diagnostics } : expand(program!, { stages, engine: 'test', facts: {} })
  return { plan: found.plan, messages: found.diagnostics.map(({ code, message }) => `${code} ${message}`) }
}

const changed = (from: string, to: string): string[] => {
  const { plan, messages } = read(from, to)
  assert.equal(messages, [])
  const before = new Set(read(from, from).plan!.nodes.map(({ key }) => key))
  return plan!.nodes.filter(({ key }) => !before.has(key)).map(({ label }) => label)
}

describe('accumulate', (it) => {
  const training = 'train language = pretrain(base) on village.text { steps: 4, batch: 8'
  const round = 'train dpo { steps: 2, batch: 4'

  it('is a divisor of the batch, in every training', () => {
    assert.equal(read(training, `${training}, accumulate: 3`).messages, ['D502 `batch` (8) is not a multiple of `accumulate` (3)'])
    assert.equal(read(round, `${round}, accumulate: 8`).messages, ['D502 `batch` (4) is not a multiple of `accumulate` (8)'])
    assert.match(read(training, `${training}, accumulate: 0`).messages[0]!, 'D302')
  })

  it('enters the keys of the training and of what follows from it', () => {
    assert.equal(changed(training, `${training}, accumulate: 1`), [])
    assert.ok(changed(training, `${training}, accumulate: 4`).includes('language · pretrain'))
    const later = changed(round, `${round}, accumulate: 2`)
    assert.ok(later.includes('dice · round 1 · dpo') && !later.includes('dpo0 · dpo'))
  })

  it('is unknown to a loss that looks at the whole batch', () => {
    assert.match(read('dpo(sft) on village.preferences { steps: 2', 'kto(sft) on village.preferences { accumulate: 2, steps: 2').messages[0]!, 'D202')
    assert.equal(read('dpo(sft)', 'kto(sft)').messages, [])
    assert.match(read(round, 'train kto { accumulate: 2').messages[0]!, 'D202')
  })
})

describe('checkpoint', (it) => {
  it('enters the keys of the training and of what follows from it', () => {
    const training = 'train sft = supervised(language) on village.demonstrations { steps: 4'
    assert.equal(changed(training, `${training}, checkpoint: false`), [])
    const later = changed(training, `${training}, checkpoint: true`)
    assert.ok(later.includes('sft · supervised') && later.includes('dpo0 · dpo') && !later.includes('language · pretrain'))
    assert.match(read(training, `${training}, checkpoint: 1`).messages[0]!, 'D301')
  })
})
