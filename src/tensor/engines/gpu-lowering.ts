// How a traced step is written for a GPU provider: standard operators that have a GPU kernel everywhere, and no sum whose order
// depends on which thread comes first. What the CPU provider does better in other ways is left to its own rules.
import { elementCount } from '../feeds.ts'
import { cast, elementwise, numbers, operation, reshape, scalar } from '../graph.ts'
import type { ElementType, Node, Operation } from '../graph.ts'
import { arithmeticRules } from '../rules/arithmetic.ts'
import { foldingRules } from '../rules/folding.ts'
import { movementRules } from '../rules/movement.ts'
import { isOperation, listOf, uniformValue } from '../rules/rule.ts'
import type { Rule } from '../rules/rule.ts'

/** The matrix under a transpose. */
function underTranspose(node: Node | undefined): Node | undefined {
  return isOperation(node, 'Transpose') && listOf(node, 'perm').join() === '1,0' ? node.inputs[0] : undefined
}

const isMatrixProduct = (node: Operation): boolean =>
  (node.op === 'MatMul' || node.op === 'Gemm') && node.inputs.every(({ shape }) => shape.length === 2 && !shape.includes(0))

const readTransposed = (which: 0 | 1, attribute: 'transA' | 'transB'): Rule => (node) => {
  const inner = isMatrixProduct(node) ? underTranspose(node.inputs[which]) : undefined
  if (inner === undefined) return undefined
  const attributes = { transA: 0, transB: 0, ...node.attributes, [attribute]: node.attributes[attribute] === 1 ? 0 : 1 }
  return operation('Gemm', node.inputs.with(which, inner), node.shape, node.dtype, attributes)
}

/** The ids [count, 1] that a scatter repeats along each row. */
function rowIds(indices: Node): Node | undefined {
  const narrow = isOperation(indices, 'Expand') ? indices.inputs[0]! : indices
  return narrow.shape.length === 2 && narrow.shape[1] === 1 ? narrow : undefined
}

const counted = (count: number, dtype: ElementType): Node =>
  numbers(Array.from({ length: count }, (_, index) => index), [count], dtype)

const lowering: Readonly<Record<string, Rule>> = {
  // Batches of matrices keep their transposes: Gemm takes none, and FusedMatMul has no GPU kernel in WebGPU.
  'a product reads its left matrix transposed': readTransposed(0, 'transA'),
  'a product reads its right matrix transposed': readTransposed(1, 'transB'),

  /**
   * Rows added into segments: GPUs scatter with atomic additions, in another order each time. The product of the one-hot matrix
   * [count, segments], transposed, with the rows [count, width] adds them in the same order always.
   */
  'rows are added into segments by a product': (node) => {
    const [into, indices, rows] = node.inputs
    if (node.op !== 'ScatterElements' || node.attributes['reduction'] !== 'add' || node.dtype !== 'float32') return undefined
    const ids = node.attributes['axis'] === 0 && uniformValue(into) === 0 ? rowIds(indices!) : undefined
    if (ids === undefined || elementCount(rows!.shape) === 0) return undefined
    const segments = node.shape[0]!
    const hits = cast(elementwise('Equal', [ids, counted(segments, ids.dtype)], 'bool'), 'float32')
    const flat = reshape(rows!, [ids.shape[0]!, elementCount(rows!.shape.slice(1))])
    return reshape(operation('Gemm', [hits, flat], [segments, flat.shape[1]!], 'float32', { transA: 1, transB: 0 }), node.shape)
  },

  /**
   * Where the extreme along an axis stands: WebGPU's own answer is int64, which it then cannot convert. The least position at
   * which the extreme is found; the last position where there is none, among numbers that are not.
   */
  'the place of an extreme is the least that holds it': (node) => {
    const [place] = node.inputs
    if (node.op !== 'Cast' || node.dtype !== 'int32') return undefined
    if (!isOperation(place, 'ArgMax') && !isOperation(place, 'ArgMin')) return undefined
    const x = place.inputs[0]!
    const axis = Number(place.attributes['axis'])
    const count = x.shape[axis]!
    const kept = { axes: [axis], keepdims: 1 }
    const extreme = operation(place.op === 'ArgMax' ? 'ReduceMax' : 'ReduceMin', [x], x.shape.with(axis, 1), x.dtype, kept)
    const places = reshape(counted(count, 'int32'), x.shape.map((size, each) => (each === axis ? size : 1)))
    const found = elementwise('Where', [elementwise('Equal', [x, extreme], 'bool'), places, scalar(count - 1, 'int32')], 'int32')
    return reshape(operation('ReduceMin', [found], extreme.shape, 'int32', kept), node.shape)
  },
}

/** In the order they are tried. */
export const gpuRules: Readonly<Record<string, Rule>> = { ...movementRules, ...arithmeticRules, ...foldingRules, ...lowering }
