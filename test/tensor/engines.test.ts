import * as assert from 'uvu/assert'
import type { Engine, Step } from '../../src/tensor/engine.ts'
import { engines, resolveEngine } from '../../src/tensor/index.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { describe } from '../describe.ts'

const tf = await loadTensorFlow()

for (const name of ['eager-cpu', 'eager-wasm', 'graph-cpu'] as const) {
  describe(`${name}: values and kernels`, (it) => {
    const open = (): Promise<Engine> => engines[name].open({ threads: 1 })

    it('passes its self-test', async () => {
      const { engine, rejected } = await resolveEngine(name, { threads: 1 })
      assert.equal(rejected, [])
      assert.is(engine?.name, name)
    })

    it('leaves no tensor and the current backend as it found it', async () => {
      const engine = await open()
      const before = { tensors: tf.memory().numTensors, backend: tf.getBackend() }
      const x = engine.value(Float32Array.of(1, 2, 3, 4), [2, 2])
      const weight = engine.value(Float32Array.of(1, 0, 0, 1), [2, 2])
      const kernel = await engine.compile('k', (t, { x, weight }) => ({ y: t.matMul(x!, weight!), x: x!, again: x! }), { x }, { weight })
      weight.dispose()
      const { y, x: same, again } = await kernel.run({ x })
      x.dispose()
      assert.equal([...await y!.read()], [1, 2, 3, 4])
      assert.equal([...await same!.read()], [1, 2, 3, 4])
      for (const value of [y!, same!, again!]) value.dispose()
      kernel.dispose()
      assert.equal({ tensors: tf.memory().numTensors, backend: tf.getBackend() }, before)
    })

    it('leaves no tensor when the step throws', async () => {
      const engine = await open()
      const before = { tensors: tf.memory().numTensors, backend: tf.getBackend() }
      const step: Step = (t) => {
        t.scalar(1).add(1)
        throw new Error('deliberate')
      }
      const message = await engine.compile('k', step, {}).then((kernel) => kernel.run({})).then(() => '', (error: Error) => error.message)
      assert.is(message, 'step k: deliberate')
      assert.equal({ tensors: tf.memory().numTensors, backend: tf.getBackend() }, before)
    })
  })
}
