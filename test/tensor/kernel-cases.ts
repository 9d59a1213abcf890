// What is tried of every kernel that the graph engine records: operands, among them awkward ones, and operations.
import type { Tensor, Tf } from '../../src/tensor/engine.ts'
import { matMul } from '../../src/tensor/ops.ts'
import { floats, integers, normals } from './harness.ts'
import type { Given } from './harness.ts'

export type Operands = Readonly<Record<'a' | 'b' | 'c', Tensor>>
export interface Case {
  readonly given: Readonly<Record<string, Given>>
  readonly f: (tf: Tf, operands: Operands) => Tensor | readonly Tensor[]
}

/** Numbers at which functions differ: zeros, ties of rounding, extremes. */
const awkward = floats([0, -0, 0.5, 1.5, 2.5, -0.5, -1.5, 1, -1, 1e-7, -1e-7, 30, -30, 88, -88, 3e38, Infinity, -Infinity, NaN])
const positive = floats([1e-7, 0.001, 0.25, 1, 2, 1e6])
const unit = floats([-0.999, -0.5, 0, 1e-6, 0.3, 0.999])

/** Family → what is tried → operands and operation. */
export const cases: Record<string, Record<string, Case>> = {}
const family = (name: string, rows: Record<string, Case>): void => {
  cases[name] = rows
}

const x = normals('x', 2, 3, 4),
  y = normals('y', 3, 1),
  whole = integers('whole', -9, 9, 2, 3, 4),
  other = integers('other', 1, 6, 3, 1)
const pair = { a: x, b: y }, ints = { a: whole, b: other }
const unary = (f: (x: Tensor) => Tensor, ...given: Given[]): Record<string, Case> => {
  const rows = (given.length === 0 ? [awkward] : given).map((each, index) =>
    [`${f.toString().replace(/^.*=>\s*/, '')} ${index}`, { given: { a: each }, f: (_: Tf, { a }: Operands) => f(a) }] as const
  )
  return Object.fromEntries(rows)
}

family('arithmetic', {
  add: { given: pair, f: (tf, { a, b }) => tf.add(a, b) },
  'add of integers': { given: ints, f: (tf, { a, b }) => tf.add(a, b) },
  'add of a number and an integer': { given: { a: x, b: other }, f: (tf, { a, b }) => tf.add(a, b) },
  sub: { given: pair, f: (tf, { a, b }) => tf.sub(b, a) },
  mul: { given: pair, f: (tf, { a, b }) => tf.mul(a, b) },
  div: { given: pair, f: (tf, { a, b }) => tf.div(a, b) },
  'div of integers': { given: ints, f: (tf, { a, b }) => tf.div(a, b) },
  'division by zero': { given: { a: awkward }, f: (tf, { a }) => tf.div(tf.scalar(1), a) },
  floorDiv: { given: ints, f: (tf, { a, b }) => tf.floorDiv(a, tf.neg(b)) },
  mod: { given: ints, f: (tf, { a, b }) => [tf.mod(a, b), tf.mod(a, tf.neg(b))] },
  'mod of numbers': { given: pair, f: (tf, { a, b }) => tf.mod(a, b) },
  maximum: { given: pair, f: (tf, { a, b }) => tf.maximum(a, b) },
  minimum: { given: ints, f: (tf, { a, b }) => tf.minimum(a, b) },
  pow: { given: { a: positive, b: floats([0.5, 1, 2, -1, 3.5, 0]) }, f: (tf, { a, b }) => tf.pow(a, b) },
  squaredDifference: { given: pair, f: (tf, { a, b }) => tf.squaredDifference(a, b) },
  addN: { given: { a: x, b: normals('b', 2, 3, 4) }, f: (tf, { a, b }) => tf.addN([a, b, a]) },
})

