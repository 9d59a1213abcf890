import * as assert from 'uvu/assert'
import { descendants } from '../../src/plan/graph.ts'
import type { Key, Node, Plan } from '../../src/plan/node.ts'
import { planner } from '../../src/plan/planner.ts'
import type { Request, StageFacts } from '../../src/plan/planner.ts'
import { graphOf } from '../../src/plan/walk.ts'
import { groups, reasonText, settingName, whyText } from '../../src/plan/why-text.ts'
import { reasons } from '../../src/plan/why.ts'
import { integer, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { toyEngine, toyStages } from './toy.ts'

interface Variant {
  readonly beta?: number
  readonly rate?: number
  readonly digest?: string
  readonly seed?: number
  readonly engine?: string
  readonly stages?: Readonly<Record<string, StageFacts>>
  /** The second training starts from the file rather than from the first training. */
  readonly direct?: boolean
  readonly rounds?: number
}

const nothing = { tokens: 0, bytes: 0 }

const digest = (letter: string): string => letter.repeat(64)

/** data → sft → round 1 → round 2 …, each round from samples of the model before; all ends in a join. */
function example(variant: Variant = {}): Plan {
  const { beta = 0.1, rate = 0.01, digest: data = digest('a') } = variant
  const { seed = 1, engine = toyEngine, stages = toyStages, rounds = 2 } = variant
  const { add, plan } = planner(stages, engine)
  const request = (stage: string, label: string, inputs: Request['inputs'], rest: Partial<Request> = {}): Key =>
    add({ stage, label, params: {}, inputs, seed, neededBy: [label], cost: nothing, ...rest })
  const read = request('read', 'pairs', {}, { files: { data }, paths: { data: '/somewhere/pairs.jsonl' } })
  const sft = request('train', 'sft', { data: read }, { params: { rate } })
  let model = sft
  const ends: Key[] = [sft]
  for (let round = 1; round <= rounds; round++) {
    const samples = request('draw', `dice · round ${round} · sample`, { model }, { params: { round } })
    const inputs = { model: variant.direct === true && round === 1 ? read : model, pairs: samples }
    model = request('train', `dice · round ${round} · dpo`, inputs, { params: { rate: 1, loss: 'dpo', lossParams: { beta } } })
    ends.push(model)
  }
  request('join', 'quality', { of: ends })
  return plan([])
}

const labelled = (plan: Plan, label: string): Node => plan.nodes.find((node) => node.label === label)!
const about = (plan: Plan, label: string): ReadonlySet<Key> => new Set([labelled(plan, label).key])

/** `before` is stored whole. */
const text = (before: Plan, now: Plan): string[] =>
  whyText(now, reasons(now, before.nodes)).trimEnd().split('\n').map((line) => line.trim())

const compared = (running: number): string => `${running} of 7 stages will run. Compared with the nearest stored results:`

describe('why', (it) => {
  it('names a value, where it is, what is unchanged and what follows', () => {
    assert.equal(text(example(), example({ beta: 0.2 })), [
      compared(4),
      'beta 0.1 → 0.2 in dice · round 1 · dpo and dice · round 2 · dpo; model, pairs, seed and engine unchanged; 2 stages follow',
    ])
    assert.equal(text(example(), example({ rate: 0.02 })), [
      compared(6), 'rate 0.01 → 0.02 in sft; data, seed and engine unchanged; 5 stages follow',
    ])
  })

  it('names the file whose content is another', () => {
    assert.equal(text(example(), example({ digest: digest('b') })), [
      compared(7), 'content of pairs.jsonl aaaaaaaa → bbbbbbbb in pairs; 6 stages follow',
    ])
  })

  it('names a seed and an engine once, where they come first', () => {
    assert.equal(text(example(), example({ seed: 2 })), [
      compared(6), 'seed 1 → 2 in sft; data and engine unchanged; 5 stages follow',
    ])
    assert.equal(text(example(), example({ engine: 'toy 2.0' })), [
      compared(6), 'engine toy 1.0 → toy 2.0 in sft; data and seed unchanged; 5 stages follow',
    ])
  })

  it('names the version of a stage', () => {
    const stages = { ...toyStages, draw: { ...toyStages['draw']!, version: 2 } }
    assert.equal(text(example(), example({ stages })), [
      compared(5),
      'version of `draw` 1 → 2 in dice · round 1 · sample and dice · round 2 · sample; model and seed unchanged; 3 stages follow',
    ])
  })

  it('names an input that is another kind of thing', () => {
    assert.equal(text(example(), example({ direct: true })), [
      compared(4), 'model: sft → pairs in dice · round 1 · dpo; pairs, seed and engine unchanged; 3 stages follow',
    ])
  })

  it('follows inputs upstream to the first cause', () => {
    const [before, now] = [example(), example({ rate: 0.02 })]
    const [reason, ...rest] = reasons(now, before.nodes, about(now, 'quality'))
    assert.equal(rest, [])
    assert.equal(reason!.causes.map(({ change, stage, relative }) => [change, stage.label, relative.key]), [
      [{ kind: 'setting', field: 'rate', before: 0.01, now: 0.02 }, 'sft', labelled(before, 'sft').key],
    ])
    assert.equal([reason!.state, reason!.nearest!.label, reason!.unchanged, reason!.follow], ['run', 'quality', [], []])
  })

  it('says of one stage its own change before those upstream', () => {
    const [before, now] = [example(), example({ beta: 0.2, rate: 0.02 })]
    const found = reasonText(now, reasons(now, before.nodes, about(now, 'dice · round 1 · dpo'))[0]!)
    assert.equal(found.replaceAll(/[0-9a-f]{8}/g, 'KEY').trimEnd().split('\n'), [
      'dice · round 1 · dpo (KEY) will run. The nearest stored result is dice · round 1 · dpo (KEY):',
      '  beta 0.1 → 0.2 in dice · round 1 · dpo', '  rate 0.01 → 0.02 in sft', '  seed and engine unchanged; 3 stages follow',
    ])
  })

  it('takes the nearest of several: fewest changes, then the nearest number', () => {
    const now = example({ beta: 0.4 })
    const variants: Variant[] = [{ beta: 0.1 }, { beta: 0.3 }, { beta: 0.4, rate: 0.5, seed: 2 }]
    const stored = variants.flatMap((variant) => example(variant).nodes)
    for (const order of [stored, [...stored].reverse()]) {
      const [, line, ...rest] = whyText(now, reasons(now, order)).trimEnd().split('\n')
      assert.match(line!, /^ {2}beta 0\.3 → 0\.4 in dice/)
      assert.equal(rest, [])
    }
  })

  it('calls new what has no earlier version, though siblings are stored', () => {
    assert.equal(text(example(), example({ rounds: 3 })).slice(1), [
      'of: (none) → dice · round 3 · dpo in quality', 'new: dice · round 3 · sample; 1 stage follows',
    ])
    assert.equal(text({ nodes: [], targets: [] }, example()), ['Nothing like it is stored yet: all 7 stages are new.'])
    const now = example()
    assert.match(reasonText(now, reasons(now, [], about(now, 'sft'))[0]!),
      /^sft \(\w+\) will run; nothing of its kind, `train`, is stored; 5 stages follow\.\n$/)
  })

  it('says so when the relative\'s input is no longer stored', () => {
    const before = example({ rate: 0.02 })
    const gone = labelled(before, 'sft')
    const now = example()
    const training = 'dice · round 1 · dpo'
    const [reason] = reasons(now, before.nodes.filter(({ key }) => key !== gone.key), about(now, training))
    const change = { kind: 'input', field: 'model', before: `${gone.key.slice(0, 8)} (no longer stored)`, now: 'sft' }
    assert.equal(reason!.causes.filter(({ stage }) => stage.label === training).map((cause) => cause.change), [change])
  })

  it('tells stored and idle stages from those that run', () => {
    const plan = example()
    const stored = plan.nodes.filter(({ label }) => label !== 'sft')
    assert.equal(reasons(plan, stored), [])
    assert.is(whyText(plan, []), 'Nothing is left to run.\n')
    const all = reasons(plan, stored, new Set(plan.nodes.map(({ key }) => key)))
    for (const { node, state } of all) assert.is(state, node.label === 'sft' ? 'idle' : 'stored')
    assert.is(all.length, 7)
    const said = (label: string): string => reasonText(plan, reasons(plan, stored, about(plan, label))[0]!)
    assert.match(said('sft'), /^sft \(\w+\) is neither stored nor needed: what it feeds is stored/)
    assert.match(said('quality'), /^quality \(\w+\) is stored\.\n$/)
  })

  it('says where settings and groups of them came or went', () => {
    const one = (params: Request['params']): Plan => {
      const made = planner(toyStages, toyEngine)
      made.add({ stage: 'read', label: 'r', params, inputs: {}, seed: 1, neededBy: ['r'], cost: nothing })
      return made.plan([])
    }
    const before = one({ alpha: { auto: 1 }, list: [1, 2], nll: 0, name: 'a b' })
    const now = one({ alpha: 0.5, list: [1, 3], name: 'c', clip: null })
    assert.equal(text(before, now).slice(1), [
      'alpha {"auto":1} → 0.5 in r', 'clip (unset) → null in r', 'list [1,2] → [1,3] in r',
      'name "a b" → c in r', 'nll 0 → (unset) in r',
    ])
  })

  it('calls settings what the file calls them', () => {
    const names = ['lossParams.beta', 'judge.params.entries.animals', 'config.layers', 'shape.alpha.auto', 'params']
    assert.equal(names.map(settingName), ['beta', 'judge.animals', 'layers', 'shape.alpha.auto', 'params'])
  })

  for (let seed = 0; seed < 40; seed++) {
    it(`finds the one change anywhere in a random plan (seed ${seed})`, () => {
      const random = stream(`why ${seed}`)
      const count = 12
      const changed = integer(random, 0, count)
      const grown = (bump: boolean): Plan => {
        const made = planner(toyStages, toyEngine)
        const keys: Key[] = []
        for (let index = 0; index < count; index++) {
          const own = random.child(index)
          const needs = index === 0 ? 0 : integer(own, 0, 4)
          const from = Array.from({ length: needs }, (_, port) => keys[integer(own, port + 1, index)]!)
          const stage = Object.keys(toyStages)[integer(own, 9, 4)]!
          const params = { index, value: bump && index === changed ? 2 : 1 }
          const label = `stage ${index}`
          keys.push(made.add({ stage, label, params, inputs: { from }, seed: 1, neededBy: [label], cost: nothing }))
        }
        return made.plan([])
      }
      const [before, now] = [grown(false), grown(true)]
      const start = labelled(now, `stage ${changed}`).key
      const found = reasons(now, before.nodes)
      assert.equal(new Set(found.map(({ node }) => node.key)), new Set([start, ...descendants(graphOf(now), [start])]))
      for (const { causes, nearest, node } of found) {
        assert.is(nearest!.label, node.label)
        const change = { kind: 'setting', field: 'value', before: 1, now: 2 }
        assert.equal(causes.map((cause) => [cause.change, cause.stage.key]), [[change, start]])
      }
      assert.is(groups(now, found)[0]!.follow.length, found.length - 1)
    })
  }
})
