// Kernels that a stock TensorFlow.js backend lacks or that are too slow to use, supplied for that backend.
import type { Tf } from './engine.ts'

type KernelConfig = Parameters<Tf['registerKernel']>[0]
interface TensorInfo { dataId: object; shape: number[]; dtype: 'float32' | 'int32' }

interface Storage {
  readSync(dataId: object): Float32Array | Int32Array
  write(values: Float32Array | Int32Array, shape: number[], dtype: TensorInfo['dtype']): object
}

/**
 * UnsortedSegmentSum, the gradient of `gather`: rows of `x` [N, …] are added into row `segmentIds[n]` of the result
 * [numSegments, …]; negative ids are dropped. The wasm backend has none, and the stock plain-JavaScript kernel makes one pass
 * over all of `x` for each segment, so that the gradient of an embedding takes vocabulary × tokens × width operations.
 */
export function repairBackend(tf: Tf, backendName: 'cpu' | 'wasm'): void {
  const kernelName = 'UnsortedSegmentSum'
  if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName)
  const kernelFunc: KernelConfig['kernelFunc'] = ({ inputs, attrs, backend }) => {
    const { x, segmentIds } = inputs as unknown as { x: TensorInfo; segmentIds: TensorInfo }
    const { numSegments } = attrs as { numSegments: number }
    const storage = backend as Storage
    const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)]
    const sums = segmentSums(storage.readSync(x.dataId), storage.readSync(segmentIds.dataId), shape)
    return { dataId: storage.write(sums, shape, x.dtype), shape, dtype: x.dtype }
  }
  tf.registerKernel({ kernelName, backendName, kernelFunc })
}

function segmentSums(rows: Float32Array | Int32Array, ids: ArrayLike<number>, shape: readonly number[]): Float32Array | Int32Array {
  const width = shape.slice(1).reduce((product, size) => product * size, 1)
  const size = shape[0]! * width
  const sums = rows instanceof Int32Array ? new Int32Array(size) : new Float32Array(size)
  for (let row = 0; row < ids.length; row++) {
    const target = ids[row]! * width
    if (target < 0) continue
    for (let column = 0; column < width; column++) sums[target + column]! += rows[row * width + column]!
  }
  return sums
}
