import * as assert from 'uvu/assert'
import { normal, permutation, stream } from '../src/random.ts'
import { describe } from './describe.ts'

describe('random streams', (it) => {
  it('gives the same number for the same key and index, in any order', () => {
    const one = stream('a').child('row').child(3)
    const two = stream('a').child('row').child(3)
    const backwards = [5, 4, 3, 2, 1, 0].map((index) => two.at(index)).reverse()
    assert.equal([0, 1, 2, 3, 4, 5].map((index) => one.at(index)), backwards)
    assert.is.not(one.at(0), stream('a').child('row').child('3').at(0))
  })

  it('is uniform: mean, variance and every decile of 100,000 numbers', () => {
    const random = stream('uniform')
    const deciles = new Array<number>(10).fill(0)
    let sum = 0, squares = 0
    for (let index = 0; index < 100_000; index++) {
      const value = random.at(index)
      sum += value
      squares += value * value
      deciles[Math.floor(value * 10)]! += 1
    }
    assert.ok(Math.abs(sum / 1e5 - 0.5) < 0.004)
    assert.ok(Math.abs(squares / 1e5 - 1 / 3) < 0.004)
    for (const count of deciles) assert.ok(Math.abs(count - 10_000) < 500, String(deciles))
  })

  it('neighbouring children are not correlated', () => {
    const random = stream('children')
    let sum = 0
    for (let child = 0; child < 20_000; child++) sum += (random.child(child).at(0) - 0.5) * (random.child(child + 1).at(0) - 0.5)
    assert.ok(Math.abs(sum / 20_000) < 0.003)
  })

  it('draws normals with mean 0 and variance 1', () => {
    const random = stream('normal')
    let sum = 0, squares = 0
    for (let index = 0; index < 50_000; index++) {
      const value = normal(random, index)
      sum += value
      squares += value * value
    }
    assert.ok(Math.abs(sum / 5e4) < 0.02)
    assert.ok(Math.abs(squares / 5e4 - 1) < 0.03)
  })

  it('permutes: every element once', () => {
    assert.equal(permutation(stream('p'), 50).sort((a, b) => a - b), Array.from({ length: 50 }, (_, index) => index))
  })
})
