// Rules on operations that move numbers without changing them.
import { broadcast, cast, operation, reshape, transpose } from '../graph.ts'
import type { Node } from '../graph.ts'
import type { Shape } from '../engine.ts'
import { sameShape } from '../feeds.ts'
import { isOperation, listOf } from './rule.ts'
import type { Rule } from './rule.ts'

const movers = new Set(['Reshape', 'Expand', 'Tile'])

/** Operators whose operands broadcast (NumPy's rules). */
const broadcasting = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Pow',
  'Max',
  'Min',
  'Mod',
  'Where',
  'And',
  'Or',
  'Xor',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
])

const broadcastAll = (inputs: readonly Node[]): Shape => inputs.map((input) => input.shape).reduce(broadcast)

/** Operators that broadcast leading axes alone: the shape of the result, empty where an operand has too few axes. */
const resultShape: Readonly<Record<string, (inputs: readonly Node[]) => Shape>> = {
  MatMul: ([a, b]) => {
    if (a!.shape.length < 2 || b!.shape.length < 2 || a!.shape.at(-1) !== b!.shape.at(-2)) return []
    return [...broadcast(a!.shape.slice(0, -2), b!.shape.slice(0, -2)), a!.shape.at(-2)!, b!.shape.at(-1)!]
  },
}

export const movementRules: Readonly<Record<string, Rule>> = {
  'what keeps the shape is nothing': (
    node,
  ) => (movers.has(node.op) && sameShape(node.shape, node.inputs[0]!.shape) ? node.inputs[0] : undefined),

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

  'a cast to the same type is nothing': (
    node,
  ) => (node.op === 'Cast' && node.inputs[0]!.dtype === node.dtype ? node.inputs[0] : undefined),

  'a truth value needs one cast': (node) => {
    const [x] = node.inputs
    return node.op === 'Cast' && isOperation(x, 'Cast') && x.inputs[0]!.dtype === 'bool'
      ? cast(x.inputs[0]!, node.dtype)
      : undefined
  },

  'repeating an axis of size 1 is a broadcast': (node) => {
    const [x] = node.inputs
    const stretches = node.op === 'Tile' && node.shape.every((size, axis) => size === x!.shape[axis] || x!.shape[axis] === 1)
    return stretches ? operation('Expand', [x!], node.shape, node.dtype) : undefined
  },

  'operands broadcast by themselves': (node) => {
    const shapeOf = resultShape[node.op] ?? (broadcasting.has(node.op) ? broadcastAll : undefined)
    if (shapeOf === undefined) return undefined
    for (const [index, each] of node.inputs.entries()) {
      const inner = isOperation(each, 'Expand') ? each.inputs[0]! : undefined
      if (inner === undefined) continue
      const inputs = node.inputs.with(index, inner)
      if (sameShape(shapeOf(inputs), node.shape)) return { ...node, inputs }
    }
    return undefined
  },

  'a sum along axes of size 1 is a reshape': (node) => {
    if (!node.op.startsWith('Reduce')) return undefined
    const [x] = node.inputs
    return listOf(node, 'axes').every((axis) => x!.shape[axis] === 1) ? reshape(x!, node.shape) : undefined
  },
}
