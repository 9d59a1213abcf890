// Rules on arithmetic; each gives the same float32 bits (a zero may lose its sign).
import { elementwise, operation } from '../graph.ts'
import type { Node, Operation } from '../graph.ts'
import { sameShape } from '../feeds.ts'
import { isOperation, uniformValue } from './rule.ts'
import type { Rule } from './rule.ts'

/** The operand that is left when the other is the number that changes nothing, provided that broadcasting does not enlarge it. */
function neutral(node: Operation, value: number, side: 'left' | 'right'): Node | undefined {
  const [left, right] = node.inputs
  const [kept, number] = side === 'left' ? [right!, left!] : [left!, right!]
  return uniformValue(number) === value && sameShape(kept.shape, node.shape) ? kept : undefined
}

const negated = (node: Node | undefined): Node | undefined => (isOperation(node, 'Neg') ? node.inputs[0] : undefined)

export const arithmeticRules: Readonly<Record<string, Rule>> = {
  'x·1 is x': (node) => (node.op === 'Mul' ? neutral(node, 1, 'right') ?? neutral(node, 1, 'left') : undefined),
  'x/1 is x': (node) => (node.op === 'Div' ? neutral(node, 1, 'right') : undefined),
  'x+0 is x': (node) => (node.op === 'Add' ? neutral(node, 0, 'right') ?? neutral(node, 0, 'left') : undefined),
  'x−0 is x': (node) => (node.op === 'Sub' ? neutral(node, 0, 'right') : undefined),
  'x^1 is x': (node) => (node.op === 'Pow' ? neutral(node, 1, 'right') : undefined),

  'x^2 is x·x': (node) => {
    const [x, exponent] = node.inputs
    return node.op === 'Pow' && uniformValue(exponent) === 2 && sameShape(x!.shape, node.shape)
      ? elementwise('Mul', [x!, x!])
      : undefined
  },

  '−(−x) is x': (node) => (node.op === 'Neg' ? negated(node.inputs[0]) : undefined),

  'a+(−b) is a−b': (node) => {
    if (node.op !== 'Add') return undefined
    const [left, right] = node.inputs
    const [minusLeft, minusRight] = node.inputs.map(negated)
    if (minusRight !== undefined) return elementwise('Sub', [left!, minusRight])
    return minusLeft === undefined ? undefined : elementwise('Sub', [right!, minusLeft])
  },

  'a−(−b) is a+b': (node) => {
    const minus = node.op === 'Sub' ? negated(node.inputs[1]) : undefined
    return minus === undefined ? undefined : elementwise('Add', [node.inputs[0]!, minus])
  },

  'a·(−1) is −a': (node) => {
    const kept = node.op === 'Mul' ? neutral(node, -1, 'right') ?? neutral(node, -1, 'left') : undefined
    return kept === undefined ? undefined : operation('Neg', [kept], kept.shape, kept.dtype)
  },
}