family('functions of one number', {
  ...unary((x) => x.abs(), awkward, whole),
  ...unary((x) => x.neg(), awkward, whole),
  ...unary((x) => x.sign(), x),
  ...unary((x) => x.square(), x, whole),
  ...unary((x) => x.floor()),
  ...unary((x) => x.ceil()),
  ...unary((x) => x.round()),
  ...unary((x) => x.exp()),
  ...unary((x) => x.expm1(), awkward, unit),
  ...unary((x) => x.log(), positive),
  ...unary((x) => x.log1p(), positive, unit),
  ...unary((x) => x.sqrt(), positive),
  ...unary((x) => x.rsqrt(), positive),
  ...unary((x) => x.reciprocal(), positive),
  ...unary((x) => x.sin(), x),
  ...unary((x) => x.cos(), x),
  ...unary((x) => x.tan(), x),
  ...unary((x) => x.asin(), unit),
  ...unary((x) => x.acos(), unit),
  ...unary((x) => x.atan()),
  ...unary((x) => x.sinh(), x),
  ...unary((x) => x.cosh(), x),
  ...unary((x) => x.tanh()),
  ...unary((x) => x.asinh(), x),
  ...unary((x) => x.acosh(), floats([1, 1.5, 30])),
  ...unary((x) => x.atanh(), unit),
  ...unary((x) => x.erf(), x),
  ...unary((x) => x.sigmoid()),
  ...unary((x) => x.softplus()),
  ...unary((x) => x.selu(), x),
  ...unary((x) => x.elu(), x),
  ...unary((x) => x.relu(), x, whole),
  ...unary((x) => x.relu6(), x),
  ...unary((x) => x.leakyRelu(0.1), x),
  ...unary((x) => x.step(0.2), x),
  ...unary((x) => x.clipByValue(-0.5, 0.7), x),
  ...unary((x) => x.cast('int32'), x),
  ...unary((x) => x.cast('bool'), x, whole),
  ...unary((x) => x.cast('float32'), whole),
  'elu gradient': { given: { a: x }, f: (tf, { a }) => tf.grad((x) => tf.elu(x).square().sum())(a) },
})

family('comparison and choice', {
  comparisons: {
    given: { a: whole, b: other },
    f: (
      tf,
      { a, b },
    ) => [tf.equal(a, b), tf.notEqual(a, b), tf.greater(a, b), tf.greaterEqual(a, b), tf.less(a, b), tf.lessEqual(a, b)],
  },
  'comparisons of numbers': {
    given: { a: awkward, b: floats([0]) },
    f: (tf, { a, b }) => [tf.equal(a, b), tf.greater(a, b), tf.lessEqual(a, b), tf.equal(a, a)],
  },
  logic: {
    given: { a: whole, b: other },
    f: (tf, { a, b }) => {
      const [p, q] = [tf.greater(a, b), tf.less(a, tf.scalar(2, 'int32'))]
      return [tf.logicalAnd(p, q), tf.logicalOr(p, q), tf.logicalNot(p), tf.logicalXor(p, q), tf.equal(p, q)]
    },
  },
  'kinds of number': { given: { a: awkward }, f: (tf, { a }) => [tf.isNaN(a), tf.isInf(a), tf.isFinite(a)] },
  where: {
    given: { a: x, b: normals('w', 2, 3, 4) },
    f: (tf, { a, b }) => [tf.where(tf.greater(a, b), a, b), tf.where(tf.greater(a, b), tf.scalar(1), tf.scalar(0))],
  },
  'where of truth values': {
    given: { a: x, b: normals('w', 2, 3, 4) },
    f: (tf, { a, b }) => tf.where(tf.greater(a, b), tf.less(a, 0), tf.less(b, 0)),
  },
})

