// Rules on operations that move numbers without changing them.
import { broadcast, cast, operation, reshape, transpose } from '../graph.ts'
import type { Node, Operation } from '../graph.ts'
import { sameShape } from '../feeds.ts'
import { isOperation, listOf } from './rule.ts'
import type { Rule } from './rule.ts'

const movers = new Set(['Reshape', 'Expand', 'Tile'])

/** Operators whose operands broadcast (NumPy's rules). */
export const broadcasting = new Set([
  'Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Mod', 'Where', 'And', 'Or', 'Xor',
  'Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual',
])

export const movementRules: Readonly<Record<string, Rule>> = {
  'what keeps the shape is nothing': (node) => (movers.has(node.op) && sameShape(node.shape, node.inputs[0]!.shape) ? node.inputs[0] : undefined),

  'the last of two reshapes decides': (node) => {
    const [x] = node.inputs
    return node.op === 'Reshape' && isOperation(x, 'Reshape') ? reshape(x.inputs[0]!, node.shape) : undefined
  },

  'a broadcast number has any shape': (node) => {
    const [x] = node.inputs
    const number = node.op === 'Reshape' && isOperation(x, 'Expand') ? x.inputs[0] : undefined
    return number?.shape.length === 0 ? operation('Expand', [number], node.shape, node.dtype) : undefined
  },

  'a transpose in order is nothing': (node) =>
    node.op === 'Transpose' && listOf(node, 'perm').every((axis, index) => axis === index) ? node.inputs[0] : undefined,

  'two transposes are one': (node) => {
    const [x] = node.inputs
    if (node.op !== 'Transpose' || !isOperation(x, 'Transpose')) return undefined
    const inner = listOf(x, 'perm')
    return transpose(x.inputs[0]!, listOf(node, 'perm').map((axis) => inner[axis]!))
  },

  'moving axes of size 1 is a reshape': (node) => {
    if (node.op !== 'Transpose') return undefined
    const [x] = node.inputs
    const moved = listOf(node, 'perm').filter((axis) => x!.shape[axis] !== 1)
    return moved.every((axis, index) => index === 0 || axis > moved[index - 1]!) ? reshape(x!, node.shape) : undefined
  },

  'a cast to the same type is nothing': (node) => (node.op === 'Cast' && node.inputs[0]!.dtype === node.dtype ? node.inputs[0] : undefined),

  'a truth value needs one cast': (node) => {
    const [x] = node.inputs
    return node.op === 'Cast' && isOperation(x, 'Cast') && x.inputs[0]!.dtype === 'bool' ? cast(x.inputs[0]!, node.dtype) : undefined
  },

  'operands broadcast by themselves': (node) => {
    if (!broadcasting.has(node.op)) return undefined
    for (const [index, each] of node.inputs.entries()) {
      const inputs = isOperation(each, 'Expand') ? node.inputs.with(index, each.inputs[0]!) : undefined
      if (inputs !== undefined && sameShape(inputs.map((input) => input.shape).reduce(broadcast), node.shape)) return withInputs(node, inputs)
    }
    return undefined
  },

  'a sum along axes of size 1 is a reshape': (node) => {
    if (!node.op.startsWith('Reduce')) return undefined
    const [x] = node.inputs
    return listOf(node, 'axes').every((axis) => x!.shape[axis] === 1) ? reshape(x!, node.shape) : undefined
  },
}

export const withInputs = (node: Operation, inputs: readonly Node[]): Operation => ({ ...node, inputs })
