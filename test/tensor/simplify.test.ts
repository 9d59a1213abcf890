// Every rule of the simplifier: what it makes of a graph, and that the result computes the same.
import * as ort from 'onnxruntime-node'
import * as assert from 'uvu/assert'
import { stream } from '../../src/random.ts'
import type { Spec } from '../../src/tensor/engine.ts'
import {
  cast,
  constant,
  elementwise,
  filled,
  inOrder,
  input,
  numbers,
  operation,
  reshape,
  scalar,
  transpose,
} from '../../src/tensor/graph.ts'
import type { Graph, Node } from '../../src/tensor/graph.ts'
import { inputName, outputName, serialize, usedInputs } from '../../src/tensor/onnx.ts'
import { fusedRules } from '../../src/tensor/rules/fused.ts'
import { rules, simplify } from '../../src/tensor/simplify.ts'
import { describe } from '../describe.ts'
import { assertClose, normals } from './harness.ts'

const specs: Record<string, Spec> = {
  x: { shape: [2, 3], dtype: 'float32' },
  y: { shape: [2, 3], dtype: 'float32' },
  column: { shape: [1, 3], dtype: 'float32' },
  batch: { shape: [2, 3, 4], dtype: 'float32' },
  heads: { shape: [2, 3, 5, 4], dtype: 'float32' },
  gain: { shape: [3], dtype: 'float32' },
  single: { shape: [2, 1], dtype: 'float32' },
}
const x = input('x', specs['x']!),
  y = input('y', specs['y']!),
  column = input('column', specs['column']!),
  batch = input('batch', specs['batch']!),
  heads = input('heads', specs['heads']!),
  gain = input('gain', specs['gain']!),
  single = input('single', specs['single']!)

const graphOf = (node: Node): Graph => ({ inputs: specs, outputs: { result: node } })

/** Text of a graph without shapes: `Add(x, 2)`. */
function print(node: Node): string {
  if (node.kind === 'input') return node.name
  if (node.kind === 'constant') {
    return node.data.length === 1 ? String(node.data[0]) : `[${Array.from(node.data, String).join(' ')}]`
  }
  const attributes = Object.entries(node.attributes).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `${node.op}(${[...node.inputs.map(print), ...attributes].join(', ')})`
}

async function compute(graph: Graph): Promise<Float32Array | Int32Array> {
  const session = await ort.InferenceSession.create(serialize(graph), { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 })
  const feeds = usedInputs(graph).map((name) => {
    const { data, shape } = normals(`feed ${name}`, ...specs[name]!.shape)
    return [inputName(name), new ort.Tensor('float32', data as Float32Array, shape)] as const
  })
  const results = await session.run(Object.fromEntries(feeds))
  await session.release()
  return results[outputName('result')]!.data as Float32Array | Int32Array
}

const mul = (a: Node, b: Node): Node => elementwise('Mul', [a, b])
const negative = (node: Node): Node => operation('Neg', [node], node.shape, node.dtype)
const greater = elementwise('Greater', [x, y], 'bool')
const reduced = operation('ReduceSum', [column], [3], 'float32', { axes: [0], keepdims: 0 })
const raw = (node: Node, shape: readonly number[]): Node => operation('Reshape', [node], shape, node.dtype)
const product = (a: Node, b: Node, ...shape: number[]): Node => operation('MatMul', [a, b], shape, 'float32')

const alongLast = (op: string, node: Node): Node =>
  operation(op, [node], node.shape.with(-1, 1), 'float32', { axes: [node.shape.length - 1], keepdims: 1 })
const apply = (op: string, node: Node): Node => operation(op, [node], node.shape, 'float32')

const shifted = elementwise('Sub', [x, alongLast('ReduceMax', x)])
const logSoftmax = elementwise('Sub', [shifted, apply('Log', alongLast('ReduceSum', apply('Exp', shifted)))])
const hot = (...ids: number[]): Node =>
  cast(elementwise('Equal', [numbers(ids, [2, 1], 'int32'), numbers([0, 1, 2], [3], 'int32')], 'bool'), 'float32')
