import * as assert from 'uvu/assert'
import { rewards } from '../../src/rewards/index.ts'
import type { Reward } from '../../src/rewards/reward.ts'
import { normal, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'

const { implicit, average_logprob: average, judge } = rewards

describe('implicit reward', (it) => {
  it('is β times the log-ratio, whatever the length', () => {
    assert.is(implicit.score({ policy: -10, reference: -14, tokens: 7 }, { beta: 0.5 }), 2)
    assert.is(implicit.score({ policy: -14, reference: -10, tokens: 90 }, { beta: 0.25 }), -1)
  })

  it('is 0 where both models agree', () => {
    assert.is(implicit.score({ policy: -3, reference: -3, tokens: 1 }, { beta: 0.1 }), 0)
  })

  it("has the paper's β and lagging reference as defaults", () => {
    const { entries }: Reward = implicit
    assert.is(entries?.['beta']?.default, 0.1)
    assert.is(entries?.['reference']?.default, 'previous')
  })
})

describe('average log-probability', (it) => {
  it('is β · log π per token, and knows no reference', () => {
    assert.is(average.score({ policy: -12, tokens: 4 }, { beta: 2 }), -6)
    assert.is(average.score({ policy: -12, tokens: 4, reference: -1 }, { beta: 2 }), -6)
    assert.is(average.score({ policy: 0, tokens: 1 }, { beta: 2 }), 0)
  })

  it('does not care how often an answer says the same again', () => {
    const once = average.score({ policy: -3, tokens: 2 }, { beta: 1 })
    assert.is(average.score({ policy: -30, tokens: 20 }, { beta: 1 }), once)
  })
})

describe('a judge as the reward', (it) => {
  it("is the judge's score, whatever the models think", () => {
    assert.is(judge.score({ policy: -12, tokens: 4, judged: 0.75 }, {}), 0.75)
    assert.is(judge.score({ policy: -1, reference: -5, tokens: 4, judged: 0.75 }, {}), 0.75)
  })
})

describe('rewards', (it) => {
  const table: [string, Reward][] = Object.entries(rewards)

  it('rank the same at any scale (seed scale)', () => {
    const random = stream('scale')
    const input = (index: number) => ({
      policy: -5 - Math.abs(normal(random, index)), reference: -6 + normal(random.child('r'), index),
      tokens: 3 + index, judged: normal(random.child('j'), index),
    })
    for (const [name, row] of table) {
      const ranking = (beta: number): number[] => {
        const scores = Array.from({ length: 12 }, (_, index) => row.score(input(index), { beta }))
        return [...scores.keys()].sort((one, other) => scores[one]! - scores[other]!)
      }
      assert.equal(ranking(0.01), ranking(10), name)
    }
  })

  it('say what they need, have the words for it, and miss it loudly', () => {
    for (const [name, row] of table) {
      for (const need of row.needs) {
        const word = { reference: 'reference', judge: 'by' }[need]
        assert.ok(word in { ...row.entries, ...row.parameters }, `${name} lets nobody say which ${need}`)
        assert.throws(() => row.score({ policy: -1, tokens: 2 }, { beta: 1 }), /bug: a reward was asked without/, name)
      }
      if (row.needs.length === 0) assert.ok(Number.isFinite(row.score({ policy: -1, tokens: 2 }, { beta: 1 })), name)
    }
  })
})
