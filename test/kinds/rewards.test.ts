// Every row of the rewards table labels answers in the same loop; each asks only for what it needs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { expand } from '../../src/kinds/expand.ts'
import { vocabulary } from '../../src/kinds/index.ts'
import { analyze } from '../../src/language/analyze.ts'
import type { Json, Node, Plan } from '../../src/plan/node.ts'
import { verify } from '../../src/plan/verify.ts'
import { stages } from '../../src/stages/index.ts'
import { describe } from '../describe.ts'
import { root } from '../root.ts'

const tiny = readFileSync(join(root, 'test/fixtures/tiny.dice'), 'utf8')

function checked(reward: string) {
  const text = tiny.replace('  pair best_worst', `  ${reward}\n  pair best_worst`)
    .replace('model base =', 'judge tidy = rules { length: 0 }\nmodel base =')
  return analyze({ path: 'test.dice', text }, vocabulary)
}

function planWith(reward: string): Plan {
  const { program, diagnostics } = checked(reward)
  assert.equal(diagnostics.map(({ message }) => message), [])
  const { plan } = expand(program!, { stages, engine: 'graph-cpu/test', facts: {} })
  verify(plan!)
  return plan!
}

const of = (plan: Plan, stage: string): Node[] => plan.nodes.filter(({ identity }) => identity.stage === stage)
const settings = (node: Node): Record<string, Json> => node.identity.params as Record<string, Json>

describe('rewards in a loop', (it) => {
  it('the implicit one, written or not, scores answers under its reference', () => {
    assert.is(of(planWith(''), 'score').length, 4)
    assert.equal(planWith('reward implicit').nodes.map(({ key }) => key).sort(), planWith('').nodes.map(({ key }) => key).sort())
  })

  it('the average log-probability asks no other model', () => {
    const plan = planWith('reward average_logprob { beta: 2 }')
    assert.is(of(plan, 'score').length, 0)
    for (const { reward, rewardParams } of of(plan, 'pair').map(settings)) {
      assert.equal([reward, rewardParams], ['average_logprob', { beta: 2 }])
    }
  })

  it("a world's own judge: its settings enter the key of the pairing, and no model is asked", () => {
    const plan = planWith('reward judge(village.judge)')
    assert.is(of(plan, 'score').length, 0)
    const [pair] = of(plan, 'pair')
    assert.is((settings(pair!)['judge'] as { row: string }).row, 'world')
  })

  it('a declared judge; another weight is another key', () => {
    const [one] = of(planWith('reward judge(tidy)'), 'pair')
    assert.is((settings(one!)['judge'] as { row: string }).row, 'rules')
    assert.is.not(one!.key, of(planWith('reward judge(village.judge)'), 'pair')[0]!.key)
  })

  it('a judge has to be named, and to be one', () => {
    const messages = (reward: string): string => checked(reward).diagnostics.map(({ message }) => message).join(' ')
    assert.match(messages('reward judge'), /`judge` needs `by`/)
    assert.match(messages('reward judge(sft)'), /`sft` is a language model; expected something that scores/)
  })
})
