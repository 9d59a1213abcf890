// Every row of the losses table is a training method, inside and outside of a loop; one that wants more gets its stage.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { expand } from '../../src/kinds/expand.ts'
import { vocabulary } from '../../src/kinds/index.ts'
import { analyze } from '../../src/language/analyze.ts'
import { losses } from '../../src/losses/index.ts'
import type { Plan } from '../../src/plan/node.ts'
import { verify } from '../../src/plan/verify.ts'
import { stages } from '../../src/stages/index.ts'
import { describe } from '../describe.ts'
import { root } from '../root.ts'

const tiny = readFileSync(join(root, 'test/fixtures/tiny.dice'), 'utf8')

/** The tiny experiment with another loss, at its defaults, before the loop and in it. */
function planWith(loss: string): Plan {
  const text = tiny.replace('train dpo0 = dpo(', `train dpo0 = ${loss}(`).replace('train dpo {', `train ${loss} {`)
  const { program, diagnostics } = analyze({ path: 'test.dice', text }, vocabulary)
  assert.equal(diagnostics.map(({ message }) => message), [])
  const { plan } = expand(program!, { stages, engine: 'graph-cpu/test', facts: {} })
  verify(plan!)
  return plan!
}

describe('losses in a plan', (it) => {
  for (const name of Object.keys(losses)) {
    it(`${name} trains before the loop and in every round, for each seed`, () => {
      const training = planWith(name).nodes.filter(({ identity }) => identity.stage === 'prefer')
      assert.is(training.length, 2 * (1 + 2))
      const wanted = training.map(({ identity }) => (identity.params as { loss: string }).loss)
      assert.equal([...new Set(wanted)], [name])
    })
  }

  it('kto reads pairs that a stage has given mismatched answers, scored under the reference of the training', () => {
    const plan = planWith('kto')
    const byKey = new Map(plan.nodes.map((node) => [node.key, node]))
    for (const node of plan.nodes.filter(({ identity }) => identity.stage === 'prefer')) {
      const pairs = byKey.get(node.identity.inputs['pairs'] as never)!
      assert.is(pairs.identity.stage, 'mismatch')
      assert.is(pairs.identity.inputs['model'], node.identity.inputs['model'], 'here every training starts at its reference')
    }
  })

  it('no other loss asks for that stage', () => {
    assert.not.ok(planWith('dpo').nodes.some(({ identity }) => identity.stage === 'mismatch'))
  })
})
