// The contract of Engine, Kernel and Value, held by every engine.
import * as assert from 'uvu/assert'
import type { Engine, Spec, Step, Values } from '../../src/tensor/engine.ts'
import { engines } from '../../src/tensor/index.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { describe } from '../describe.ts'
import { contractEngines } from './contract-engines.ts'
import { floats, normals, runOn } from './harness.ts'

const tf = await loadTensorFlow()
const message = (promise: Promise<unknown>): Promise<string> =>
  promise.then(() => 'nothing was thrown', (error: Error) => error.message)
const mark = (): object => ({ tensors: tf.memory().numTensors, backend: tf.getBackend() })

for (const name of contractEngines) {
  describe(`${name}: values and kernels`, (it) => {
    const open = (): Promise<Engine> => engines[name].open({ threads: 1 })
    const failure = async (step: Step, inputs: Readonly<Record<string, Spec>> = {}): Promise<string> => {
      const engine = await open()
      return message(engine.compile('k', step, inputs).then((kernel) => kernel.run({})))
    }

    it('leaves no tensor and the current backend as it found it', async () => {
      const engine = await open()
      const before = mark()
      const x = engine.value(Float32Array.of(1, 2, 3, 4), [2, 2])
      const weight = engine.value(Float32Array.of(1, 0, 0, 1), [2, 2])
      const kernel = await engine.compile('k', (t, { x, weight }) => ({ y: t.matMul(x!, weight!) }), { x }, { weight })
      weight.dispose() // the kernel keeps what it needs
      const { y } = await kernel.run({ x })
      x.dispose()
      assert.equal(await y!.read(), Float32Array.of(1, 2, 3, 4))
      y!.dispose()
      y!.dispose() // twice does no harm
      kernel.dispose()
      kernel.dispose()
      assert.equal(mark(), before)
    })

    it('gives outputs of their own for inputs, constants, twins and views', async () => {
      const before = mark()
      const step: Step = (t, { x, fixed }) => ({
        x: x!,
        again: x!,
        fixed: fixed!,
        flat: t.reshape(x!, [4]),
        flatToo: t.reshape(x!, [4]),
        zero: t.zeros([3]),
      })
      const outputs = await runOn(await open(), step, { x: floats([1, 2, 3, 4], 2, 2), fixed: floats([7]) }, ['fixed'])
      const list = [1, 2, 3, 4]
      assert.equal(Object.entries(outputs).map(([key, data]) => [key, [...data]]), [
        ['x', list],
        ['again', list],
        ['fixed', [7]],
        ['flat', list],
        ['flatToo', list],
        ['zero', [0, 0, 0]],
      ])
      assert.equal(mark(), before)
    })

    it('outputs outlive their inputs and feed the next run', async () => {
      const engine = await open()
      let x = engine.value(Float32Array.of(1, 2), [2])
      const kernel = await engine.compile(
        'double',
        (t, inputs) => ({ x: t.add(inputs['x']!, inputs['x']!), kept: inputs['x']! }),
        { x },
      )
      const kept: Values[] = []
      for (let run = 0; run < 3; run++) {
        const outputs = await kernel.run({ x })
        x.dispose()
        x = outputs['x']!
        kept.push({ kept: outputs['kept']! })
      }
      assert.equal(await x.read(), Float32Array.of(8, 16))
      assert.equal(await Promise.all(kept.map(({ kept }) => kept!.read())), [
        Float32Array.of(1, 2),
        Float32Array.of(2, 4),
        Float32Array.of(4, 8),
      ])
    })

    it('takes scalars, integers, empty tensors and inputs it does not need; truth values come out as integers', async () => {
      const step: Step = (t, { scalar, whole, empty }) => ({
        sum: t.add(whole!, t.cast(scalar!, 'int32')),
        grown: t.concat([empty!, t.ones([1, 3])], 0),
        still: t.mul(empty!, 2),
        big: t.greater(whole!, 1),
        scalar: scalar!,
      })
      const outputs = await runOn(await open(), step, {
        scalar: floats([2]),
        whole: { data: Int32Array.of(1, 5), shape: [2] },
        empty: { data: new Float32Array(), shape: [0, 3] },
        unused: normals('u', 4),
      })
      assert.equal(outputs, {
        sum: Int32Array.of(3, 7),
        grown: Float32Array.of(1, 1, 1),
        still: new Float32Array(),
        big: Int32Array.of(0, 1),
        scalar: Float32Array.of(2),
      })
    })

    it('takes any names, also those that a graph might give its own nodes', async () => {
      const names = ['n0', 'n1', 'in.n0', 'out.n0', 'i.2', '', 'l.0 weight/ä']
      const given = Object.fromEntries(names.map((each, index) => [each, floats([index, 1])]))
      const outputs = await runOn(
        await open(),
        (t, inputs) => Object.fromEntries(names.map((each) => [each, t.reshape(t.add(inputs[each]!, 1), [2, 1])])),
        given,
      )
      assert.equal(
        Object.entries(outputs).map(([each, data]) => [each, [...data]]),
        names.map((each, index) => [each, [index + 1, 2]]),
      )
    })

    it('needs no inputs', async () => {
      assert.equal(await runOn(await open(), (t) => ({ y: t.range(0, 3) }), {}), { y: Float32Array.of(0, 1, 2) })
    })

    it('is not reached by later changes to arrays it was given or gave', async () => {
      const engine = await open()
      const data = Float32Array.of(1, 2)
      const value = engine.value(data, [2])
      data[0] = 9
      const read = await value.read()
      read[1] = 9
      assert.equal(await value.read(), Float32Array.of(1, 2))
      value.dispose()
    })

    it('refuses feeds it was not compiled for, by name', async () => {
      const engine = await open()
      const kernel = await engine.compile('k', (_, { x }) => ({ x: x! }), { x: { shape: [2], dtype: 'float32' } })
      const value = engine.value(Float32Array.of(1, 2, 3), [3])
      assert.is(await message(kernel.run({})), 'k: input x is missing')
      assert.is(await message(kernel.run({ x: value })), 'k: input x is float32 [3], compiled for float32 [2]')
      assert.is(
        await message(kernel.run({ x: engine.value(Int32Array.of(1, 2), [2]) })),
        'k: input x is int32 [2], compiled for float32 [2]',
      )
      assert.is(
        await message(kernel.run({ x: engine.value(Float32Array.of(1, 2), [2]), z: value })),
        'k: there is no input z; it takes x',
      )
      const stranger = (await engines[name === 'graph-cpu' ? 'eager-cpu' : 'graph-cpu'].open({ threads: 1 })).value(
        Float32Array.of(1, 2),
        [2],
      )
      assert.is(await message(kernel.run({ x: stranger })), 'k: x belongs to another engine')
      assert.is(
        await message(engine.compile('k', (_, { x }) => ({ x: x! }), { x: value }, { x: value })),
        'k: x is both an input and a constant',
      )
      assert.throws(() => engine.value(Float32Array.of(1, 2), [3]), '2 numbers do not fill the shape [3]')
    })

    it('names the step in what it throws, and leaves no tensor', async () => {
      const before = mark()
      const text = await failure((t) => {
        t.scalar(1).add(1)
        throw new Error('deliberate')
      })
      assert.is(text, 'step k: deliberate')
      assert.equal(mark(), before)
    })
  })
}

describe('what a graph cannot do', (it) => {
  it('says so when a step reads numbers or uses tensors from outside', async () => {
    const engine = await engines['graph-cpu'].open({ threads: 1 })
    const attempt = (step: Step): Promise<string> => message(engine.compile('k', step, { x: { shape: [2], dtype: 'float32' } }))
    assert.match(await attempt((t, { x }) => ({ y: t.scalar(x!.dataSync()[0]!) })), 'step k: it reads the numbers of a tensor')
    const outside = tf.scalar(3)
    assert.match(await attempt((t, { x }) => ({ y: t.mul(x!, outside) })), 'step k: it uses a tensor that was made outside it')
  })
})
