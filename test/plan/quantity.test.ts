import * as assert from 'uvu/assert'
import { bytesText, compareNaturally, countText, plural } from '../../src/plan/quantity.ts'
import { describe } from '../describe.ts'

describe('quantities', (it) => {
  const run = (actual: string, expected: string) => it(`writes ${expected}`, () => assert.is(actual, expected))
  run(countText(0), '0')
  run(countText(950), '950')
  run(countText(999.6), '1.0 k')
  run(countText(12_345), '12 k')
  run(countText(3_440_000), '3.4 M')
  run(countText(9_960_000), '10 M')
  run(countText(999_600_000), '1.0 G')
  run(bytesText(512), '512 B')
  run(bytesText(28_000_000_000), '28 GB')
  run(plural(1, 'stage'), '1 stage')
  run(plural(0, 'stage'), '0 stages')

  it('orders names as people do', () => {
    const names = ['round 10', 'round 2', 'a', 'round 2 b', 'B', 'round 02']
    assert.equal(names.sort(compareNaturally), ['B', 'a', 'round 02', 'round 2', 'round 2 b', 'round 10'])
    assert.is(compareNaturally('x', 'x'), 0)
  })
})
