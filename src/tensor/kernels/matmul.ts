// Matrix products. Transposes are recorded beside them and folded in by the simplifier.
import type { Shape } from '../engine.ts'
import { broadcast, elementwise, operation, transpose } from '../graph.ts'
import type { Node } from '../graph.ts'
import { flag, operand } from './call.ts'
import type { Call, KernelTable } from './call.ts'
import { activation } from './elementwise.ts'

export const matmulKernels: KernelTable = {
  BatchMatMul: product,
  _FusedMatMul: (call) => {
    const { bias } = call.inputs
    const whole = product(call)
    const alpha = call.attributes['leakyreluAlpha']
    const sum = bias === undefined ? whole : elementwise('Add', [whole, bias])
    return activation(String(call.attributes['activation'] ?? 'linear'), sum, typeof alpha === 'number' ? alpha : 0)
  },
}

function product(call: Call): Node {
  const a = flag(call, 'transposeA') ? swapLast(operand(call, 'a')) : operand(call, 'a')
  const b = flag(call, 'transposeB') ? swapLast(operand(call, 'b')) : operand(call, 'b')
  return operation('MatMul', [a, b], productShape(a.shape, b.shape), 'float32')
}

function productShape(a: Shape, b: Shape): number[] {
  return [...broadcast(a.slice(0, -2), b.slice(0, -2)), a.at(-2)!, b.at(-1)!]
}

function swapLast(x: Node): Node {
  const axes = x.shape.map((_, axis) => axis)
  const last = axes.length - 1
  return transpose(x, [...axes.slice(0, -2), last, last - 1])
}
