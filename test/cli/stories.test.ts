// A real model through the whole loop: its own answers, labelled by declared rules, make the offline pairs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { root, sharedData } from '../root.ts'
import { dice, folder } from './dice.ts'

interface Row {
  readonly model: string
  readonly round: number
  readonly measure: string
  readonly estimate?: number
}

describe('stories260K through the loop', (it) => {
  if (sharedData('stories260K/stories260K.v0-f32.bin') === undefined) {
    console.log('  stories260K is not here: its experiment is skipped')
    it.skip('needs the shared data', () => {})
    return
  }

  it('imports, labels its own answers, tunes and iterates for two rounds, and ends in a report', async () => {
    const out = folder()
    const file = join(root, 'test/experiments/stories260K.dice')
    const { status, stdout, stderr } = await dice(['run', file, '--store', folder(), '--out', out, '--json'])
    assert.is(status, 0, stderr)
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { stages: { total: number; ran: number; failed: number } }
    assert.equal(summary.stages, { total: 27, ran: 27, cached: 0, failed: 0 })
    const page = readFileSync(join(out, 'report.html'), 'utf8')
    assert.ok(page.includes('A real model labels its own stories'))
    const { points } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as { points: readonly Row[] }
    const rounds = points.filter(({ model, measure }) => model === 'dice' && measure === 'score')
    assert.equal(rounds.map(({ round }) => round), [1, 2])
    assert.ok(rounds.every(({ estimate }) => typeof estimate === 'number' && Number.isFinite(estimate)))
  })
})
