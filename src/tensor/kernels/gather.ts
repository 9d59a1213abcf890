// Gathering by index, adding at an index, and the largest few.
import { cast, elementwise, filled, numbers, operation, reshape, scalar } from '../graph.ts'
import type { ElementType, Node } from '../graph.ts'
import type { Shape } from '../engine.ts'
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
    return operation('ScatterND', [tensor, cast(operand(call, 'indices'), 'int64'), operand(call, 'updates')], tensor.shape, tensor.dtype)
  },
  UnsortedSegmentSum: (call) => {
    const rows = operand(call, 'x')
    const ids = operand(call, 'segmentIds')
    return scatterAdd([integer(call, 'numSegments'), ...rows.shape.slice(ids.shape.length)], reshape(ids, [...ids.shape, 1]), rows)
  },
  OneHot: oneHot,
  TopK: (call) => {
    const x = operand(call, 'x')
    const k = integer(call, 'k')
    const shape = [...x.shape.slice(0, -1), k]
    const result = (which: number, dtype: ElementType): Node => operation('TopK', [x], shape, dtype, { k, axis: -1, result: which })
    return [result(0, x.dtype), cast(result(1, 'int64'), 'int32')]
  },
}

/** Sums of the updates at each index, 0 where there is none. */
function scatterAdd(shape: Shape, indices: Node, updates: Node): Node {
  return operation('ScatterND', [filled(0, shape, updates.dtype), cast(indices, 'int64'), updates], shape, updates.dtype, { reduction: 'add' })
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
