// `dice run --target`: one stage and what it needs, nothing else. What a failure's `reproduce` line says to type.
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { root } from '../root.ts'
import { dice, folder } from './dice.ts'

const file = join(root, 'test/fixtures/tiny.dice')

interface PlanJson {
  readonly stages: readonly { readonly key: string; readonly label: string; readonly kind: string; readonly stored: boolean }[]
}

describe('dice run --target', (it) => {
  const store = folder()
  const plan = async (): Promise<PlanJson> => JSON.parse((await dice(['plan', file, '--store', store, '--json'])).stdout) as PlanJson

  it('runs the stage and its ancestors alone, and writes no report', async () => {
    const wanted = (await plan()).stages.find(({ label }) => label === 'sft · supervised · seed 1')!
    const { status, stdout } = await dice(['run', file, '--store', store, '--target', wanted.key.slice(0, 8), '--json'])
    assert.is(status, 0)
    const outcome = JSON.parse(stdout) as { stages: { ran: number; failed: number }; report: null }
    assert.is(outcome.report, null)
    const stored = (await plan()).stages.filter((stage) => stage.stored)
    assert.is(stored.length, outcome.stages.ran)
    assert.equal(stored.map(({ kind }) => kind).sort(), ['generate', 'generate', 'initialize', 'pretrain', 'supervised', 'tokenizer'])
  })

  it('refuses a key that no stage has, and one that several could have', async () => {
    const unknown = await dice(['run', file, '--store', store, '--target', 'ffffffffffff'])
    assert.is(unknown.status, 2)
    assert.match(unknown.stderr, /no stage of .* has a key that begins with `ffffffffffff`/)
    assert.is((await dice(['run', file, '--store', store, '--target', ''])).status, 2)
  })
})
