// Gathering by index, adding at an index, and the largest few.
import { cast, elementwise, filled, numbers, operation, reshape, scalar } from '../graph.ts'
import type { ElementType, Node } from '../graph.ts'
import type { Shape } from '../engine.ts'
import { elementCount } from '../feeds.ts'
import { axisOf, elementType, integer, integers, operand } from './call.ts'
import type { Call, KernelTable } from './call.ts'

export const gatherKernels: KernelTable = {
  GatherV2: (call) => {
    const x = operand(call, 'x')
    const indices = operand(call, 'indices')
    if ((call.attributes['batchDims'] ?? 0) !== 0) throw new Error('gather with batch dimensions is not recorded')
    const axis = axisOf(call, 'axis', x.shape.length)
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]
    return operation('Gather', [x, cast(indices, 'int32')], shape, x.dtype, { axis })
  },
  GatherNd: (call) => {
    const x = operand(call, 'params')
    const indices = operand(call, 'indices')
    const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(indices.shape.at(-1)!)]
    return operation('GatherND', [x, cast(indices, 'int64')], shape, x.dtype)
  },
  ScatterNd: (call) => scatterAdd(integers(call, 'shape'), operand(call, 'indices'), operand(call, 'updates')),
  TensorScatterUpdate: (call) => {
    const tensor = operand(call, 'tensor')
    return operation(
      'ScatterND',
      [tensor, cast(operand(call, 'indices'), 'int64'), operand(call, 'updates')],
      tensor.shape,
      tensor.dtype,
    )
  },
  UnsortedSegmentSum: (call) => {
    const rows = operand(call, 'x')
    const ids = operand(call, 'segmentIds')
    return segmentSum(rows, ids, integer(call, 'numSegments'))
  },
  OneHot: oneHot,
  TopK: (call) => {
    const x = operand(call, 'x')
    const k = integer(call, 'k')
    const shape = [...x.shape.slice(0, -1), k]
    const result = (which: number, dtype: ElementType): Node =>
      operation('TopK', [x], shape, dtype, { k, axis: -1, result: which })
    return [result(0, x.dtype), cast(result(1, 'int64'), 'int32')]
  },
}

/**
 * Rows of the same segment added up, one column at a time. ScatterND would take whole rows, but ONNX Runtime adds them from several
 * threads without a lock and loses some; its ScatterElements runs on one thread. Ids must not be negative.
 */
function segmentSum(x: Node, segmentIds: Node, segments: number): Node {
  const inner = x.shape.slice(segmentIds.shape.length)
  const count = elementCount(segmentIds.shape)
  const width = elementCount(inner)
  const rows = reshape(x, [count, width])
  const ids = operation('Expand', [reshape(segmentIds, [count, 1])], [count, width], segmentIds.dtype)
  const sums = operation('ScatterElements', [filled(0, [segments, width], x.dtype), ids, rows], [segments, width], x.dtype, {
    axis: 0,
    reduction: 'add',
  })
  return reshape(sums, [segments, ...inner])
}

/** Sums of the updates [...n, ...] at each index [...n, k] into the first k axes of `shape`, 0 where there is none. */
function scatterAdd(shape: Shape, indices: Node, updates: Node): Node {
  const depth = indices.shape.at(-1)!
  const strides = Array.from({ length: depth }, (_, axis) => elementCount(shape.slice(axis + 1, depth)))
  const terms = elementwise('Mul', [indices, numbers(strides, [depth], indices.dtype)])
  const last = indices.shape.length - 1
  const ids = operation('ReduceSum', [terms], indices.shape.slice(0, -1), indices.dtype, { axes: [last], keepdims: 0 })
  return reshape(segmentSum(updates, ids, elementCount(shape.slice(0, depth))), shape)
}

/** By comparison: ONNX's own OneHot counts negative indices from the back, where TensorFlow.js leaves the row off. */
function oneHot(call: Call): Node {
  const indices = operand(call, 'indices')
  const depth = integer(call, 'depth')
  const dtype = elementType(call.attributes['dtype'])
  const classes = numbers(Array.from({ length: depth }, (_, index) => index), [depth], indices.dtype)
  const hit = elementwise('Equal', [reshape(indices, [...indices.shape, 1]), classes], 'bool')
  const on = integer(call, 'onValue')
  const off = integer(call, 'offValue')
  return on === 1 && off === 0 ? cast(hit, dtype) : elementwise('Where', [hit, scalar(on, dtype), scalar(off, dtype)], dtype)
}
