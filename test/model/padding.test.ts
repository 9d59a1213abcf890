import * as assert from 'uvu/assert'
import { chooseLengths, fitting } from '../../src/model/padding.ts'
import { stream } from '../../src/random.ts'
import { describe } from '../describe.ts'

const costOf = (lengths: readonly number[], sizes: readonly number[], overhead: number) =>
  lengths.reduce((total, length) => total + fitting(sizes, length), 0) + overhead * sizes.reduce((total, size) => total + size, 0)

describe('padded lengths', (it) => {
  it('are one when shapes cost much and exact multiples of 8 when they cost nothing', () => {
    const lengths = [3, 8, 9, 17, 40, 41]
    assert.equal(chooseLengths(lengths, 1000), [48])
    assert.equal(chooseLengths(lengths, 0), [8, 16, 24, 40, 48])
    assert.equal(chooseLengths([], 5), [])
  })

  it('set rare lengths apart only where it pays', () => {
    const mostlyShort = [...Array<number>(100).fill(16), 64]
    assert.equal(chooseLengths(mostlyShort, 5), [16, 64])
    assert.equal(chooseLengths([16, 16, 64], 8), [64])
  })

  for (const seed of [1, 2, 3, 4]) {
    it(`are the cheapest of all subsets (seed ${seed})`, () => {
      const random = stream(`padding ${seed}`)
      const lengths = Array.from({ length: 30 }, (_, index) => 1 + Math.floor(80 * random.at(index) ** 2))
      const overhead = 1 + Math.floor(8 * random.child('overhead').at(0))
      const all = [8, 16, 24, 32, 40, 48, 56, 64, 72, 80]
      let least = Infinity
      for (let subset = 1; subset < 1 << all.length; subset++) {
        const sizes = all.filter((_, index) => subset >> index & 1)
        if (sizes.at(-1)! >= Math.max(...lengths)) least = Math.min(least, costOf(lengths, sizes, overhead))
      }
      assert.is(costOf(lengths, chooseLengths(lengths, overhead), overhead), least)
    })
  }

  it('refuse what none holds', () => {
    assert.throws(() => fitting([8, 16], 17), /no padded length holds 17/)
  })
})
