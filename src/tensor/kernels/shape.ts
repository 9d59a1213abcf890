// Operations that move numbers without changing them.
import type { Shape } from '../engine.ts'
import { elementCount } from '../feeds.ts'
import { operation, reshape, scalar, transpose } from '../graph.ts'
import type { Node } from '../graph.ts'
import { axesOf, axisOf, integer, integers, operand, operandList } from './call.ts'
import type { Call, KernelTable } from './call.ts'

export const shapeKernels: KernelTable = {
  Identity: (call) => operand(call, 'x'),
  Reshape: (call) => {
    const x = operand(call, 'x')
    return reshape(x, complete(integers(call, 'shape'), elementCount(x.shape)))
  },
  ExpandDims: (call) => {
    const x = operand(call, 'input')
    const axis = axisOf(call, 'dim', x.shape.length + 1)
    return reshape(x, x.shape.toSpliced(axis, 0, 1))
  },
  Transpose: (call) => transpose(operand(call, 'x'), integers(call, 'perm')),
  Concat: (call) => concatenate(operandList(call), axisOf(call, 'axis', operandList(call)[0]!.shape.length)),
  Pack: (call) => {
    const parts = operandList(call)
    const axis = axisOf(call, 'axis', parts[0]!.shape.length + 1)
    return concatenate(parts.map((part) => reshape(part, part.shape.toSpliced(axis, 0, 1))), axis)
  },
  Unpack: (call) => {
    const x = operand(call, 'value')
    const axis = axisOf(call, 'axis', x.shape.length)
    const rest = x.shape.toSpliced(axis, 1)
    return split(x, axis, new Array<number>(x.shape[axis]!).fill(1)).map((part) => reshape(part, rest))
  },
  SplitV: (call) => {
    const x = operand(call, 'x')
    const axis = axisOf(call, 'axis', x.shape.length)
    return split(x, axis, splitSizes(call.attributes['numOrSizeSplits'], x.shape[axis]!))
  },
  Slice: (call) => {
    const x = operand(call, 'x')
    const [begin, size] = sliceBounds(call, x.shape)
    return slice(x, begin, size.map((count, axis) => begin[axis]! + count))
  },
  StridedSlice: stridedSlice,
  Reverse: (call) => {
    const x = operand(call, 'x')
    const axes = axesOf(call, 'dims', x.shape.length)
    if (axes.length === 0) return x
    const all = (value: number): number[] => axes.map(() => value)
    return operation('Slice', [x], x.shape, x.dtype, { starts: all(-1), ends: all(-(2 ** 31)), axes, steps: all(-1) })
  },
  Tile: (call) => {
    const x = operand(call, 'x')
    const repeats = integers(call, 'reps')
    return operation('Tile', [x], x.shape.map((size, axis) => size * repeats[axis]!), x.dtype, { repeats })
  },
  PadV2: (call) => {
    const x = operand(call, 'x')
    const paddings = call.attributes['paddings'] as readonly (readonly [number, number])[]
    const pads = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]
    const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1])
    return operation('Pad', [x, scalar(integer(call, 'constantValue'), x.dtype)], shape, x.dtype, { pads })
  },
}

/** Fills in the size that a −1 leaves open. */
function complete(shape: readonly number[], count: number): number[] {
  const known = shape.reduce((product, size) => (size < 0 ? product : product * size), 1)
  return shape.map((size) => (size < 0 ? count / known : size))
}

function concatenate(parts: readonly Node[], axis: number): Node {
  const [first] = parts
  if (parts.length === 1) return first!
  const size = parts.reduce((total, part) => total + part.shape[axis]!, 0)
  return operation('Concat', parts, first!.shape.with(axis, size), first!.dtype, { axis })
}

/** Consecutive pieces along an axis, as slices: a provider's own split may limit their number. */
function split(x: Node, axis: number, sizes: readonly number[]): Node[] {
  let start = 0
  return sizes.map((size) => {
    const begin = x.shape.map((_, each) => (each === axis ? start : 0))
    const end = x.shape.map((whole, each) => (each === axis ? start + size : whole))
    start += size
    return slice(x, begin, end)
  })
}

/** A number of equal pieces, or their sizes with −1 for what is left. */
function splitSizes(value: unknown, whole: number): number[] {
  if (typeof value === 'number') return new Array<number>(value).fill(whole / value)
  const sizes = value as number[]
  const known = sizes.reduce((total, size) => total + Math.max(size, 0), 0)
  return sizes.map((size) => (size < 0 ? whole - known : size))
}

function slice(x: Node, begin: readonly number[], end: readonly number[], steps?: readonly number[], shape?: Shape): Node {
  const axes = x.shape.map((_, axis) => axis).filter((axis) =>
    begin[axis] !== 0 || end[axis] !== x.shape[axis] || (steps?.[axis] ?? 1) !== 1
  )
  if (axes.length === 0) return x
  const pick = (values: readonly number[]): number[] => axes.map((axis) => values[axis]!)
  const result = shape ?? x.shape.map((_, axis) => end[axis]! - begin[axis]!)
  return operation('Slice', [x], result, x.dtype, {
    starts: pick(begin),
    ends: pick(end),
    axes,
    steps: pick(steps ?? x.shape.map(() => 1)),
  })
}

function sliceBounds(call: Call, shape: Shape): [number[], number[]] {
  const begin = [call.attributes['begin']].flat() as number[]
  const size = [call.attributes['size'] ?? -1].flat() as number[]
  const starts = shape.map((_, axis) => begin[axis] ?? 0)
  return [starts, shape.map((whole, axis) => ((size[axis] ?? -1) < 0 ? whole - starts[axis]! : size[axis]!))]
}

/** TensorFlow.js resolves masks, ellipses and negative bounds; a backward stride that reaches the front ends before it. */
function stridedSlice(call: Call): Node {
  const x = operand(call, 'x')
  const mask = (name: string): number => integer(call, name)
  const info = call.tf.slice_util.sliceInfo(
    [...x.shape],
    integers(call, 'begin'),
    integers(call, 'end'),
    integers(call, 'strides'),
    mask('beginMask'),
    mask('endMask'),
    mask('ellipsisMask'),
    mask('newAxisMask'),
    mask('shrinkAxisMask'),
  )
  const ends = info.end.map((end, axis) => (end < 0 && info.strides[axis]! < 0 ? -(2 ** 31) : end))
  const inner = call.tf.slice_util.computeOutShape(info.begin, info.end, info.strides)
  return reshape(slice(x, info.begin, ends, info.strides, inner), info.finalShape)
}
