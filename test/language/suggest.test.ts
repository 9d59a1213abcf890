import * as assert from 'uvu/assert'
import { editDistance, suggest } from '../../src/language/suggest.ts'
import { describe } from '../describe.ts'

describe('suggest', (it) => {
  it('counts insertions, deletions, substitutions and swaps', () => {
    assert.is(editDistance('', 'abc'), 3)
    assert.is(editDistance('gamma', 'gamma'), 0)
    assert.is(editDistance('gama', 'gamma'), 1)
    assert.is(editDistance('lenght', 'length'), 1)
    assert.is(editDistance('Beta', 'beta'), 0)
    assert.is(editDistance('kitten', 'sitting'), 3)
  })

  it('offers the nearest words, all of them when they tie, none that are far', () => {
    assert.equal(suggest('gama', ['gamma', 'beta', 'game']).near, ['gamma', 'game'])
    assert.equal(suggest('winrat', ['lc_winrate', 'winrate']).near, ['winrate'])
    assert.equal(suggest('xyz', ['beta', 'gamma']), { near: [], known: ['beta', 'gamma'] })
    assert.equal(suggest('a', ['b', 'c']).near, [])
    assert.equal(suggest('x'.repeat(100_000), ['x'.repeat(30)]).near, [])
  })
})
