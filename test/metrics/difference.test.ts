import * as assert from 'uvu/assert'
import type { Evaluation } from '../../src/data/result.ts'
import { difference } from '../../src/metrics/difference.ts'
import { measures } from '../../src/metrics/index.ts'
import { interval } from '../../src/metrics/interval.ts'
import type { Interval, NoInterval } from '../../src/metrics/interval.ts'
import { stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { simulated } from './evaluations.ts'

const options = { level: 0.95, resamples: 1000, random: stream('difference') }
const { score, winrate, lc_winrate: lcWinrate } = measures

function found(result: Interval | NoInterval): Interval {
  if (result.kind === 'none') throw new Error(result.reason)
  return result
}

/** The same answers, their scores moved. */
function moved(given: readonly Evaluation[], by: (seed: number, row: number) => number): Evaluation[] {
  return given.map(({ outcomes, comparisons }, seed) => (
    { outcomes: outcomes.map((row, index) => ({ ...row, score: row.score + by(seed, index) })), comparisons }
  ))
}

const base = simulated('difference', { seeds: 3, prompts: 100, seedEffect: 0.2, promptEffect: 1, noise: 1, lengthEffect: 0.5 })

describe('paired differences', (it) => {
  it('of a model with itself are 0, surely', () => {
    for (const measure of [score, winrate, lcWinrate]) {
      const { estimate, low, high, perSeed } = found(difference(base, base, measure, options))
      assert.equal([estimate, low, high, ...perSeed], [0, 0, 0, 0, 0, 0])
    }
  })

  it('of a model with itself moved by 1 are 1, surely: what both share cancels', () => {
    const { estimate, low, high } = found(difference(moved(base, () => 1), base, score, options))
    for (const value of [estimate, low, high]) assert.ok(Math.abs(value - 1) < 1e-12, String(value))
  })

  it('are far narrower than the interval of either model when both find the same prompts hard', () => {
    const other = moved(base, (seed, row) => 0.1 + 0.05 * Math.sin(7 * row + seed))
    const paired = found(difference(other, base, score, options)), alone = found(interval(base, score, options))
    assert.ok(paired.high - paired.low < 0.1 * (alone.high - alone.low))
    assert.ok(paired.low > 0, 'so that a small difference shows')
  })

  it('change sign with the order', () => {
    const other = simulated('other', { seeds: 3, prompts: 100, seedEffect: 0.2, promptEffect: 1, noise: 1, lengthEffect: 0.5 })
    for (const measure of [score, lcWinrate]) {
      const one = found(difference(base, other, measure, options)), two = found(difference(other, base, measure, options))
      for (const [value, expected] of [[two.estimate, -one.estimate], [two.low, -one.high], [two.high, -one.low]] as const) {
        assert.ok(Math.abs(value - expected) < 1e-9, `${value}, expected ${expected}`)
      }
    }
  })

  it('are refused for other seeds or other prompts', () => {
    const fewer = base.map((one) => ({ ...one, outcomes: one.outcomes.slice(1) }))
    const unequal = difference(base, base.slice(1), score, options)
    assert.match(unequal.kind === 'none' ? unequal.reason : '', /same seeds: 3 of the one model, 2 of the other/)
    const apart = difference(base, fewer, score, options)
    assert.match(apart.kind === 'none' ? apart.reason : '', /differ in their prompts/)
  })

  it('cover the truth about as often as they say (seeds pair 0 … 199)', () => {
    let hits = 0
    for (let trial = 0; trial < 200; trial++) {
      const scenario = { seeds: 3, prompts: 50, seedEffect: 0.2, promptEffect: 1, noise: 0.5 }
      const one = simulated(`pair ${trial}`, { ...scenario, shift: 0.3 }), two = simulated(`pair ${trial}, other`, scenario)
      const { low, high } = found(difference(one, two, score, { level: 0.95, resamples: 200, random: stream(`pair ${trial}`) }))
      if (low <= 0.3 && 0.3 <= high) hits += 1
    }
    // 190 ± 3.1; four deviations below, and not always
    assert.ok(hits >= 177 && hits < 200, `${hits} of 200`)
  })
})
