// Declarations become stages: sharing in sweeps, the lineage of models and references, and what enters keys.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { expand } from '../../src/kinds/expand.ts'
import { vocabulary } from '../../src/kinds/index.ts'
import { analyze } from '../../src/language/analyze.ts'
import type { Key, Node, Plan } from '../../src/plan/node.ts'
import { planText } from '../../src/plan/summary.ts'
import { verify } from '../../src/plan/verify.ts'
import { stages } from '../../src/stages/index.ts'
import { describe } from '../describe.ts'
import { golden } from '../golden.ts'
import { root } from '../root.ts'

const fixture = (name: string): string => readFileSync(join(root, 'test/fixtures', name), 'utf8')
const tiny = fixture('tiny.dice')

function planOf(text: string): Plan {
  const { program, diagnostics } = analyze({ path: 'test.dice', text }, vocabulary)
  assert.equal(diagnostics.map(({ code, message }) => `${code} ${message}`), [])
  const { plan, diagnostics: later } = expand(program!, { stages, engine: 'graph-cpu/test', facts: {} })
  assert.equal(later.map(({ code, message }) => `${code} ${message}`), [])
  verify(plan!)
  return plan!
}

const keys = (plan: Plan): string[] => plan.nodes.map(({ key }) => key).sort()
const of = (plan: Plan, stage: string, seed?: number): Node[] =>
  plan.nodes.filter(({ identity }) => identity.stage === stage && (seed === undefined || identity.seed === seed))
const labelled = (plan: Plan, label: string, seed = 1): Node => {
  const found = plan.nodes.filter((node) => node.label === label || node.label === `${label} · seed ${seed}`)
  assert.ok(found.length > 0, `no stage is labelled ${label}: ${plan.nodes.map((node) => node.label).join(', ')}`)
  return found[0]!
}
/** How many of the new plan's stages are not in the old one. */
const fresh = (before: Plan, after: Plan): Node[] => {
  const known = new Set(keys(before))
  return after.nodes.filter(({ key }) => !known.has(key))
}

describe('plan of a sweep', (it) => {
  it('shares one sampling and one scoring stage for each seed between five γ and three α', () => {
    const plan = planOf(fixture('ablation.dice'))
    const byLabel = (word: string) => plan.nodes.filter(({ label }) => label.includes(word))
    for (const seed of [1, 2]) assert.is(of(plan, 'sample', seed).length, 1)
    assert.is(of(plan, 'sample').length, 2)
    assert.is(of(plan, 'score').length, 2)
    // Offline pairs are scored once a seed for dpo0 and once under dpo0; never for each variant.
    assert.is(of(plan, 'logprob').length, 4)
    // Three α give three sets of pairs; γ = 1 needs none of them and is the same for every α.
    assert.is(of(plan, 'pair', undefined).length, 6)
    assert.is(of(plan, 'replay', 1).length, 4 * 3 + 1)
    assert.is(of(plan, 'prefer', 1).length, 1 + 4 * 3 + 1)
    assert.is(byLabel('round 1 · sample')[0]!.neededBy.length, 1 + 4 * 3)
  })

  it('prints as people see it', () => {
    golden('plan/ablation.txt', planText(planOf(fixture('ablation.dice')), new Set<Key>(), { color: false }))
    golden('plan/tiny.txt', planText(planOf(tiny), new Set<Key>(), { color: false }))
  })
})