const normScale = apply('Reciprocal', apply('Sqrt', elementwise('Add', [alongLast('ReduceMean', mul(x, x)), scalar(0.5, 'float32')])))

/** The norm of x as one operator, gain 1: the normalised rows, or their scales. */
function plainNorm(result: 0 | 1): Node {
  const attributes = { axis: -1, epsilon: { float: 0.5 }, result }
  return operation('SimplifiedLayerNormalization', [x, filled(1, [3], 'float32')], [2, result === 0 ? 3 : 1], 'float32', attributes)
}

/** x · cosine + (x with the halves of its rows of four exchanged) · sine. */
function turn(node: Node, cosine: Node, sine: Node): Node {
  const last = node.shape.length - 1
  const half = (start: number): Node =>
    operation('Slice', [node], node.shape.with(-1, 2), 'float32', { starts: [start], ends: [start + 2], axes: [last], steps: [1] })
  const swapped = operation('Concat', [half(2), half(0)], node.shape, 'float32', { axis: last })
  return elementwise('Add', [mul(node, cosine), mul(swapped, sine)])
}

const angles = [0, 0.1, 0.7, 1.3, 2, 2.5, 3, 4, 5, 6]
const table = (f: (angle: number, half: number) => number): Node =>
  numbers(angles.flatMap((_, index) => index % 2 === 1 ? [] : [0, 1].flatMap((half) =>
    [f(angles[index]!, half), f(angles[index + 1]!, half)])), [5, 4], 'float32')
const cosines = table((angle) => Math.cos(angle))
const sines = table((angle, half) => (half === 0 ? -1 : 1) * Math.sin(angle))
/** The rows of a table at a position of each of two sequences, or at several. */
function lookUp(rows: Node, ...positions: number[][]): Node {
  const shape = positions.length === 1 ? [2] : [2, positions[0]!.length]
  return raw(operation('Gather', [rows, numbers(positions.flat(), shape, 'int32')], [...shape, 4], 'float32', { axis: 0 }),
    [2, 1, ...shape.slice(1), 4])
}

