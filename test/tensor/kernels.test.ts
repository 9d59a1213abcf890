// Every recorded kernel against the plain-JavaScript backend, on random numbers and awkward ones.
import * as assert from 'uvu/assert'
import type { Tensor, Tensors, Tf } from '../../src/tensor/engine.ts'
import { engines } from '../../src/tensor/index.ts'
import { kernels } from '../../src/tensor/kernels/index.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { describe } from '../describe.ts'
import { assertClose, runOn } from './harness.ts'
import { cases } from './kernel-cases.ts'
import type { Case, Operands } from './kernel-cases.ts'

const tf = await loadTensorFlow()
const reference = await engines['eager-cpu'].open({ threads: 1 })
const graph = await engines['graph-cpu'].open({ threads: 2 })
const wasm = await engines['eager-wasm'].open({ threads: 1 })

const step = ({ f }: Case) => (t: Tf, inputs: Tensors): Tensors => {
  const result = f(t, inputs as Operands)
  return Object.fromEntries([result].flat().map((tensor: Tensor, index: number) => [String(index), tensor]))
}

for (const [name, rows] of Object.entries(cases)) {
  describe(`kernels: ${name}`, (it) => {
    for (const [title, each] of Object.entries(rows)) {
      it(title, async () => {
        const before = tf.memory().numTensors
        const expected = await runOn(reference, step(each), each.given)
        for (const engine of [graph, wasm]) {
          const actual = await runOn(engine, step(each), each.given)
          for (const key of Object.keys(expected)) {
            assert.is(actual[key]!.constructor, expected[key]!.constructor, `${engine.name} ${key}: element type`)
            assertClose(actual[key]!, expected[key]!, 1e-6, `${engine.name} ${title}, result ${key}`)
          }
        }
        assert.is(tf.memory().numTensors, before)
      })
    }
  })
}

describe('kernels', (it) => {
  it('tries every kernel that is recorded, and records nothing else', async () => {
    const { kernelNames } = await tf.profile(() => {
      tf.tidy(() => {
        for (const each of Object.values(cases).flatMap((rows) => Object.values(rows))) {
          step(each)(
            tf,
            Object.fromEntries(Object.entries(each.given).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])])),
          )
        }
      })
      return []
    })
    assert.equal(Object.keys(kernels).filter((kernel) => !kernelNames.includes(kernel)), [])
  })

  it('an operation that is not recorded is named, with the step', async () => {
    const message = await graph.compile('blur', (t, { a }) => ({ y: t.conv1d(a as never, t.ones([2, 4, 1]), 1, 'same') }), {
      a: { shape: [2, 3, 4], dtype: 'float32' },
    })
      .then(() => '', (error: Error) => error.message)
    assert.match(message, /^step blur: the TensorFlow\.js kernel Conv2D is not recorded/)
  })
})
