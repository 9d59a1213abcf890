import * as assert from 'uvu/assert'
import { keyOf } from '../../src/plan/key.ts'
import type { Key, Target } from '../../src/plan/node.ts'
import { verify } from '../../src/plan/verify.ts'
import { describe } from '../describe.ts'
import { randomPlan, toyEngine, toyPlanner } from './toy.ts'

const digest = '0'.repeat(64)

describe('planner', (it) => {
  it('puts the seed into seeded stages only and the engine into numeric ones only', () => {
    const { short, plan } = toyPlanner()
    short('read', 'r')
    short('draw', 'd')
    short('train', 't')
    const identities = new Map(plan([]).nodes.map((node) => [node.label, node.identity]))
    assert.equal(identities.get('r'), { stage: 'read', version: 1, params: { label: 'r' }, inputs: { from: [] } })
    assert.equal(identities.get('d'), { stage: 'draw', version: 1, params: { label: 'd' }, inputs: { from: [] }, seed: 1 })
    assert.equal(identities.get('t'), { stage: 'train', version: 2, params: { label: 't' }, inputs: { from: [] }, seed: 1, engine: toyEngine })
  })

  it('gives an unseeded stage one key for all seeds, and what follows a seeded one another', () => {
    const { short } = toyPlanner()
    assert.is(short('read', 'r', [], { seed: 1 }), short('read', 'r', [], { seed: 2 }))
    const [one, two] = [1, 2].map((seed) => short('draw', 'd', [], { seed }))
    assert.is.not(one, two)
    assert.is.not(short('join', 'j', [one!]), short('join', 'j', [two!]))
  })

  it('merges equal identities: first label, union of needs, dearest cost', () => {
    const { short, plan } = toyPlanner()
    const params = { steps: 3 }
    const first = short('draw', 'dice · sample', [], { params, neededBy: ['knobs 10', 'dice'], cost: { tokens: 5, bytes: 9 } })
    const again = short('draw', 'knobs · sample', [], { params, neededBy: ['dice', 'knobs 2'], cost: { tokens: 7, bytes: 1 } })
    assert.is(first, again)
    const [node, ...rest] = plan([]).nodes
    assert.is(rest.length, 0)
    assert.is(node!.label, 'dice · sample')
    assert.equal(node!.neededBy, ['dice', 'knobs 2', 'knobs 10'])
    assert.equal(node!.cost, { tokens: 7, bytes: 9 })
  })

  it('names files by content, never by path; no files and an empty table are the same', () => {
    const { short, plan } = toyPlanner()
    const here = short('read', 'file', [], { files: { text: digest }, paths: { text: '/here' } })
    assert.is(short('read', 'file', [], { files: { text: digest }, paths: { text: '/there' } }), here)
    assert.is.not(short('read', 'file', [], { files: { text: '1'.repeat(64) }, paths: { text: '/here' } }), here)
    assert.is(short('read', 'none', [], { files: {} }), short('read', 'none'))
    assert.equal(plan([]).nodes.find((node) => node.key === here)!.paths, { text: '/here' })
  })

  it('keeps what it was given, whatever the caller does to it afterwards', () => {
    const { short, plan } = toyPlanner()
    const params = { list: [1, -0] }
    const key = short('read', 'r', [], { params })
    params.list.push(3)
    const [node] = plan([]).nodes
    assert.is(keyOf(node!.identity), key)
    assert.equal(node!.identity.params, { list: [1, 0] })
  })

  const rejects = (name: string, message: RegExp, add: (made: ReturnType<typeof toyPlanner>) => void) => it(`rejects ${name}`, () => {
    assert.throws(() => add(toyPlanner()), (error: Error) => message.test(error.message))
  })
  rejects('an unknown stage', /no stage is called fly/, ({ short }) => short('fly', 'f'))
  rejects('a stage named like a property of every object', /no stage is called toString/, ({ short }) => short('toString', 'f'))
  rejects('an input that was never added', /not in the plan/, ({ short }) => short('join', 'j', ['f'.repeat(64) as Key]))
  rejects('a target that was never added', /the target quality/, ({ plan }) => plan([{ declaration: 'quality', key: 'x' } as Target]))
  rejects('params that are not JSON', /params\.rate is NaN/, ({ short }) => short('read', 'r', [], { params: { rate: Number.NaN } }))
  rejects('a file without a digest', /no SHA-256/, ({ short }) => short('read', 'r', [], { files: { text: 'x' }, paths: { text: '/x' } }))
  rejects('a file without a path', /no path/, ({ short }) => short('read', 'r', [], { files: { text: digest } }))
  rejects('a fractional seed', /the seed of d is 0.5/, ({ short }) => short('draw', 'd', [], { seed: 0.5 }))

  it('orders by inputs, then labels as people read them', () => {
    const { short, plan } = toyPlanner()
    const world = short('draw', 'world')
    short('join', 'dice · round 10', [world])
    short('join', 'dice · round 2', [world])
    short('read', 'zebra')
    assert.equal(plan([]).nodes.map((node) => node.label), ['world', 'dice · round 2', 'dice · round 10', 'zebra'])
  })

  for (let seed = 0; seed < 20; seed++) it(`gives a sound plan that does not depend on the order of adding (seed ${seed})`, () => {
    const plan = randomPlan(`plan ${seed}`, 25)
    verify(plan)
    assert.equal(randomPlan(`plan ${seed}`, 25, 1), plan)
    verify(JSON.parse(JSON.stringify(plan)))
  })
})
