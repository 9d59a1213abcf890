import * as assert from 'uvu/assert'
import type { Key, Node, Plan } from '../../src/plan/node.ts'
import { verify } from '../../src/plan/verify.ts'
import { describe } from '../describe.ts'
import { toyPlanner } from './toy.ts'

function sound(): Plan {
  const { short, plan } = toyPlanner()
  const first = short('draw', 'a')
  const key = short('join', 'b', [first], { files: { text: '0'.repeat(64) }, paths: { text: '/x' } })
  return plan([{ declaration: 'b', holds: 'samples', model: 'm', round: 0, variant: {}, seed: 1, key }])
}

const change = (plan: Plan, index: number, changes: Partial<Node>): Plan =>
  ({ ...plan, nodes: plan.nodes.map((node, at) => (at === index ? { ...node, ...changes } : node)) })

describe('verify', (it) => {
  it('accepts a sound plan', () => verify(sound()))

  const rejects = (name: string, message: RegExp, spoil: (plan: Plan) => Plan) => it(`rejects ${name}`, () => {
    assert.throws(() => verify(spoil(sound())), (error: Error) => message.test(error.message))
  })
  rejects('a changed identity', /hashes to/, (plan) => change(plan, 0, { identity: { ...plan.nodes[0]!.identity, seed: 2 } }))
  rejects('an input that comes later', /does not come before it/, (plan) => ({ ...plan, nodes: [...plan.nodes].reverse() }))
  rejects('a missing input', /does not come before it/, (plan) => ({ ...plan, nodes: plan.nodes.slice(1) }))
  rejects('a node twice', /occurs twice/, (plan) => ({ ...plan, nodes: [...plan.nodes, plan.nodes[1]!] }))
  rejects('a target outside the plan', /the target b is not/, (plan) => ({ ...plan, nodes: plan.nodes.slice(0, 1) }))
  rejects('params JSON cannot hold', /identity.params is Infinity/, (plan) => change(plan, 0, { identity: { ...plan.nodes[0]!.identity, params: Infinity } }))
  rejects('a file without a path', /its file text has no path/, (plan) => change(plan, 1, { paths: {} }))
  rejects('a node nobody needs', /no declaration needs it/, (plan) => change(plan, 0, { neededBy: [] }))
  rejects('a negative cost', /its cost is negative/, (plan) => change(plan, 0, { cost: { tokens: -1, bytes: 0 } }))
  it('lists every problem at once', () => {
    const bad = change(change(sound(), 0, { neededBy: [] }), 1, { key: 'x' as Key })
    assert.throws(() => verify(bad), (error: Error) => /no declaration/.test(error.message) && /hashes to/.test(error.message))
  })
})
