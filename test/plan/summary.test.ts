import * as assert from 'uvu/assert'
import type { Key, Plan } from '../../src/plan/node.ts'
import { planText, summarise } from '../../src/plan/summary.ts'
import { describe } from '../describe.ts'
import { golden } from '../golden.ts'
import { toyPlanner } from './toy.ts'

/** world → sft → dice and two variants; the evaluation joins all. */
function example(): { plan: Plan; keys: Record<string, Key> } {
  const { short, plan } = toyPlanner()
  const cost = { tokens: 1_250_000, bytes: 310_000_000 }
  const world = short('draw', 'village', [], { neededBy: ['village'], cost: { tokens: 0, bytes: 2_000_000 } })
  const sft = short('train', 'sft', [world], { cost })
  const dice = short('train', 'dice · γ 0.5 · round 1', [sft], { cost: { tokens: 64_000, bytes: 1_200_000_000 }, neededBy: ['dice', 'knobs γ=0.5'] })
  const variant = short('train', 'knobs · γ 0 · round 1', [sft], { cost: { tokens: 64_000, bytes: 310_000_000 }, neededBy: ['knobs γ=0'] })
  const quality = short('join', 'quality', [sft, dice, variant], { neededBy: ['quality', 'report'] })
  const targets = [{ declaration: 'quality', holds: 'evaluation', model: 'dice', round: 1, variant: {}, seed: 1, key: quality }]
  return { plan: plan(targets), keys: { world, sft, dice, variant, quality } }
}

describe('summary', (it) => {
  it('counts everything when nothing is stored', () => {
    const { plan } = example()
    assert.equal(summarise(plan, new Set()), {
      stages: 5, stored: 0, toRun: 5, notNeeded: 0, shared: 2, tokens: 1_378_000, peakBytes: 1_200_000_000,
      kinds: { draw: { stages: 1, toRun: 1 }, join: { stages: 1, toRun: 1 }, train: { stages: 3, toRun: 3 } },
    })
  })

  it('does not count what only feeds stored results', () => {
    const { plan, keys } = example()
    const summary = summarise(plan, new Set([keys['sft']!, keys['dice']!]))
    assert.equal([summary.stored, summary.toRun, summary.notNeeded], [2, 2, 1])
    assert.equal([summary.tokens, summary.peakBytes], [64_000, 310_000_000])
  })

  it('prints the plan', () => {
    const { plan, keys } = example()
    golden('plan/fresh.txt', planText(plan, new Set(), { color: false }))
    golden('plan/partly.txt', planText(plan, new Set([keys['sft']!, keys['dice']!]), { color: false }))
    golden('plan/stored.txt', planText(plan, new Set(plan.nodes.map((node) => node.key)), { color: false }))
    golden('plan/color.txt', planText(plan, new Set([keys['sft']!]), { color: true }))
  })

  it('differs only in escapes when coloured', () => {
    const { plan } = example()
    const bare = planText(plan, new Set(), { color: true }).replace(/\x1b\[\d*m/g, '')
    assert.is(bare, planText(plan, new Set(), { color: false }))
  })

  it('prints a plan of nothing', () => {
    assert.match(planText({ nodes: [], targets: [] }, new Set(), { color: false }), /^0 stages: ✓ 0 stored, ▸ 0 to run; 0 are shared/m)
  })
})
