// Rules that let a matrix product read a transposed operand in place (Microsoft's FusedMatMul).
import { operation } from '../graph.ts'
import type { Attributes, Node, Operation } from '../graph.ts'
import { isOperation, listOf } from './rule.ts'
import type { Rule } from './rule.ts'

/** What is under a transpose of the last two axes alone. */
function underSwap(node: Node | undefined): Node | undefined {
  if (!isOperation(node, 'Transpose')) return undefined
  const last = node.shape.length - 1
  const swapped = listOf(node, 'perm').every((axis, index) =>
    axis === (index === last ? last - 1 : index === last - 1 ? last : index)
  )
  return swapped ? node.inputs[0] : undefined
}

const isProduct = (node: Operation): boolean => node.op === 'MatMul' || node.op === 'FusedMatMul'

const fold = (which: 0 | 1, attribute: 'transA' | 'transB'): Rule => (node) => {
  const inner = isProduct(node) ? underSwap(node.inputs[which]) : undefined
  // FusedMatMul of a zero-length axis ends the process, so such products stay plain.
  if (inner === undefined || node.inputs.some((each) => each.shape.includes(0))) return undefined
  const before = node.attributes[attribute] === 1
  const attributes: Attributes = { transA: 0, transB: 0, ...node.attributes, [attribute]: before ? 0 : 1 }
  return operation('FusedMatMul', node.inputs.with(which, inner), node.shape, node.dtype, attributes)
}

export const matmulRules: Readonly<Record<string, Rule>> = {
  'the left operand is read transposed': fold(0, 'transA'),
  'the right operand is read transposed': fold(1, 'transB'),
}
