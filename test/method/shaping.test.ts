import * as assert from 'uvu/assert'
import { upperEnvelope } from '../../src/method/envelope.ts'
import { pairUp } from '../../src/method/pairing.ts'
import { searchAlpha } from '../../src/method/shaping.ts'
import { normal, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { answer, randomScored, scored } from './samples.ts'
import type { Scored } from './samples.ts'

const options = { minResponses: 2, unit: 'characters' } as const

/** |mean length difference| by pairing afresh; Infinity without pairs. */
function objective({ samples, rewards }: Scored, alpha: number): number {
  const { pairs, meanDifference } = pairUp(samples, rewards, { ...options, alpha })
  return pairs.length === 0 ? Infinity : Math.abs(meanDifference)
}

describe('the upper envelope', (it) => {
  it('is the highest line everywhere (seed envelope)', () => {
    for (let trial = 0; trial < 50; trial++) {
      const random = stream('envelope').child(trial)
      const intercepts = Array.from({ length: 12 }, (_, index) => normal(random, index))
      const slopes = Array.from({ length: 12 }, (_, index) => Math.round(10 * normal(random.child('slope'), index)))
      const steps = upperEnvelope(intercepts, slopes)
      steps.forEach((step, position) => {
        const to = steps[position + 1]?.from ?? step.from + 5
        assert.ok(to >= step.from)
        const middle = (step.from + to) / 2
        const heights = intercepts.map((intercept, index) => intercept - middle * slopes[index]!)
        assert.ok(Math.max(...heights) - heights[step.index]! < 1e-12, `trial ${trial}, step ${position}`)
      })
    }
  })

  it('of equal lines names the first', () => {
    assert.equal(upperEnvelope([1, 1, 0], [2, 2, 3]), [{ from: 0, index: 0 }])
  })

  it('at a crossing of three goes on with the steepest', () => {
    assert.equal(upperEnvelope([4, 2, 0], [4, 2, 0]), [{ from: 0, index: 0 }, { from: 1, index: 2 }])
  })
})

describe('the search for α', (it) => {
  it('hand-computed: one prompt whose answers swap at α = 0.5', () => {
    // Best: the 10 letters until 4 − 10α = 1 − 4α at α = 0.5, then the 4. Worst: the 6 until 0 − 6α = 4 − 10α at α = 1, then the 10.
    // So 10 − 6 = 4 below 0.5, 4 − 6 = −2 up to 1, then 4 − 10 = −6.
    const found = searchAlpha(...both(scored([[10, 4], [4, 1], [6, 0]])), options)!
    assert.is(found.difference, 2)
    assert.is(found.best, 0.75)
    assert.is(found.unbounded, false)
  })

  it('hand-computed: two prompts that cancel between their swaps', () => {
    // p0 swaps at α = 2/5 from +5 to −5, p1 at α = 1 from +5 to −5: between them the mean is 0.
    const found = searchAlpha(...both(scored([[10, 2], [5, 0]], [[10, 5], [5, 0]])), options)!
    assert.is(found.difference, 0)
    assert.ok(Math.abs(found.best - 0.7) < 1e-15, String(found.best))
  })

  it('is 0 where lengths already balance, or chosen answers are already shorter', () => {
    assert.is(searchAlpha(...both(scored([[10, 2], [5, 0]], [[5, 2], [10, 0]])), options)!.best, 0)
    const shorter = searchAlpha(...both(scored([[5, 2], [10, 0]])), options)!
    assert.equal([shorter.best, shorter.difference, shorter.unbounded], [0, 5, false])
  })

  it('says when the best α is unbounded', () => {
    // a: +99 until α = 5/99, then −99. b: best and worst are the same text until α = 1, then −1; (−99 − 1) / 2 from there on.
    const samples = [
      { id: 'a', text: 'a', responses: [answer(100), answer(1)] },
      { id: 'b', text: 'b', responses: [answer('ab'), answer('ab'), answer('abc')] },
    ]
    const found = searchAlpha(samples, [[5, 0], [2, 0, 1]], options)!
    assert.equal([found.best, found.difference, found.unbounded], [2, 50, true])
  })

  it('is undefined where no α gives a pair', () => {
    assert.is(searchAlpha([], [], options), undefined)
    assert.is(searchAlpha(...both(scored([[3, 1], [3, 0]])), options), undefined)
  })

  it('weighs only pairs that are formed: identical texts leave the mean', () => {
    // In tokens the same text may have two lengths, so that best and worst are one text for small α and not for large.
    const samples = [
      { id: 'a', text: 'a', responses: [
        answer('same', { tokens: [1, 2, 3, 4] }), answer('same', { tokens: [1, 2] }), answer('other', { tokens: [1, 2, 3] }),
      ] },
      { id: 'b', text: 'b', responses: [answer('b', { tokens: [1, 2, 3] }), answer('bb', { tokens: [1, 2] })] },
    ]
    const rewards = [[2, 0, 1], [100, 0]]
    const found = searchAlpha(samples, rewards, { minResponses: 2, unit: 'tokens' })!
    // α < 1: only b pairs, mean 1. At α > 1 a's best and worst swap: still the same text. b swaps only at α = 100: −1.
    assert.equal([found.difference, found.best], [1, 0])
  })

  for (const [seed, prompts, responses, coarse] of [
    ['one', 1, 16, false], ['few', 7, 8, false], ['many', 60, 16, false], ['ties', 40, 6, true], ['two', 30, 2, false],
  ] as const) {
    it(`is at least as good as every α of a fine scan, and pairing agrees with it (seed ${seed})`, () => {
      const given = randomScored(seed, prompts, responses, coarse)
      const found = searchAlpha(...both(given), options)!
      assert.ok(Math.abs(objective(given, found.best) - found.difference) < 1e-9, 'pairing at the α found gives its difference')
      const top = Math.max(4 * found.best, 0.3)
      for (let step = 0; step <= 1500; step++) {
        const alpha = (top * (step + Math.SQRT1_2)) / 1500
        const value = objective(given, alpha)
        assert.ok(value >= found.difference - 1e-9, `α ${alpha} gives ${value} < ${found.difference}`)
      }
      assert.ok(objective(given, 0) >= found.difference - 1e-9)
    })
  }

  it('traces the objective: 0, the best and twice the best among at most 200 values, each as pairing finds it (seed trace)', () => {
    const given = randomScored('trace', 40, 8)
    const { best, trace } = searchAlpha(...both(given), options)!
    const alphas = trace.map(({ alpha }) => alpha)
    for (const wanted of [0, best, 2 * best]) assert.ok(alphas.includes(wanted), String(wanted))
    assert.ok(trace.length <= 200 && trace.length > 100)
    assert.equal(alphas, [...alphas].sort((one, other) => one - other))
    for (const point of trace) assert.ok(Math.abs(objective(given, point.alpha) - point.difference) < 1e-9, String(point.alpha))
  })

  it('scales with the reward: rewards without β need an α larger by 1/β and give the same pairs (seed scale)', () => {
    const { samples, rewards } = randomScored('scale', 50, 8)
    const unscaled = searchAlpha(samples, rewards, options)!
    const scaled = searchAlpha(samples, rewards.map((row) => row.map((reward) => 0.125 * reward)), options)!
    assert.ok(unscaled.best > 0)
    assert.ok(Math.abs(scaled.best / unscaled.best - 0.125) < 1e-9)
    assert.is(scaled.difference, unscaled.difference)
  })

  it('takes well under a second for 640 prompts of 16 answers (seed large)', () => {
    const given = randomScored('large', 640, 16)
    const started = performance.now()
    const found = searchAlpha(...both(given), options)!
    assert.ok(performance.now() - started < 1000, `${performance.now() - started} ms`)
    assert.ok(found.difference < 0.1)
  })
})

function both({ samples, rewards }: Scored): [Scored['samples'], Scored['rewards']] {
  return [samples, rewards]
}
