import * as assert from 'uvu/assert'
import { implicit } from '../../src/rewards/implicit.ts'
import { rewards } from '../../src/rewards/index.ts'
import { describe } from '../describe.ts'

describe('implicit reward', (it) => {
  it('is β times the log-ratio, whatever the length', () => {
    assert.is(implicit.score({ policy: -10, reference: -14, tokens: 7 }, { beta: 0.5 }), 2)
    assert.is(implicit.score({ policy: -14, reference: -10, tokens: 90 }, { beta: 0.25 }), -1)
  })

  it('is 0 where both models agree', () => {
    assert.is(implicit.score({ policy: -3, reference: -3, tokens: 1 }, { beta: 0.1 }), 0)
  })

  it("has the paper's β and lagging reference as defaults", () => {
    assert.is(rewards.implicit.entries?.['beta']?.default, 0.1)
    assert.is(rewards.implicit.entries?.['reference']?.default, 'previous')
  })
})
