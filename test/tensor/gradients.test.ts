// Gradients on every engine, through an intermediate tensor, against central differences of references in double precision.
import * as assert from 'uvu/assert'
import type { Step, Tensor, Tf } from '../../src/tensor/engine.ts'
import { valueAndGradients } from '../../src/tensor/gradients.ts'
import { engines } from '../../src/tensor/index.ts'
import { linear, logProbabilityOf, logSigmoid, matMul, runningSum, swapLast, withoutGradient } from '../../src/tensor/ops.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { describe } from '../describe.ts'
import { assertClose, normals, runOn } from './harness.ts'

const tf = await loadTensorFlow()
const all = [
  await engines['eager-cpu'].open({ threads: 1 }),
  await engines['eager-wasm'].open({ threads: 1 }),
  await engines['graph-cpu'].open({ threads: 2 }),
]

type Vector = readonly number[]
interface Case {
  readonly shape: readonly number[]
  readonly f: (tf: Tf, x: Tensor) => Tensor
  /** The same on flat row-major doubles. */
  readonly reference: (x: Vector) => Vector
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
const sum = (values: Vector): number => values.reduce((total, value) => total + value, 0)
const rows = (x: Vector, width: number): Vector[] => range(x.length / width).map((row) => x.slice(row * width, (row + 1) * width))
const byRow = (width: number, f: (row: Vector, index: number) => Vector) => (x: Vector): Vector => rows(x, width).flatMap(f)
const softmax = (row: Vector): Vector => {
  const total = sum(row.map(Math.exp))
  return row.map((value) => Math.exp(value) / total)
}
const logSumExp = (row: Vector): number => Math.log(sum(row.map(Math.exp)))
/** a [m, k] · b [k, n]. */
const product = (a: Vector, b: Vector, m: number, k: number, n: number): Vector =>
  range(m * n).map((index) => sum(range(k).map((inner) => a[Math.floor(index / n) * k + inner]! * b[inner * n + (index % n)]!)))
const turned = (x: Vector, height: number, width: number): Vector =>
  range(x.length).map((index) => x[(index % height) * width + Math.floor(index / height)]!)

const fixed = (...shape: number[]): Vector => range(shape.reduce((a, b) => a * b, 1)).map((index) => Math.sin(3 * index + 1))
const tensor = (t: Tf, ...shape: number[]): Tensor => t.tensor([...fixed(...shape)], shape)
const each = (f: (x: number) => number) => (x: Vector): Vector => x.map(f)
const ids = [2, 0, 2, 1, 2]

const cases: Record<string, Case> = {
  logSigmoid: { shape: [6], f: logSigmoid, reference: each((x) => -Math.log1p(Math.exp(-x))) },
  softplus: { shape: [6], f: (t, x) => t.softplus(x), reference: each((x) => Math.log1p(Math.exp(x))) },
  'sigmoid · x': { shape: [6], f: (t, x) => t.mul(x, t.sigmoid(x)), reference: each((x) => x / (1 + Math.exp(-x))) },
  tanh: { shape: [6], f: (t, x) => t.tanh(x), reference: each(Math.tanh) },
  'log of squares': { shape: [6], f: (t, x) => t.log(t.add(t.square(x), 0.5)), reference: each((x) => Math.log(x * x + 0.5)) },
  'exp, expm1, log1p': {
    shape: [6],
    f: (t, x) => t.log1p(t.add(t.exp(x), t.expm1(t.abs(x)))),
    reference: each((x) => Math.log1p(Math.exp(x) + Math.expm1(Math.abs(x)))),
  },
  relu: { shape: [6], f: (t, x) => t.relu(x), reference: each((x) => Math.max(x, 0)) },
  'pow, sqrt, division': {
    shape: [6],
    f: (t, x) => t.div(t.pow(x, 3), t.sqrt(t.add(t.square(x), 1))),
    reference: each((x) => x ** 3 / Math.sqrt(x * x + 1)),
  },
  'clip and absolute value': {
    shape: [6],
    f: (t, x) => t.add(t.clipByValue(x, -0.5, 0.5), t.abs(x)),
    reference: each((x) => Math.min(Math.max(x, -0.5), 0.5) + Math.abs(x)),
  },
  'maximum and minimum': {
    shape: [2, 3],
    f: (t, x) => t.sub(t.maximum(x, t.scalar(0.1)), t.minimum(x, tensor(t, 3))),
    reference: (x) => x.map((value, index) => Math.max(value, 0.1) - Math.min(value, fixed(3)[index % 3]!)),
  },
  where: {
    shape: [6],
    f: (t, x) => t.where(withoutGradient(t, [x], (each) => t.greater(each, 0)), t.square(x), t.mul(x, -3)),
    reference: each((x) => (x > 0 ? x * x : -3 * x)),
  },
  'sums and means over broadcast operands': {
    shape: [3, 1],
    f: (t, x) => t.add(t.mean(t.mul(x, tensor(t, 2, 1, 4)), [0, 2]), t.sum(x)),
    reference: (x) => x.map((value) => value * sum(fixed(8)) / 8 + sum(x)),
  },
  'root-mean-square norm': {
    shape: [2, 4],
    f: (t, x) => t.mul(t.mul(x, t.rsqrt(t.add(t.mean(t.square(x), -1, true), 1e-5))), tensor(t, 4)),
    reference: byRow(
      4,
      (row) => row.map((value, index) => value * fixed(4)[index]! / Math.sqrt(sum(row.map((v) => v * v)) / 4 + 1e-5)),
    ),
  },
  softmax: { shape: [2, 4], f: (t, x) => t.softmax(x), reference: byRow(4, softmax) },
  logSoftmax: {
    shape: [2, 4],
    f: (t, x) => t.logSoftmax(x),
    reference: byRow(4, (row) => row.map((value) => value - logSumExp(row))),
  },
  logSumExp: { shape: [2, 4], f: (t, x) => t.logSumExp(x, -1), reference: byRow(4, (row) => [logSumExp(row)]) },
  logProbabilityOf: {
    shape: [5, 3],
    f: (t, x) => logProbabilityOf(t, x, t.tensor1d(ids, 'int32')),
    reference: byRow(3, (row, index) => [row[ids[index]!]! - logSumExp(row)]),
  },
  'linear, both ways': {
    shape: [3, 4],
    f: (t, x) => t.concat([linear(t, tensor(t, 2, 1, 3), x), linear(t, t.reshape(x, [2, 1, 6]), tensor(t, 6, 4))], 0),
    reference: (x) => [...product(fixed(2, 3), x, 2, 3, 4), ...product(x, fixed(6, 4), 2, 6, 4)],
  },
  'matMul of a tensor with itself, transposed': {
    shape: [2, 3],
    f: (t, x) => matMul(t, x, swapLast(t, x)),
    reference: (x) => product(x, turned(x, 2, 3), 2, 3, 2),
  },
  'matMul over broadcast leading axes': {
    shape: [2, 1, 2, 3],
    f: (t, x) => matMul(t, x, tensor(t, 3, 3, 2)),
    reference: (x) =>
      [0, 1].flatMap((outer) =>
        range(3).flatMap((inner) =>
          product(x.slice(outer * 6, outer * 6 + 6), fixed(3, 3, 2).slice(inner * 6, inner * 6 + 6), 2, 3, 2)
        )
      ),
  },
  'stock matMul with transposes': {
    shape: [3, 2],
    f: (t, x) => t.matMul(x, tensor(t, 4, 3), true, true),
    reference: (x) => product(turned(x, 3, 2), turned(fixed(4, 3), 4, 3), 2, 3, 4),
  },
  'gather of rows, some several times': {
    shape: [4, 3],
    f: (t, x) => t.gather(x, t.tensor2d(ids.slice(0, 4), [2, 2], 'int32') as never),
    reference: (x) => ids.slice(0, 4).flatMap((id) => x.slice(id * 3, id * 3 + 3)),
  },
  'transpose, slice, concat, pad': {
    shape: [2, 3],
    f: (t, x) => t.pad(t.concat([t.transpose(x), t.slice(t.transpose(x), [1, 0], [2, 2])], 0), [[1, 0], [0, 0]]),
    reference: (x) => [0, 0, ...turned(x, 2, 3), ...turned(x, 2, 3).slice(2)],
  },
  'split and stack': {
    shape: [2, 4],
    f: (t, x) => {
      const [a, b] = t.split(x, 2, 1)
      return t.stack([t.mul(a!, b!), t.sub(b!, a!)], 1)
    },
    reference: byRow(4, ([a, b, c, d]) => [a! * c!, b! * d!, c! - a!, d! - b!]),
  },
  'tile and reverse': {
    shape: [3],
    f: (t, x) => t.mul(t.tile(x, [2]), t.tile(t.reverse(x), [2])),
    reference: (x) => [...x, ...x].map((value, index) => value * x[2 - (index % 3)]!),
  },
  runningSum: { shape: [2, 3], f: runningSum, reference: byRow(3, (row) => row.map((_, index) => sum(row.slice(0, index + 1)))) },
  'largest of a row': { shape: [2, 3], f: (t, x) => t.max(x, -1), reference: byRow(3, (row) => [Math.max(...row)]) },
}

/** An intermediate, so that a gradient cannot rely on its operand being the variable itself. */
const scale = 1.5, shift = -0.25
const weight = (index: number): number => Math.cos(index) + 0.1

const gradientStep = ({ f }: Case): Step => (t, { x }) => {
  const objective = (leaf: Tensor): Tensor => {
    const y = f(t, t.add(t.mul(leaf, scale), shift))
    return t.sum(t.mul(t.reshape(y, [-1]), t.tensor1d(range(y.size).map(weight))))
  }
  const { value, gradients } = valueAndGradients(t, ({ x }) => objective(x!), { x: x! })
  return { value, gradient: gradients['x']! }
}

function differences({ reference }: Case, x: Vector): { value: number; gradient: number[] } {
  const objective = (leaf: Vector): number =>
    sum(reference(leaf.map((value) => value * scale + shift)).map((value, index) => value * weight(index)))
  const step = 1e-5
  return {
    value: objective(x),
    gradient: range(x.length).map((at) =>
      (objective(x.with(at, x[at]! + step)) - objective(x.with(at, x[at]! - step))) / (2 * step)
    ),
  }
}

for (const engine of all) {
  describe(`gradients on ${engine.name}`, (it) => {
    for (const [name, row] of Object.entries(cases)) {
      const seed = `gradient of ${name}`
      it(`${name} (seed '${seed}')`, async () => {
        const before = tf.memory().numTensors
        const given = normals(seed, ...row.shape)
        const expected = differences(row, Array.from(given.data))
        const actual = await runOn(engine, gradientStep(row), { x: given })
        assertClose(actual['value']!, [expected.value], 2e-6, 'value')
        assertClose(actual['gradient']!, expected.gradient, 5e-6, 'gradient')
        assert.is(tf.memory().numTensors, before)
      })
    }

    it('hands out further results beside the value, and leaves no tensor', async () => {
      const before = tf.memory().numTensors
      const step: Step = (t, inputs) => {
        const { value, gradients, also } = valueAndGradients(t, ({ a, b }) => {
          const inner = t.mul(a!, b!)
          return { value: t.sum(t.square(inner)), also: { inner, doubled: t.mul(inner, 2) } }
        }, { a: inputs['a']!, b: inputs['b']! })
        return { value, a: gradients['a']!, ...also }
      }
      const { value, a, inner, doubled } = await runOn(engine, step, {
        a: { data: Float32Array.of(1, 2), shape: [2] },
        b: { data: Float32Array.of(3, -1), shape: [2] },
      })
      assert.equal([value, a, inner, doubled].map((each) => [...each!]), [[13], [18, 4], [3, -2], [6, -4]])
      assert.is(tf.memory().numTensors, before)
    })

    it('names a parameter that does nothing, and refuses a value that is no scalar', async () => {
      const message = (step: Step): Promise<string> =>
        runOn(engine, step, { a: normals('a', 2), b: normals('b', 2) }).then(() => '', (error: Error) => error.message)
      const before = tf.memory().numTensors
      assert.match(
        await message((t, { a, b }) => ({
          y: valueAndGradients(t, ({ a }) => ({ value: t.sum(a!), also: { a: a! } }), { a: a!, b: b! }).value,
        })),
        'the parameter b does not influence',
      )
      assert.match(
        await message((t, { a }) => ({ y: valueAndGradients(t, ({ a }) => t.square(a!), { a: a! }).value })),
        'shape [2]; it must be a scalar',
      )
      assert.ok(tf.memory().numTensors - before <= 4, 'only the inputs of the two failed runs remain')
    })
  })
}
