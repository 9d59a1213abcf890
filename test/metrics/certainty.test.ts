import * as assert from 'uvu/assert'
import { pValue, smallestDetectable } from '../../src/metrics/certainty.ts'
import { difference } from '../../src/metrics/difference.ts'
import { holm } from '../../src/metrics/holm.ts'
import { measures } from '../../src/metrics/index.ts'
import { interquartileMean, probabilityOfImprovement } from '../../src/metrics/over-seeds.ts'
import { studentTails } from '../../src/metrics/student.ts'
import { normal, permutation, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { simulated } from './evaluations.ts'

const close = (actual: number, expected: number, tolerance = 1e-12): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`)

describe("Holm's correction", (it) => {
  it('by hand: 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02', () => {
    holm([0.01, 0.04, 0.03, 0.005]).forEach((p, index) => close(p, [0.03, 0.06, 0.06, 0.02][index]!))
  })

  it('leaves one comparison alone, never exceeds 1, and keeps the order', () => {
    assert.equal(holm([0.04]), [0.04])
    assert.equal(holm([0.9, 0.8, 0.7]), [1, 1, 1])
    assert.equal(holm([]), [])
  })

  it('rejects what stepping down through the hypotheses rejects (seed holm)', () => {
    for (let trial = 0; trial < 200; trial++) {
      const random = stream('holm').child(trial)
      const given = Array.from({ length: 1 + Math.floor(6 * random.at(99)) }, (_, index) => random.at(index) ** 3)
      const adjusted = holm(given)
      const order = [...given.keys()].sort((one, other) => given[one]! - given[other]!)
      const rejected = new Set<number>()
      for (const [rank, index] of order.entries()) {
        if (given[index]! > 0.05 / (given.length - rank)) break
        rejected.add(index)
      }
      given.forEach((_, index) => assert.is(adjusted[index]! <= 0.05, rejected.has(index), `trial ${trial}`))
    }
  })

  it('makes a false claim in at most 5 % of sweeps in which nothing differs (seed sweep)', () => {
    let wrong = 0
    for (let trial = 0; trial < 2000; trial++) {
      const random = stream('sweep').child(trial)
      const ps = Array.from({ length: 8 }, (_, index) => studentTails(Math.abs(normal(random, index)), Infinity))
      if (holm(ps).some((p) => p <= 0.05)) wrong += 1
    }
    assert.ok(wrong / 2000 < 0.065 && wrong / 2000 > 0.03, String(wrong / 2000))
  })
})

describe('the interquartile mean', (it) => {
  it('of a multiple of four runs leaves out a quarter at either end', () => {
    close(interquartileMean([100, 1, 2, -50]), 1.5)
    close(interquartileMean([8, 1, 2, 3, 4, 5, 6, 900]), (3 + 4 + 5 + 6) / 4)
  })

  it('of other numbers counts the runs that a quarter cuts through by what remains of them', () => {
    // Of three runs a quarter is three quarters of a run: a quarter of the outer ones remains.
    close(interquartileMean([0, 10, 50]), (0.25 * 0 + 10 + 0.25 * 50) / 1.5)
    close(interquartileMean([3, 1]), 2)
    close(interquartileMean([7]), 7)
    assert.ok(Number.isNaN(interquartileMean([])))
  })

  it('is the mean of the middle half of every run written four times (seed iqm)', () => {
    for (let count = 1; count < 12; count++) {
      const values = Array.from({ length: count }, (_, index) => normal(stream('iqm').child(count), index))
      const fourfold = values.flatMap((value) => [value, value, value, value]).sort((one, other) => one - other)
      close(interquartileMean(values), fourfold.slice(count, 3 * count).reduce((sum, value) => sum + value, 0) / (2 * count), 1e-12)
    }
  })
})

describe('the probability of improvement', (it) => {
  it('counts pairs of runs, ties half', () => {
    close(probabilityOfImprovement([2, 3], [1, 2]), (1 + 0.5 + 1 + 1) / 4)
    close(probabilityOfImprovement([1, 1], [1]), 0.5)
    assert.is(probabilityOfImprovement([5], [1, 2, 3]), 1)
  })

  it('the other way round is what remains, in any order of runs (seed order)', () => {
    const values = (name: string): number[] => Array.from({ length: 6 }, (_, index) => Math.round(2 * normal(stream(name), index)))
    const one = values('one'), other = values('other')
    const shuffled = permutation(stream('order'), 6).map((index) => one[index]!)
    close(probabilityOfImprovement(one, other) + probabilityOfImprovement(other, one), 1)
    close(probabilityOfImprovement(shuffled, other), probabilityOfImprovement(one, other))
  })
})

describe('the p-value of a difference', (it) => {
  const level = 0.95

  it('is 1 − level where the interval ends at zero, on either side', () => {
    for (const freedom of [2, 9, Infinity]) {
      close(pValue({ estimate: 3, low: 0, high: 5, level, freedom }), 0.05, 1e-6)
      close(pValue({ estimate: -3, low: -9, high: 0, level, freedom }), 0.05, 1e-6)
    }
  })

  it('is that of Student’s t for a symmetric interval', () => {
    const reach = 2.262157 // t(0.975) with 9 degrees of freedom, standard error 1
    close(pValue({ estimate: 3.249836, low: 3.249836 - reach, high: 3.249836 + reach, level, freedom: 9 }), 0.01, 1e-5)
  })

  it('is 1 for no difference and 0 for one without any spread', () => {
    assert.is(pValue({ estimate: 0, low: -1, high: 1, level, freedom: 9 }), 1)
    assert.is(pValue({ estimate: 2, low: 2, high: 2, level, freedom: 9 }), 0)
  })
})

describe('the smallest detectable difference', (it) => {
  it('with much data is 2.80 standard errors at 95 % and a power of 80 %', () => {
    close(smallestDetectable({ standardError: 1, level: 0.95, freedom: Infinity }), 1.959964 + 0.841621, 1e-4)
    close(smallestDetectable({ standardError: 3, level: 0.95, freedom: Infinity }, 0.9), 3 * (1.959964 + 1.281552), 1e-3)
  })

  it('is larger with few seeds', () => {
    const with_ = (freedom: number): number => smallestDetectable({ standardError: 1, level: 0.95, freedom })
    assert.ok(with_(2) > with_(5) && with_(5) > with_(50))
  })

  it('is found about four times of five when it is there (100 simulated experiments of seed power)', () => {
    const scenario = { seeds: 1, prompts: 60, seedEffect: 0, promptEffect: 1, noise: 1 }
    const options = { level: 0.95, resamples: 200, random: stream('power') }
    // Two means of 60 answers, each of variance 1 on a prompt of variance 1 that the two do not share.
    const expected = 2.85 * Math.sqrt((2 * (1 + 1)) / 60)
    const typical: number[] = []
    let found = 0
    for (let trial = 0; trial < 100; trial++) {
      const [one, other] = [simulated(`one ${trial}`, { ...scenario, shift: expected }), simulated(`other ${trial}`, scenario)]
      const measured = difference(one, other, measures.score, options)
      if (measured.kind === 'none') throw new Error(measured.reason)
      typical.push(smallestDetectable(measured))
      if (measured.low > 0) found += 1
    }
    const mean = typical.reduce((sum, value) => sum + value, 0) / typical.length
    close(mean, expected, 0.1 * expected)
    assert.ok(found >= 70 && found <= 90, `${found} of 100 found`)
  })
})
