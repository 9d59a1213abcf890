import * as assert from 'uvu/assert'
import { fitLasso } from '../../../src/metrics/alpaca-eval/lasso.ts'
import type { Rows } from '../../../src/metrics/alpaca-eval/lasso.ts'
import { fitCrossValidated, penalties } from '../../../src/metrics/alpaca-eval/penalty.ts'
import { fitLogistic } from '../../../src/metrics/logistic.ts'
import { normal, stream } from '../../../src/random.ts'
import { describe } from '../../describe.ts'

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** Soft labels that follow the given coefficients, with noise. */
function made(seed: string, coefficients: readonly number[], count = 200): Rows {
  const random = stream(seed)
  const features = coefficients.map((_, index) => Float64Array.from({ length: count }, (_, row) => normal(random.child(index), row)))
  const linear = (row: number): number => coefficients.reduce((sum, value, index) => sum + value * features[index]![row]!, 0)
  return {
    features,
    labels: Float64Array.from({ length: count }, (_, row) => sigmoid(linear(row) + normal(random.child('noise'), row))),
    weights: Float64Array.from({ length: count }, (_, row) => (row % 3 === 0 ? 0.1 : 1)),
  }
}

function fitted(rows: Rows, c: number): readonly number[] {
  const found = fitLasso(rows, c)
  if (found.kind === 'none') throw new Error(found.reason)
  return found.coefficients
}

/** d/dβ of C Σ w · log loss. */
function gradient({ features, labels, weights }: Rows, c: number, coefficients: readonly number[]): number[] {
  const p = Array.from(labels, (_, row) => sigmoid(features.reduce((sum, column, index) => sum + coefficients[index]! * column[row]!, 0)))
  return features.map((column) => c * column.reduce((sum, x, row) => sum + weights[row]! * (p[row]! - labels[row]!) * x, 0))
}

describe('logistic regression with an L1 penalty', (it) => {
  for (const c of penalties) {
    it(`at C = ${c.toPrecision(3)} satisfies the conditions of the optimum (rows of seed kkt)`, () => {
      const rows = made('kkt', [1.5, -0.4, 0])
      const coefficients = fitted(rows, c)
      for (const [index, slope] of gradient(rows, c, coefficients).entries()) {
        const value = coefficients[index]!
        if (value === 0) assert.ok(Math.abs(slope) <= 1 + 1e-7, `${slope} at a zero`)
        else assert.ok(Math.abs(slope + Math.sign(value)) < 1e-6 * Math.max(1, c), `${slope} where the penalty pulls by ${-Math.sign(value)}`)
      }
    })
  }

  it('a strong penalty leaves nothing, a weak one is maximum likelihood', () => {
    const rows = made('ends', [0.8, -0.5])
    assert.equal(fitted(rows, 1e-4), [0, 0])
    const [column] = rows.features
    const features = [new Float64Array(column!.length).fill(1), column!]
    const weights = new Float64Array(column!.length).fill(1)
    const free = fitLogistic(rows.labels, column!)
    if (free.kind === 'none') throw new Error(free.reason)
    const [intercept, slope] = fitted({ features, labels: rows.labels, weights }, 1e9)
    assert.ok(Math.abs(intercept! - free.intercept) + Math.abs(slope! - free.slope) < 1e-6)
  })

  it('a weight of two is the same row twice', () => {
    const rows = made('twice', [1, 0.3], 40)
    const doubled = { ...rows, weights: rows.weights.map(() => 2) }
    const twice = (column: Float64Array): Float64Array => Float64Array.from([...column, ...column])
    const repeated = { features: rows.features.map(twice), labels: twice(rows.labels), weights: new Float64Array(80).fill(1) }
    const [one, other] = [fitted(doubled, 3), fitted(repeated, 3)]
    one.forEach((value, index) => assert.ok(Math.abs(value - other[index]!) < 1e-9))
  })

  it('stays finite where a feature separates the labels, and where one is nothing but zeros', () => {
    const z = Float64Array.from([-2, -1, 1, 2])
    const rows = { features: [z, new Float64Array(4)], labels: Float64Array.from([0, 0, 1, 1]), weights: new Float64Array(4).fill(1) }
    const [slope, idle] = fitted(rows, 100)
    assert.ok(slope! > 3 && slope! < 100)
    assert.is(idle, 0)
  })

  it('says so when it cannot converge, instead of giving a number', () => {
    const rows = made('broken', [1])
    rows.features[0]![3] = NaN
    assert.equal(fitLasso(rows, 1), { kind: 'none', reason: 'the length regression did not converge' })
  })
})

describe('the cross-validated penalty', (it) => {
  it('comes from the grid of ten, strongest first', () => {
    assert.is(penalties.length, 10)
    const expected = [[0, 1e-4], [5, 2.7825594022071245], [9, 1e4]] as const
    for (const [index, c] of expected) assert.ok(Math.abs(penalties[index]! / c - 1) < 1e-12, String(penalties[index]))
  })

  it('is weak where there is much to learn, and leaves nothing where labels are noise (seeds signal, chance)', () => {
    assert.ok(fitCrossValidated(made('signal', [2, -1, 0.5])).c > 1)
    const nothing = made('chance', [0, 0])
    const { lasso } = fitCrossValidated(nothing)
    if (lasso.kind === 'none') throw new Error(lasso.reason)
    assert.ok(Math.max(...lasso.coefficients.map(Math.abs)) < 0.2)
  })
})
