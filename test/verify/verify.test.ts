// That verification sees what is wrong: an engine slightly off fails every check that a right one passes.
import * as assert from 'uvu/assert'
import { stages } from '../../src/stages/index.ts'
import type { Engine, Tensors } from '../../src/tensor/engine.ts'
import { engines } from '../../src/tensor/index.ts'
import { difference } from '../../src/verify/check.ts'
import { checks, outcome } from '../../src/verify/verify.ts'
import type { CheckName } from '../../src/verify/verify.ts'
import { describe } from '../describe.ts'

const right = await engines['graph-cpu'].open({ threads: 1 })

/** Every number a step gives is too large by a thousandth. */
const wrong: Engine = {
  ...right,
  compile: (name, step, inputs, constants) =>
    right.compile(name, (tf, given) => {
      const outputs: Record<string, Tensors[string]> = {}
      for (const [key, tensor] of Object.entries(step(tf, given))) outputs[key] = tensor.dtype === 'float32' ? tf.mul(tensor, 1.001) : tensor
      return outputs
    }, inputs, constants),
}

const broken: Engine = { ...right, compile: () => Promise.reject(new Error('no such kernel')) }

describe('verification', (it) => {
  it('covers every numeric stage', () => {
    const covered = new Set(Object.values(checks).flatMap((check): readonly string[] => check.stages))
    const numeric = Object.entries(stages).filter(([, stage]) => stage.numeric).map(([name]) => name)
    assert.equal(numeric.filter((name) => !covered.has(name)), [])
    assert.equal([...covered].filter((name) => !numeric.includes(name)), [])
  })

  for (const name of Object.keys(checks) as CheckName[]) {
    it(`${name}: a right engine passes; one that is off by a thousandth, or throws, does not`, async () => {
      const check = checks[name]
      const expected = check.expected()
      const passed = await outcome(right, name, check, expected)
      assert.ok(passed.passed && passed.relative > 0, JSON.stringify(passed))
      const failed = await outcome(wrong, name, check, expected)
      assert.ok(!failed.passed && failed.relative > 1e-4, JSON.stringify(failed))
      const thrown = await outcome(broken, name, check, expected)
      assert.equal([thrown.passed, thrown.error], [false, 'no such kernel'])
    })
  }
})

describe('differences', (it) => {
  it('are the largest over all quantities, the relative one to the largest magnitude', () => {
    const expected = { a: [1, -4], b: [100] }
    const found = difference({ a: [1.5, -4], b: [101] }, expected)
    assert.equal(found, { absolute: 1, relative: 0.125 })
    assert.equal(difference(expected, expected), { absolute: 0, relative: 0 })
  })

  it('are infinite where a number is missing or is none', () => {
    for (const a of [[1], [1, NaN], [Infinity, 2], []]) assert.is(difference({ a }, { a: [1, 2] }).relative, Infinity)
    assert.is(difference({}, { a: [1, 2] }).absolute, Infinity)
    assert.is(difference({ a: [1e-9] }, { a: [0] }).relative, Infinity)
  })
})
