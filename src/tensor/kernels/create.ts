// Tensors out of nothing: their numbers are known while recording.
import { filled, numbers } from '../graph.ts'
import { elementType, integer, integers, operand } from './call.ts'
import type { KernelTable } from './call.ts'

export const createKernels: KernelTable = {
  Fill: (call) => filled(integer(call, 'value'), integers(call, 'shape'), elementType(call.attributes['dtype'])),
  ZerosLike: (call) => filled(0, operand(call, 'x').shape, operand(call, 'x').dtype),
  OnesLike: (call) => filled(1, operand(call, 'x').shape, operand(call, 'x').dtype),
  Range: (call) => {
    const start = integer(call, 'start')
    const step = integer(call, 'step')
    const count = Math.max(0, Math.ceil((integer(call, 'stop') - start) / step))
    return numbers(
      Array.from({ length: count }, (_, index) => start + index * step),
      [count],
      elementType(call.attributes['dtype']),
    )
  },
  LinSpace: (call) => {
    const start = integer(call, 'start')
    const count = integer(call, 'num')
    const step = count > 1 ? (integer(call, 'stop') - start) / (count - 1) : 0
    return numbers(Array.from({ length: count }, (_, index) => start + index * step), [count], 'float32')
  },
}
