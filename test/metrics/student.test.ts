import * as assert from 'uvu/assert'
import { studentQuantile } from '../../src/metrics/student.ts'
import { describe } from '../describe.ts'

describe("Student's t", (it) => {
  // Closed forms: ν = 1 is Cauchy, tan(π(p − ½)); ν = 2 is (2p − 1) √(2 / (1 − (2p − 1)²)). The others from printed tables.
  const rows: [probability: number, freedom: number, expected: number][] = [
    [0.975, 1, Math.tan(Math.PI * 0.475)], [0.75, 1, 1], [0.995, 1, Math.tan(Math.PI * 0.495)],
    [0.975, 2, 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2))], [0.9, 2, 0.8 * Math.sqrt(2 / (1 - 0.8 ** 2))],
    [0.975, 5, 2.570582], [0.95, 10, 1.812461], [0.975, 30, 2.042272], [0.975, 120, 1.97993],
    [0.975, Infinity, 1.959964], [0.5, 7, 0],
  ]
  for (const [probability, freedom, expected] of rows) {
    it(`P(T ≤ ${expected.toFixed(4)}) = ${probability} with ${freedom} degrees of freedom`, () => {
      const actual = studentQuantile(probability, freedom)
      assert.ok(Math.abs(actual - expected) < 3e-5, String(actual))
    })
  }

  it('falls between whole degrees of freedom in order', () => {
    const values = [1, 1.5, 2, 2.5, 3, 10.5, 1000.5].map((freedom) => studentQuantile(0.975, freedom))
    assert.equal(values, [...values].sort((one, other) => other - one))
  })
})
