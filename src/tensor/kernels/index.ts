// Every TensorFlow.js kernel the graph engine records, one table a family.
import type { KernelTable } from './call.ts'
import { compareKernels } from './compare.ts'
import { createKernels } from './create.ts'
import { elementwiseKernels } from './elementwise.ts'
import { gatherKernels } from './gather.ts'
import { matmulKernels } from './matmul.ts'
import { reduceKernels } from './reduce.ts'
import { shapeKernels } from './shape.ts'

export const kernels: KernelTable = {
  ...elementwiseKernels,
  ...compareKernels,
  ...reduceKernels,
  ...shapeKernels,
  ...matmulKernels,
  ...gatherKernels,
  ...createKernels,
}
