// Sums, means, extremes and running sums along axes.
import type { Shape } from '../engine.ts'
import { cast, operation } from '../graph.ts'
import type { ElementType, Node } from '../graph.ts'
import { axesOf, axisOf, flag, operand } from './call.ts'
import type { Call, KernelTable, Recorder } from './call.ts'

/** How truth values are reduced: sums count them, extremes compare them. */
const countable = (x: Node): Node => (x.dtype === 'bool' ? cast(x, 'int32') : x)

/** Reducing along no axis changes nothing; ONNX would take it to mean all of them. */
function reduce(op: string, x: Node, axes: readonly number[], keep: boolean): Node {
  if (axes.length === 0) return x
  return operation(op, [x], reducedShape(x.shape, axes, keep), x.dtype, { axes, keepdims: keep ? 1 : 0 })
}

function reducedShape(shape: Shape, axes: readonly number[], keep: boolean): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keep ? [1] : []) : [size]))
}

/** `axes` is the attribute that names them; `Max` alone calls it `reductionIndices`. */
const reduction = (op: string, convert: (x: Node) => Node = countable, axes = 'axis'): Recorder => (call) => {
  const x = convert(operand(call, 'x'))
  return reduce(op, x, axesOf(call, axes, x.shape.length), flag(call, 'keepDims'))
}

const truth = (op: string): Recorder => (call) => {
  const x = cast(operand(call, 'x'), 'int32')
  return cast(reduce(op, x, axesOf(call, 'axis', x.shape.length), flag(call, 'keepDims')), 'bool')
}

/** Of several extremes the first; ONNX counts in int64. */
const position = (op: string): Recorder => (call) => {
  const x = countable(operand(call, 'x'))
  const axis = axisOf(call, 'axis', x.shape.length)
  const found: ElementType = 'int64'
  return cast(operation(op, [x], reducedShape(x.shape, [axis], false), found, { axis, keepdims: 0 }), 'int32')
}

const running = (f: (x: Node, call: Call, axis: number) => Node): Recorder => (call) => {
  const x = countable(operand(call, 'x'))
  return f(x, call, axisOf(call, 'axis', x.shape.length))
}

export const reduceKernels: KernelTable = {
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean', (x) => cast(x, 'float32')),
  Max: reduction('ReduceMax', countable, 'reductionIndices'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  Any: truth('ReduceMax'),
  All: truth('ReduceMin'),
  ArgMax: position('ArgMax'),
  ArgMin: position('ArgMin'),
  Cumsum: running((x, call, axis) =>
    operation('CumSum', [x], x.shape, x.dtype, {
      axis,
      exclusive: flag(call, 'exclusive') ? 1 : 0,
      reverse: flag(call, 'reverse') ? 1 : 0,
    })
  ),
  Softmax: (call) => {
    const logits = cast(operand(call, 'logits'), 'float32')
    return operation('Softmax', [logits], logits.shape, 'float32', { axis: axisOf(call, 'dim', logits.shape.length) })
  },
}