family('reduction', {
  sum: {
    given: { a: x, b: whole },
    f: (
      tf,
      { a, b },
    ) => [tf.sum(a), tf.sum(a, 1), tf.sum(a, [0, -1], true), tf.sum(b, 0), tf.sum(tf.greater(a, 0), -1), tf.sum(a, [])],
  },
  mean: { given: { a: x, b: whole }, f: (tf, { a, b }) => [tf.mean(a), tf.mean(a, -1, true), tf.mean(b, [0, 1])] },
  extremes: {
    given: { a: x, b: whole },
    f: (tf, { a, b }) => [tf.max(a, -1), tf.max(b), tf.min(a, [0, 2], true), tf.min(b, 1), tf.max(a, 1, true)],
  },
  prod: { given: { a: x, b: other }, f: (tf, { a, b }) => [tf.prod(a, 1), tf.prod(b)] },
  'all and any': { given: { a: x }, f: (tf, { a }) => [tf.all(tf.greater(a, -1), 0), tf.any(tf.greater(a, 1), [1, 2], true)] },
  positions: { given: { a: x, b: whole }, f: (tf, { a, b }) => [tf.argMax(a, -1), tf.argMin(a, 0), tf.argMax(b, 1)] },
  'positions of ties': { given: { a: floats([1, 3, 3, 0, 0, 3], 2, 3) }, f: (tf, { a }) => [tf.argMax(a, 1), tf.argMin(a, 0)] },
  'running sums': {
    given: { a: x, b: whole },
    f: (tf, { a, b }) => [tf.cumsum(a, 2), tf.cumsum(a, 0, true), tf.cumsum(b, 1, false, true)],
  },
  softmax: {
    given: { a: x },
    f: (tf, { a }) => [tf.softmax(a), tf.logSoftmax(a), tf.logSumExp(a, 1), tf.softmax(tf.mul(a, 100))],
  },
  norms: { given: { a: x }, f: (tf, { a }) => [tf.norm(a), tf.moments(a, [0, 1]).variance] },
})

family('movement', {
  reshape: {
    given: { a: x },
    f: (
      tf,
      { a },
    ) => [
      tf.reshape(a, [-1, 2]),
      tf.expandDims(a, -1),
      tf.expandDims(a, 1),
      tf.squeeze(tf.expandDims(a, 0)),
      tf.reshape(a, [24, 1]).flatten(),
    ],
  },
  transpose: {
    given: { a: x },
    f: (tf, { a }) => [tf.transpose(a), tf.transpose(a, [1, 0, 2]), tf.transpose(tf.transpose(a, [2, 0, 1]), [1, 2, 0])],
  },
  'concat and stack': {
    given: { a: x, b: normals('cc', 2, 1, 4) },
    f: (tf, { a, b }) => [tf.concat([a, b, a], 1), tf.concat([a, a], -1), tf.stack([a, a], 1), tf.stack([a, a], -1)],
  },
  'split and unstack': {
    given: { a: x },
    f: (tf, { a }) => [...tf.split(a, 2, -1), ...tf.split(a, [1, -1], 1), ...tf.unstack(a, 1)],
  },
  slice: { given: { a: x }, f: (tf, { a }) => [tf.slice(a, [0, 1, 2], [2, 1, -1]), tf.slice(a, 1), tf.slice(a, [1, 0], [1, 2])] },
  stridedSlice: {
    given: { a: x },
    f: (tf, { a }) => [
      tf.stridedSlice(a, [0, 2, 3], [2, 0, 0], [1, -1, -2]),
      tf.stridedSlice(a, [0, 0, 3], [0, 0, 0], [1, 1, -1], 3, 7),
      tf.stridedSlice(a, [1, 0, 0], [2, 3, 4], [1, 1, 1], 0, 0, 0, 0, 1),
    ],
  },
  reverse: { given: { a: x }, f: (tf, { a }) => [tf.reverse(a), tf.reverse(a, [1, -1])] },
  tile: { given: { a: x, b: y }, f: (tf, { a, b }) => [tf.tile(a, [2, 1, 3]), tf.broadcastTo(b, [2, 3, 4])] },
  pad: {
    given: { a: x, b: whole },
    f: (tf, { a, b }) => [tf.pad(a, [[1, 0], [0, 2], [1, 1]], -2), tf.pad(b, [[0, 0], [1, 1], [0, 0]], 7)],
  },
  'lower triangle': { given: { a: normals('band', 4, 4) }, f: (tf, { a }) => tf.linalg.bandPart(a, -1, 0) },
  'zero lengths': {
    given: { a: x },
    f: (
      tf,
      { a },
    ) => [
      tf.concat([a, tf.zeros([2, 0, 4])], 1),
      tf.slice(a, [0, 0, 0], [0, 3, 4]),
      tf.sum(tf.slice(a, [0, 0, 0], [0, 3, 4]), 0),
    ],
  },
})

