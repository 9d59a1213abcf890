// Free lengths: one kernel for every length, on the engines that take them, beside kernels compiled for each length.
import * as assert from 'uvu/assert'
import type { Engine, Spec, Step } from '../../src/tensor/engine.ts'
import { matMul, swapLast } from '../../src/tensor/ops.ts'
import { engines, presentEngines } from '../../src/tensor/index.ts'
import { describe } from '../describe.ts'
import { assertClose, normals } from './harness.ts'

/** What decoding does with free lengths: products with a growing cache, shares over it, splits, joins, reshapes of one free axis. */
const step: Step = (tf, { x, cache, mask }) => {
  const [rows, groups, width] = x!.shape as [number, number, number]
  const slots = cache!.shape[2]!
  const keys = cache!
  const scores = matMul(tf, tf.reshape(x!, [rows, groups, 1, width]), swapLast(tf, keys))
  const open = tf.add(scores, tf.reshape(mask!, [rows, 1, 1, slots]))
  const shares = tf.softmax(tf.concat([tf.sum(open, -1, true), open], -1))
  const [first, rest] = tf.split(shares, [1, slots], -1) as [typeof shares, typeof shares]
  return { mixed: tf.reshape(tf.add(matMul(tf, rest, keys), first), [rows, groups * width]), squared: tf.square(x!) }
}

const specs: Readonly<Record<string, Spec>> = {
  x: { shape: [-1, 2, 3], dtype: 'float32' }, cache: { shape: [-1, 2, -2, 3], dtype: 'float32' }, mask: { shape: [-1, -2], dtype: 'float32' },
}

async function run(engine: Engine, kernelSpecs: typeof specs | undefined, lengths: readonly (readonly [number, number])[]): Promise<number[][]> {
  const shared = kernelSpecs && await engine.compile('free', step, kernelSpecs)
  const found: number[][] = []
  for (const [rows, slots] of lengths) {
    const feeds = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => {
      const sizes = shape.map((size) => (size === -1 ? rows : size === -2 ? slots : size))
      return [name, engine.value(normals(`${name} ${rows} ${slots}`, ...sizes).data, sizes)]
    }))
    const kernel = shared ?? await engine.compile('fixed', step, feeds)
    const { mixed, squared } = await kernel.run(feeds)
    assert.equal([mixed!.shape, squared!.shape], [[rows, 6], [rows, 2, 3]])
    found.push([...await mixed!.read(), ...await (squared!.take?.() ?? squared!.read())])
  }
  return found
}

const failure = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'nothing was thrown', (error: Error) => error.message)

for (const name of presentEngines()) {
  describe(`free lengths on ${name}`, (it) => {
    const open = (): Promise<Engine> => engines[name].open({ threads: 1 })

    it('one kernel gives for every length what a kernel for that length gives', async () => {
      const engine = await open()
      if (engine.freeLengths !== true) return
      const lengths = [[1, 1], [4, 7], [2, 40], [4, 6]] as const
      const [free, fixed] = [await run(engine, specs, lengths), await run(engine, undefined, lengths)]
      free.forEach((numbers, index) => assertClose(Float32Array.from(numbers), Float32Array.from(fixed[index]!), 1e-6, `${lengths[index]}`))
    })

    it('refuses lengths that contradict each other, and empty ones', async () => {
      const engine = await open()
      if (engine.freeLengths !== true) return
      const kernel = await engine.compile('free', step, specs)
      const feed = (...shape: number[]) => engine.value(normals('feed', ...shape).data, shape)
      assert.match(await failure(kernel.run({ x: feed(2, 2, 3), cache: feed(3, 2, 5, 3), mask: feed(2, 5) })), 'input cache')
      assert.match(await failure(kernel.run({ x: feed(2, 2, 3), cache: feed(2, 2, 0, 3), mask: feed(2, 0) })), 'input cache')
    })

    it('reads a borrowed array as it is when the step runs', async () => {
      const engine = await open()
      if (engine.borrow === undefined) return
      const numbers = Float32Array.of(9, 1, 2, 9)
      const value = engine.borrow(numbers.subarray(1, 3), [2])
      const kernel = await engine.compile('double', (tf, { x }) => ({ y: tf.mul(x!, 2) }), { x: { shape: [2], dtype: 'float32' } })
      numbers[1] = 5
      assert.equal(await (await kernel.run({ x: value }))['y']!.read(), Float32Array.of(10, 4))
    })
  })
}

describe('what cannot be free on a graph engine', (it) => {
  const refusal = async (wrong: Step): Promise<string> => {
    const engine = await engines['graph-cpu'].open({ threads: 1 })
    return failure(engine.compile('wrong', wrong, { x: { shape: [-1, 2], dtype: 'float32' } }))
  }
  const cases: Readonly<Record<string, readonly [Step, string]>> = {
    'a broadcast': [(tf, { x }) => ({ y: tf.broadcastTo(tf.slice(x!, [0, 0], [1, 2]), x!.shape) }), 'broadcasts to a free length'],
    'a constant': [(tf, { x }) => ({ y: tf.mul(x!, tf.range(0, x!.shape[0]!).reshape([-1, 1])) }), 'constant as long as a free length'],
    'a slice': [(tf, { x }) => ({ y: tf.slice(x!, [0, 0], [x!.shape[0]! - 1, 2]) }), 'slices up to a free length'],
    'other work': [(tf, { x }) => ({ y: x!.shape[0]! % 4 === 3 ? tf.exp(x!) : tf.neg(x!) }), 'different work'],
  }
  for (const [what, [wrong, message]] of Object.entries(cases)) {
    it(what, async () => assert.match(await refusal(wrong), message))
  }
})