describe('lineage of a loop (Algorithm 1)', (it) => {
  const plan = planOf(tiny.replace('rounds: 2', 'rounds: 3'))
  const model = (label: string): Key => labelled(plan, label).key
  const policies = [model('dpo0 · dpo'), model('dice · round 1 · dpo'), model('dice · round 2 · dpo'), model('dice · round 3 · dpo')]
  const references = [model('sft · supervised'), policies[0]!, policies[1]!]

  for (const round of [1, 2, 3]) {
    it(`round ${round}: π(${round - 1}) samples, starts and is the training reference; the reward's reference is one round behind`, () => {
      const policy = policies[round - 1]!
      assert.is(labelled(plan, `dice · round ${round} · sample`).identity.inputs['model'], policy)
      assert.is(labelled(plan, `dice · round ${round} · score under the reference`).identity.inputs['model'], references[round - 1])
      assert.is(labelled(plan, `dice · round ${round} · offline · reference log-probabilities`).identity.inputs['model'], policy)
      assert.is(labelled(plan, `dice · round ${round} · dpo`).identity.inputs['model'], policy)
    })
  }

  it('a frozen reward compares the first pair of models on every round\'s answers', () => {
    const frozen = planOf(tiny.replace('  pair best_worst', '  reward implicit { reference: frozen }\n  pair best_worst'))
    const second = labelled(frozen, 'dice · round 2 · pair')
    const scored = (port: string): Node => frozen.nodes.find(({ key }) => key === second.identity.inputs[port])!
    assert.is(scored('reference').identity.inputs['model'], labelled(frozen, 'sft · supervised').key)
    assert.is(scored('policy').identity.inputs['model'], labelled(frozen, 'dpo0 · dpo').key)
    assert.not.ok('policy' in labelled(frozen, 'dice · round 1 · pair').identity.inputs, 'in round 1 the policy is the sampler itself')
  })
})

describe('keys', (it) => {
  const plan = planOf(tiny)

  it('do not change with names, comments, layout, the order of declarations, titles, or a default written out', () => {
    const lines = tiny.split('\n')
    const renamed = tiny.replaceAll('village.', 'hamlet.').replace('data village', 'data hamlet').replaceAll('dpo0', 'first')
    const commented = lines.map((line) => (line.trimEnd().endsWith('{') ? `${line}  # why not` : line)).join('\n')
    const written = tiny.replace('sample { prompts', 'sample { temperature: 0.9, top_p: 100%, prompts')
    const train = lines.filter((line) => line.startsWith('train '))
    const reordered = tiny.replace(train.join('\n'), [...train].reverse().join('\n'))
    for (const text of [renamed, commented, written, reordered, tiny.replace('title: ', 'title: Another ')]) {
      assert.is.not(text, tiny)
      assert.equal(keys(planOf(text)), keys(plan))
    }
  })

  it('change for exactly what depends on a changed γ', () => {
    const changed = fresh(plan, planOf(tiny.replace('gamma: 0.5', 'gamma: 0.25')))
    const stagesOfRound1 = ['replay', 'prefer', 'sample', 'logprob', 'evaluate']
    assert.ok(changed.length > 0)
    assert.not.ok(changed.some(({ label }) => label.startsWith('dice · round 1 · sample') || label.startsWith('dice · round 1 · pair')), 'upstream of γ nothing changes')
    assert.not.ok(changed.some(({ label }) => label.startsWith('sft') || label.startsWith('dpo0') || label.startsWith('village')))
    for (const stage of stagesOfRound1) assert.ok(changed.some(({ identity }) => identity.stage === stage), stage)
  })

  it('of a world part hold only the entries that the part reads', () => {
    const more = fresh(plan, planOf(tiny.replace('stories: 60', 'stories: 61')))
    assert.ok(more.some(({ label }) => label === 'village · text'))
    assert.not.ok(more.some(({ label }) => label === 'village · preferences' || label === 'village · demonstrations'))
  })

  it('change for one more seed by that seed\'s stages alone; data and tokenizer are shared', () => {
    const third = fresh(plan, planOf(tiny.replace('seeds: [1, 2]', 'seeds: [1, 2, 3]')))
    assert.ok(third.length > 0)
    assert.not.ok(third.some(({ identity }) => ['generate', 'tokenizer'].includes(identity.stage)))
    assert.ok(third.every(({ identity }) => identity.seed === undefined || identity.seed === 3))
  })
})