family('products', {
  'two matrices': { given: { a: normals('m', 3, 5), b: normals('n', 5, 2) }, f: (tf, { a, b }) => tf.matMul(a, b) },
  'transposed operands': {
    given: { a: normals('m', 2, 5, 3), b: normals('n', 2, 4, 5) },
    f: (
      tf,
      { a, b },
    ) => [
      tf.matMul(a, b, true, true),
      tf.matMul(a, a, true),
      tf.matMul(b, b, false, true),
      tf.transpose(tf.matMul(b, a), [0, 2, 1]),
    ],
  },
  'broadcast over leading axes': {
    given: { a: normals('m', 2, 1, 3, 5), b: normals('n', 4, 5, 2) },
    f: (tf, { a, b }) => [matMul(tf, a, b), matMul(tf, tf.reshape(b, [4, 2, 5]), tf.reshape(a, [2, 1, 5, 3]))],
  },
  'transposed operands of different rank': {
    given: { a: normals('m', 2, 5, 3), b: normals('n', 4, 3), c: normals('o', 5, 4) },
    f: (tf, { a, b, c }) => [tf.matMul(a, b, false, true), tf.matMul(c, a, true), tf.matMul(b, a, false, true)],
  },
  fused: {
    given: { a: normals('m', 3, 5), b: normals('n', 5, 2), c: normals('o', 2) },
    f: (tf, { a, b, c }) =>
      (['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const).map((activation) =>
        tf.fused.matMul({ a: a as never, b: b as never, bias: c, activation, leakyreluAlpha: 0.1 })
      ),
  },
  'zero lengths': {
    given: { a: normals('m', 2, 3, 4) },
    f: (tf, { a }) => [tf.matMul(a, tf.zeros([2, 0, 4]), false, true), tf.matMul(tf.zeros([2, 3, 0]), tf.zeros([2, 0, 4]))],
  },
})

family('indices', {
  gather: {
    given: { a: x, b: integers('g', 0, 3, 2, 5) },
    f: (tf, { a, b }) => [tf.gather(a, b as never, 1), tf.gather(a, tf.scalar(1, 'int32') as never)],
  },
  'gather of integers and truth values': {
    given: { a: whole, b: integers('g', 0, 2, 3) },
    f: (tf, { a, b }) => [tf.gather(a, b as never), tf.gather(tf.greater(a, 0), b as never)],
  },
  gatherND: { given: { a: x, b: integers('h', 0, 2, 5, 2) }, f: (tf, { a, b }) => tf.gatherND(a, b) },
  scatterND: {
    given: { a: normals('u', 5, 4), b: integers('s', 0, 2, 5, 2) },
    f: (tf, { a, b }) => tf.scatterND(b, a, [2, 3, 4]),
  },
  'scatterND into a vector': {
    given: { a: normals('u', 6), b: integers('s', 0, 4, 6, 1) },
    f: (tf, { a, b }) => tf.scatterND(b, a, [4]),
  },
  'update of rows': {
    given: { a: normals('t', 4, 3), b: normals('u', 2, 3) },
    f: (tf, { a, b }) => tf.tensorScatterUpdate(a, tf.tensor2d([[3], [0]], [2, 1], 'int32'), b),
  },
  'sums of segments': {
    given: { a: normals('u', 6, 2, 3), b: integers('s', 0, 4, 6) },
    f: (tf, { a, b }) => tf.unsortedSegmentSum(a, b as never, 5),
  },
  oneHot: {
    given: { a: integers('o', -2, 6, 2, 3) },
    f: (tf, { a }) => [tf.oneHot(a, 4), tf.oneHot(a, 4, 3, -1), tf.oneHot(a, 4, 1, 0, 'int32')],
  },
  topk: {
    given: { a: x, b: floats([1, 3, 3, 0, 3, 1], 6) },
    f: (tf, { a, b }) => [tf.topk(a, 2), tf.topk(b, 4)].flatMap(({ values, indices }) => [values, indices]),
  },
})

family('creation', {
  constants: {
    given: { a: x },
    f: (
      tf,
      { a },
    ) => [
      tf.zerosLike(a),
      tf.onesLike(a),
      tf.fill([2, 2], 3),
      tf.range(0, 7, 2, 'int32'),
      tf.range(5, 0, -2),
      tf.linspace(0, 1, 5),
      tf.ones([3]),
      tf.zeros([2, 1]),
      tf.scalar(2.5),
      tf.eye(3),
      tf.tensor([1, 2, 3], [3], 'int32'),
    ],
  },
})