/** Rule → a graph it applies to and what the whole simplifier makes of that. */
const expected: Record<keyof typeof rules, readonly (readonly [Node, string | RegExp])[]> = {
  'what keeps the shape is nothing': [[raw(x, [2, 3]), 'x'], [operation('Expand', [x], [2, 3], 'float32'), 'x'], [
    operation('Tile', [x], [2, 3], 'float32', { repeats: [1, 1] }),
    'x',
  ]],
  'the last of two reshapes decides': [[raw(raw(x, [6]), [3, 2]), 'Reshape(x)'], [raw(raw(x, [6]), [2, 3]), 'x']],
  'a broadcast number has any shape': [[raw(filled(2, [6], 'float32'), [3, 2]), 'Expand(2)']],
  'a transpose in order is nothing': [[transpose(x, [0, 1]), 'x']],
  'two transposes are one': [[transpose(transpose(batch, [2, 0, 1]), [1, 2, 0]), 'batch'], [
    transpose(transpose(batch, [2, 0, 1]), [0, 2, 1]),
    'Transpose(batch, perm=[2,1,0])',
  ]],
  'moving axes of size 1 is a reshape': [[transpose(column, [1, 0]), 'Reshape(column)']],
  'a cast to the same type is nothing': [[operation('Cast', [x], [2, 3], 'float32'), 'x']],
  'a truth value needs one cast': [[cast(cast(greater, 'int32'), 'float32'), 'Cast(Greater(x, y))']],
  'repeating an axis of size 1 is a broadcast': [[
    operation('Tile', [column], [2, 3], 'float32', { repeats: [2, 1] }),
    'Expand(column)',
  ]],
  'operands broadcast by themselves': [
    [elementwise('Add', [x, operation('Expand', [column], [2, 3], 'float32')]), 'Add(x, column)'],
    [elementwise('Add', [column, filled(1, [2, 3], 'float32')]), 'Add(column, Expand(1))'],
    [product(operation('Expand', [raw(x, [1, 2, 3])], [2, 2, 3], 'float32'), batch, 2, 2, 4), 'MatMul(Reshape(x), batch)'],
  ],
  'a sum along axes of size 1 is a reshape': [[reduced, 'Reshape(column)']],
  'x·1 is x': [[mul(x, scalar(1, 'float32')), 'x'], [mul(filled(1, [2, 3], 'float32'), x), 'x'], [
    mul(column, filled(1, [2, 3], 'float32')),
    'Mul(column, Expand(1))',
  ]],
  'x/1 is x': [[elementwise('Div', [x, scalar(1, 'float32')]), 'x']],
  'x+0 is x': [[elementwise('Add', [filled(0, [2, 3], 'float32'), x]), 'x']],
  'x−0 is x': [[elementwise('Sub', [x, scalar(0, 'float32')]), 'x']],
  'x^1 is x': [[elementwise('Pow', [x, scalar(1, 'float32')]), 'x']],
  'x^2 is x·x': [[elementwise('Pow', [x, scalar(2, 'float32')]), 'Mul(x, x)']],
  '−(−x) is x': [[negative(negative(x)), 'x']],
  'a+(−b) is a−b': [[elementwise('Add', [x, negative(y)]), 'Sub(x, y)'], [elementwise('Add', [negative(x), y]), 'Sub(y, x)']],
  'a−(−b) is a+b': [[elementwise('Sub', [x, negative(y)]), 'Add(x, y)']],
  'a·(−1) is −a': [[mul(x, scalar(-1, 'float32')), 'Neg(x)'], [mul(scalar(-1, 'float32'), negative(x)), 'x']],
  'arithmetic on small constants is done now': [
    [mul(x, mul(scalar(0.1, 'float32'), scalar(3, 'float32'))), `Mul(x, ${Math.fround(Math.fround(0.1) * 3)})`],
    [
      elementwise('Add', [x, elementwise('Div', [numbers([1, 2, 3], [3], 'float32'), scalar(2, 'float32')])]),
      'Add(x, [0.5 1 1.5])',
    ],
  ],
  'arithmetic on broadcast constants is done once': [[negative(filled(2, [2, 3], 'float32')), 'Expand(-2)']],
  'a constant is reshaped now': [[
    elementwise('Add', [x, raw(numbers([1, 2, 3], [3, 1], 'float32'), [1, 3])]),
    'Add(x, [1 2 3])',
  ]],
  'a small constant is cast now': [[mul(x, cast(numbers([1, 0, 2], [3], 'int32'), 'float32')), 'Mul(x, [1 0 2])'], [
    cast(scalar(2.5, 'float32'), 'int32'),
    'Cast(2.5)',
  ]],
  'the left operand is read transposed': [
    [product(transpose(x, [1, 0]), y, 3, 3), 'FusedMatMul(x, y, transA=1, transB=0)'],
    [product(transpose(x, [1, 0]), transpose(transpose(y, [1, 0]), [1, 0]), 3, 3), 'FusedMatMul(x, y, transA=1, transB=0)'],
  ],
  'the right operand is read transposed': [
    [product(x, transpose(y, [1, 0]), 2, 2), 'FusedMatMul(x, y, transA=0, transB=1)'],
    [product(batch, transpose(batch, [0, 2, 1]), 2, 3, 3), 'FusedMatMul(batch, batch, transA=0, transB=1)'],
    [
      product(transpose(batch, [1, 0, 2]), transpose(batch, [1, 2, 0]), 3, 2, 2),
      'MatMul(Transpose(batch, perm=[1,0,2]), Transpose(batch, perm=[1,2,0]))',
    ],
  ],
  'log-softmax is one operator': [[logSoftmax, 'LogSoftmax(x, axis=1)']],
  'a one-hot difference is scattered': [[
    mul(elementwise('Sub', [hot(2, 0), apply('Exp', logSoftmax)]), single),
    'ScatterElements(Mul(Exp(LogSoftmax(x, axis=1)), Neg(single)), [2 0], single, axis=1, reduction="add")',
  ], [
    mul(elementwise('Sub', [hot(2, 0), apply('Exp', y)]), single),
    'Mul(Sub(Cast(Equal([2 0], [0 1 2])), Exp(y)), single)',
  ], [
    mul(elementwise('Sub', [hot(1, 1), apply('Exp', operation('LogSoftmax', [x], [2, 3], 'float32', { axis: 1 }))]), single),
    'ScatterElements(Mul(Exp(LogSoftmax(x, axis=1)), Neg(single)), [1 1], single, axis=1, reduction="add")',
  ]],
  'an RMS norm gives its scale': [
    [normScale, 'SimplifiedLayerNormalization(x, Expand(1), axis=-1, epsilon={"float":0.5}, result=1)'],
  ],
  'an RMS norm is one operator': [
    [mul(x, plainNorm(1)), 'SimplifiedLayerNormalization(x, Expand(1), axis=-1, epsilon={"float":0.5}, result=0)'],
    [mul(x, normScale), 'SimplifiedLayerNormalization(x, Expand(1), axis=-1, epsilon={"float":0.5}, result=0)'],
    [
      elementwise('Add', [mul(x, normScale), normScale]),
      'Add(SimplifiedLayerNormalization(x, Expand(1), axis=-1, epsilon={"float":0.5}, result=0), ' +
      'SimplifiedLayerNormalization(x, Expand(1), axis=-1, epsilon={"float":0.5}, result=1))',
    ],
  ],
  'an RMS norm takes its gain': [
    [mul(plainNorm(0), gain), 'SimplifiedLayerNormalization(x, gain, axis=-1, epsilon={"float":0.5}, result=0)'],
    [mul(mul(x, normScale), gain), 'SimplifiedLayerNormalization(x, gain, axis=-1, epsilon={"float":0.5}, result=0)'],
  ],
  'rotary pairs of sequences turn in one operator': [
    [turn(heads, cosines, sines), /^RotaryEmbedding\(heads, 0, \[.*\], interleaved=0\)$/],
    [turn(heads, cosines, negative(sines)), /^RotaryEmbedding\(heads, 0, \[.*\], interleaved=0\)$/],
    [turn(heads, cosines, cosines), /^Add\(/],
  ],
  'rotary pairs at looked-up positions turn in one operator': [
    [
      turn(batch, lookUp(cosines, [3, 1]), lookUp(sines, [3, 1])),
      /^Reshape\(RotaryEmbedding\(Reshape\(batch\), \[3 1\], \[.*\], interleaved=0\)\)$/,
    ],
    [
      turn(heads, lookUp(cosines, [3, 1, 0, 4, 2], [1, 1, 2, 3, 0]), lookUp(sines, [3, 1, 0, 4, 2], [1, 1, 2, 3, 0])),
      /^RotaryEmbedding\(heads, \[3 1 0 4 2 1 1 2 3 0\], \[.*\], interleaved=0\)$/,
    ],
  ],
}

describe('simplifier rules', (it) => {
  for (const [name, graphs] of Object.entries(expected)) {
    it(name, async () => {
      for (const [node, text] of graphs) {
        const simpler = simplify(graphOf(node))
        if (text instanceof RegExp) assert.match(print(simpler.outputs['result']!), text)
        else assert.is(print(simpler.outputs['result']!), text)
        assert.equal(simpler.outputs['result']!.shape, node.shape)
        if (node.dtype === 'bool') continue
        const [before, after] = [await compute(graphOf(node)), await compute(simpler)]
        // A fused operator may add up in another order.
        if (name.includes('transposed') || name in fusedRules) assertClose(after, before, 1e-6, String(text))
        else assert.equal(Array.from(after, (value) => value + 0), Array.from(before, (value) => value + 0), String(text))
      }
    })
  }

  it('every rule is tried, and each applies by itself to one of its graphs', () => {
    assert.equal(Object.keys(expected).sort(), Object.keys(rules).sort())
    for (const [name, rule] of Object.entries(rules)) {
      const graphs = expected[name]!.map(([node]) => graphOf(node))
      assert.ok(
        graphs.some((graph) =>
          print(simplify(graph, { [name]: rule }).outputs['result']!) !== print(simplify(graph, {}).outputs['result']!)
        ),
        name,
      )
    }
  })
})

describe('simplifier', (it) => {
  const count = (graph: Graph): number => inOrder(Object.values(graph.outputs)).filter((node) => node.kind === 'operation').length

  it('computes equal nodes once, and tells zeros of different sign apart', () => {
    const twice = elementwise('Add', [mul(x, scalar(2, 'float32')), mul(x, scalar(2, 'float32'))])
    assert.is(count(simplify(graphOf(twice))), 2)
    const zeros = elementwise('Div', [
      elementwise('Div', [x, scalar(0, 'float32')]),
      elementwise('Div', [x, scalar(-0, 'float32')]),
    ])
    assert.is(count(simplify(graphOf(zeros))), 3)
  })

  it('keeps what differs in an attribute alone', () => {
    const sums = [0, 1].map((axis) => operation('CumSum', [x], [2, 3], 'float32', { axis, exclusive: 0, reverse: 0 }))
    assert.is(count(simplify(graphOf(elementwise('Add', sums)))), 3)
  })

  it('goes through very deep graphs', () => {
    let node: Node = x
    for (let depth = 0; depth < 20_000; depth++) node = operation(depth % 2 === 0 ? 'Exp' : 'Log', [node], [2, 3], 'float32')
    assert.is(count(simplify(graphOf(node))), 20_000)
  })

  it('large constants that are the same object are shared', () => {
    const large = constant(new Float32Array(3000).fill(1.5), [1000, 3], 'float32')
    assert.is(count(simplify({ inputs: {}, outputs: { a: negative(large), b: negative(large) } })), 1)
  })

  for (let seed = 0; seed < 20; seed++) {
    it(`random graphs compute the same (seed 'graph ${seed}')`, async () => {
      const graph = graphOf(randomGraph(`graph ${seed}`))
      assertClose(await compute(simplify(graph)), await compute(graph), 1e-6, print(graph.outputs['result']!))
    })
  }
})

/** A [2, 3] result of a dozen random operations that the rules like to rewrite. */
function randomGraph(seed: string): Node {
  const random = stream(seed)
  let draws = 0
  const choose = <T>(list: readonly T[]): T => list[Math.floor(random.at(draws++) * list.length)]!
  const pool: Node[] = [
    x,
    y,
    column,
    scalar(1, 'float32'),
    scalar(0, 'float32'),
    scalar(-1, 'float32'),
    scalar(0.3, 'float32'),
    filled(1, [2, 3], 'float32'),
  ]
  const matrices = (): Node => operation('Expand', [choose(pool)], [2, 3], 'float32')
  const makers: readonly (() => Node)[] = [
    () => elementwise(choose(['Add', 'Sub', 'Mul', 'Max']), [choose(pool), choose(pool)]),
    () => negative(choose(pool)),
    () => transpose(transpose(matrices(), [1, 0]), [1, 0]),
    () => raw(raw(matrices(), [6]), [2, 3]),
    () => elementwise('Pow', [choose(pool), scalar(choose([1, 2]), 'float32')]),
    () => cast(cast(elementwise('Less', [choose(pool), choose(pool)], 'bool'), 'int32'), 'float32'),
    () => operation('MatMul', [product(matrices(), transpose(matrices(), [1, 0]), 2, 2), matrices()], [2, 3], 'float32'),
    () => reshape(operation('ReduceSum', [column], [3], 'float32', { axes: [0], keepdims: 0 }), [1, 3]),
  ]
  for (let step = 0; step < 12; step++) {
    const made = choose(makers)()
    pool.push(operation('Tanh', [made], made.shape, 'float32')) // keeps the numbers small
  }
  return [...pool.slice(-6), x].reduce((total, node) => elementwise('Add', [total, node]))
}
