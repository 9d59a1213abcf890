import * as assert from 'uvu/assert'
import type { Point } from '../../src/report/report.ts'
import { comparisons, toldApart } from '../../src/report/told-apart.ts'
import { describe } from '../describe.ts'

const point = (model: string, pValue?: number): Point => ({
  evaluation: 'quality', model, round: 0, variant: {}, measure: 'winrate', level: 0.95, seeds: [1], prompts: 10, perSeed: [],
  result: { kind: 'measured', estimate: 50, low: 40, high: 60 },
  difference: pValue === undefined ? undefined : { kind: 'measured', estimate: 1, low: 0, high: 2, pValue, detectable: 3 },
})

const told = (points: readonly Point[]): string[] => [...toldApart(points)].map(({ model }) => model)

describe('telling models apart from the baseline', (it) => {
  it('one comparison stands on its own', () => {
    assert.equal(told([point('base'), point('one', 0.049)]), ['one'])
    assert.equal(told([point('base'), point('one', 0.051)]), [])
  })

  it('of several, each must be surer than it would need to be alone', () => {
    assert.equal(told([point('one', 0.03), point('two', 0.04)]), [])
    assert.equal(told([point('one', 0.03), point('two', 0.02)]), ['one', 'two'], 'the surer one first makes room for the other')
    assert.equal(told([point('one', 0.03), point('two', 0.02), point('three', 0.5)]), [])
  })

  it('models without a difference do not count as comparisons', () => {
    const points = [point('base'), point('lost'), point('one', 0.03)]
    assert.is(comparisons(points), 1)
    assert.equal(told(points), ['one'])
  })
})
