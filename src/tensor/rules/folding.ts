// Rules that compute with constants beforehand, only where float32 rounding leaves no choice of result.
import { elementCount } from '../feeds.ts'
import { constant, numbers, operation } from '../graph.ts'
import type { Constant, Node, Operation } from '../graph.ts'
import type { Rule } from './rule.ts'

/** Larger constants are left to the runtime. */
const foldedElements = 1024

/** Correctly rounded functions: double precision, rounded once more to float32, gives the same (Figueroa, 1995). */
const functions: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Neg: (a) => -a,
  Abs: (a) => Math.abs(a),
  Sqrt: (a) => Math.sqrt(a),
  Reciprocal: (a) => 1 / a,
}

const known = (node: Node): Constant | undefined => (node.kind === 'constant' ? node : undefined)

/** Operands of one element stand for as many as are needed; others must have the result's size. */
function evaluate(node: Operation): Constant | undefined {
  const f = functions[node.op]
  const count = elementCount(node.shape)
  if (f === undefined || node.dtype !== 'float32' || count > foldedElements) return undefined
  const operands = node.inputs.map(known)
  if (!operands.every((each) => each !== undefined && (each.data.length === 1 || each.data.length === count))) return undefined
  const at = (which: number, index: number): number => {
    const data = operands[which]?.data ?? [0]
    return Number(data.length === 1 ? data[0] : data[index])
  }
  return numbers(Array.from({ length: count }, (_, index) => f(at(0, index), at(1, index))), node.shape, 'float32')
}

export const foldingRules: Readonly<Record<string, Rule>> = {
  'arithmetic on small constants is done now': evaluate,

  'arithmetic on broadcast constants is done once': (node) => {
    if (functions[node.op] === undefined || node.dtype !== 'float32' || elementCount(node.shape) <= 1) return undefined
    const inner = node.inputs.map((each) => (each.kind === 'operation' && each.op === 'Expand' ? each.inputs[0]! : each))
    if (!inner.every((each) => each.kind === 'constant' && each.shape.length === 0)) return undefined
    const single = evaluate(operation(node.op, inner, [], 'float32'))
    return single === undefined ? undefined : operation('Expand', [single], node.shape, 'float32')
  },

  'a constant is reshaped now': (node) => {
    const [x] = node.inputs
    return node.op === 'Reshape' && x?.kind === 'constant' ? constant(x.data, node.shape, x.dtype) : undefined
  },

  'a small constant is cast now': (node) => {
    const [x] = node.inputs
    if (node.op !== 'Cast' || x?.kind !== 'constant' || elementCount(x.shape) > foldedElements) return undefined
    const values = Array.from(x.data, Number)
    if (node.dtype === 'bool') return numbers(values.map((value) => (value === 0 ? 0 : 1)), x.shape, 'bool')
    const exact = node.dtype === 'float32' || values.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31)
    return exact ? numbers(values, x.shape, node.dtype) : undefined
  },
}
