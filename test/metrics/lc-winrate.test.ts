import * as assert from 'uvu/assert'
import { lcWinrate } from '../../src/metrics/lc-winrate.ts'
import { fitLogistic } from '../../src/metrics/logistic.ts'
import { winrate } from '../../src/metrics/winrate.ts'
import { integer, normal, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { evaluation } from './evaluations.ts'

const close = (actual: number | undefined, expected: number, tolerance = 1e-9): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`)

const logit = (p: number): number => Math.log(p / (1 - p))

describe('logistic regression', (it) => {
  it('with two values of the feature passes through both group means', () => {
    const fit = fitLogistic(Float64Array.of(1, 1, 1, 0, 0.5, 0, 0, 1), Float64Array.of(1, 1, 1, 1, -1, -1, -1, -1))
    if (fit.kind !== 'fit') throw new Error(fit.reason)
    close(fit.intercept, (logit(0.75) + logit(0.375)) / 2)
    close(fit.slope, (logit(0.75) - logit(0.375)) / 2)
  })

  it('leaves residuals orthogonal to 1 and to the feature, however hard the start (seed residuals)', () => {
    for (let trial = 0; trial < 60; trial++) {
      const random = stream('residuals').child(trial)
      const z = Float64Array.from({ length: 40 }, (_, row) => Math.tanh(4 * normal(random, row)))
      const hard = z.map((value, row) => (value + 0.4 * normal(random.child('noise'), row) > 0.6 ? 1 : 0))
      const y = hard.map((label, row) => (random.child('tie').at(row) < 0.1 ? 0.5 : label))
      const fit = fitLogistic(y, z)
      if (fit.kind !== 'fit') throw new Error(`trial ${trial}: ${fit.reason}`)
      let one = 0, other = 0
      y.forEach((label, row) => {
        const residual = label - 1 / (1 + Math.exp(-fit.intercept - fit.slope * z[row]!))
        one += residual
        other += residual * z[row]!
      })
      assert.ok(Math.abs(one) + Math.abs(other) < 1e-9, `trial ${trial}: ${one}, ${other}`)
    }
  })

  it('finds a finite fit or says that there is none: never a wild number (seed separation)', () => {
    let none = 0
    for (let trial = 0; trial < 300; trial++) {
      const random = stream('separation').child(trial)
      const count = 3 + integer(random, 0, 5)
      const z = Float64Array.from({ length: count }, (_, row) => integer(random.child('z'), row, 4) / 4)
      if (z.every((value) => value === z[0])) continue
      const y = Float64Array.from({ length: count }, (_, row) => integer(random.child('y'), row, 2))
      const overlap = (one: number, other: number): boolean => y.some((label, row) => label === one
        && y.some((another, column) => another === other && z[row]! > z[column]!))
      const fit = fitLogistic(y, z)
      assert.is(fit.kind, overlap(1, 0) && overlap(0, 1) ? 'fit' : 'none', `trial ${trial}: y ${y}, z ${z}`)
      if (fit.kind === 'none') none += 1
      else assert.ok(Math.abs(fit.intercept) < 50)
    }
    assert.ok(none > 50 && none < 250)
  })
})

describe('the length-controlled win rate', (it) => {
  const rows = [
    { win: 1, length: 150 }, { win: 0.2, length: 170 }, { win: 0, length: 50 }, { win: 0.9, length: 70 }, { win: 0.5, length: 120 },
  ]

  it('hand-computed: two lengths', () => {
    // Δ = −20 twice, 20 twice: sd = √(1600 / 3), z = ∓tanh(20 / sd); group means ¾ and ⅜: the intercept is the mean of their logits.
    const given = evaluation([
      { win: 1, length: 120 }, { win: 0.5, length: 120 }, { win: 0.5, length: 80 }, { win: 0.25, length: 80 },
    ])
    close(lcWinrate.value(given), 100 / (1 + Math.exp(-(logit(0.75) + logit(0.375)) / 2)))
  })

  it('hand-computed: unequal groups, where the feature is not symmetric', () => {
    // Δ = −30 (mean win 0.8) three times, 10 (mean win 0.2) once: mean −20, sd = √((3·100 + 900)/3) = 20.
    const given = evaluation([
      { win: 1, length: 130 }, { win: 0.6, length: 130 }, { win: 0.8, length: 130 }, { win: 0.2, length: 90 },
    ])
    const near = Math.tanh(-1.5), far = Math.tanh(0.5)
    const slope = (logit(0.2) - logit(0.8)) / (far - near)
    close(lcWinrate.value(given), 100 / (1 + Math.exp(-(logit(0.2) - slope * far))))
    assert.ok(lcWinrate.value(given)! < winrate.value(given)!, 'a model that wins by length loses some of it')
  })

  it('is 50 where longer answers win exactly as often as shorter ones lose', () => {
    close(lcWinrate.value(evaluation([
      { win: 1, length: 150 }, { win: 1, length: 130 }, { win: 0, length: 50 }, { win: 0, length: 70 },
      { win: 0, length: 110 }, { win: 1, length: 90 },
    ])), 50)
  })

  it('changing sides changes x to 100 − x', () => {
    const swapped = rows.map(({ win, length }) => ({ win: 1 - win, length: 100, baselineLength: length }))
    close(lcWinrate.value(evaluation(rows))! + lcWinrate.value(evaluation(swapped))!, 100)
  })

  it('is the win rate where lengths never differ, or always by the same', () => {
    close(lcWinrate.value(evaluation([{ win: 1 }, { win: 0 }, { win: 1 }])), 200 / 3)
    close(lcWinrate.value(evaluation([{ win: 1, length: 7 }, { win: 1, length: 7 }])), 100)
    close(lcWinrate.value(evaluation([{ win: 1, length: 7 }])), 100)
  })

  it('does not depend on the unit of length', () => {
    const longer = rows.map(({ win, length }) => ({ win, length: 7 * length, baselineLength: 700 }))
    close(lcWinrate.value(evaluation(longer)), lcWinrate.value(evaluation(rows))!)
  })

  const undetermined: [string, { win: number; length: number }[], RegExp][] = [
    ['every comparison won', [{ win: 1, length: 90 }, { win: 1, length: 110 }], /every comparison was won/],
    ['every comparison lost', [{ win: 0, length: 90 }, { win: 0, length: 110 }], /every comparison was lost/],
    ['longer always wins', [{ win: 1, length: 130 }, { win: 1, length: 120 }, { win: 0, length: 90 }], /length alone separates/],
    ['shorter always wins but for one tie in length', [
      { win: 1, length: 50 }, { win: 1, length: 100 }, { win: 0, length: 100 }, { win: 0, length: 150 },
    ], /length alone separates/],
  ]
  for (const [name, given, reason] of undetermined) {
    it(`${name}: no number, but the reason`, () => {
      assert.is(lcWinrate.value(evaluation(given)), undefined)
      assert.match(lcWinrate.missing(evaluation(given))!, reason)
    })
  }
})
