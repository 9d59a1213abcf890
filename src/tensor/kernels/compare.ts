// Comparisons and logic: results are truth values.
import { cast, elementwise, operation } from '../graph.ts'
import type { Node } from '../graph.ts'
import { operand } from './call.ts'
import type { Call, KernelTable, Recorder } from './call.ts'

const not = (x: Node): Node => operation('Not', [x], x.shape, 'bool')

/** ONNX orders numbers, not truth values. */
const ordered = (call: Call, name: string): Node => {
  const node = operand(call, name)
  return node.dtype === 'bool' ? cast(node, 'int32') : node
}

const compare = (op: string): Recorder => (call) => elementwise(op, [ordered(call, 'a'), ordered(call, 'b')], 'bool')
const logic = (op: string): Recorder => (call) =>
  elementwise(op, [cast(operand(call, 'a'), 'bool'), cast(operand(call, 'b'), 'bool')])
const test = (f: (x: Node) => Node): Recorder => (call) => f(cast(operand(call, 'x'), 'float32'))

const isNaN = (x: Node): Node => operation('IsNaN', [x], x.shape, 'bool')
const isInfinite = (x: Node): Node => operation('IsInf', [x], x.shape, 'bool')

export const compareKernels: KernelTable = {
  Equal: compare('Equal'),
  NotEqual: (call) => not(elementwise('Equal', [ordered(call, 'a'), ordered(call, 'b')], 'bool')),
  Greater: compare('Greater'),
  GreaterEqual: compare('GreaterOrEqual'),
  Less: compare('Less'),
  LessEqual: compare('LessOrEqual'),
  LogicalAnd: logic('And'),
  LogicalOr: logic('Or'),
  LogicalNot: (call) => not(cast(operand(call, 'x'), 'bool')),
  IsNan: test(isNaN),
  IsInf: test(isInfinite),
  IsFinite: test((x) => not(elementwise('Or', [isNaN(x), isInfinite(x)]))),
}
