// Kernels that a stock TensorFlow.js backend lacks, gets wrong or computes too slowly to use, replaced in that backend.
import type { Tf } from './engine.ts'

type KernelConfig = Parameters<Tf['registerKernel']>[0]
type KernelFunction = KernelConfig['kernelFunc']
type Call = Parameters<KernelFunction>[0]
type Numbers = Float32Array | Int32Array | Uint8Array

interface TensorInfo {
  dataId: object
  shape: number[]
  dtype: 'float32' | 'int32' | 'bool'
}

/** The part of a backend that stores numbers. */
interface Storage {
  readSync(dataId: object): Numbers
  write(values: Numbers, shape: number[], dtype: TensorInfo['dtype']): object
  disposeData(dataId: object, force?: boolean): boolean
}

/** Kernels of the wasm backend that fail on some operands; the plain-JavaScript backend computes those. */
const wrongOnWasm: Readonly<Record<string, (call: Call) => boolean>> = {
  // Reads the bytes of the operand as truth values instead of comparing with 0.
  Cast: ({ attrs }) => attrs?.['dtype'] === 'bool',
  // Writes four bytes for each truth value, over whatever lies behind them.
  Select: ({ inputs }) => (inputs['t'] as unknown as TensorInfo).dtype === 'bool',
}

/** Replaces what is wrong in the backend; doing so twice changes nothing. */
export function repairBackend(tf: Tf, backendName: 'cpu' | 'wasm'): void {
  if (tf.getKernel('UnsortedSegmentSum', backendName)?.kernelFunc === segmentSum) return
  replace(tf, backendName, 'UnsortedSegmentSum', segmentSum)
  if (backendName !== 'wasm') return
  for (const [kernelName, wrong] of Object.entries(wrongOnWasm)) {
    const stock = tf.getKernel(kernelName, 'wasm').kernelFunc
    replace(tf, 'wasm', kernelName, (call) => (wrong(call) ? onPlainJavaScript(tf, kernelName, call) : stock(call)))
  }
}

function replace(tf: Tf, backendName: string, kernelName: string, kernelFunc: KernelFunction): void {
  const former = tf.getKernel(kernelName, backendName)
  if (former) tf.unregisterKernel(kernelName, backendName)
  tf.registerKernel({ ...former, kernelName, backendName, kernelFunc })
}

/** Copies the operands to the plain-JavaScript backend and the result back. */
function onPlainJavaScript(tf: Tf, kernelName: string, { inputs, attrs, backend }: Call): TensorInfo {
  const here = backend as Storage
  const there = tf.findBackend('cpu')
  const storage = there as unknown as Storage
  const copies = Object.entries(inputs as unknown as Record<string, TensorInfo>).map(([name, { dataId, shape, dtype }]) =>
    [name, { dataId: storage.write(here.readSync(dataId), shape, dtype), shape, dtype }] as const
  )
  const call = {
    inputs: Object.fromEntries(copies) as unknown as Call['inputs'],
    backend: there,
    ...(attrs === undefined ? {} : { attrs }),
  }
  const { dataId, shape, dtype } = tf.getKernel(kernelName, 'cpu').kernelFunc(call) as unknown as TensorInfo
  const result = { dataId: here.write(storage.readSync(dataId), shape, dtype), shape, dtype }
  for (const [, copy] of copies) storage.disposeData(copy.dataId, true)
  storage.disposeData(dataId, true)
  return result
}

/**
 * UnsortedSegmentSum, the gradient of `gather`: rows of `x` [...n, ...] are added into row `segmentIds[...n]` of the result
 * [numSegments, ...]; negative ids are dropped. The wasm backend has none, and the stock plain-JavaScript kernel makes one pass
 * over all of `x` for each segment, so that the gradient of an embedding takes vocabulary × tokens × width operations.
 */
const segmentSum: KernelFunction = ({ inputs, attrs, backend }) => {
  const { x, segmentIds } = inputs as unknown as { x: TensorInfo; segmentIds: TensorInfo }
  const { numSegments } = attrs as { numSegments: number }
  const storage = backend as Storage
  const shape = [numSegments, ...x.shape.slice(segmentIds.shape.length)]
  const sums = addRows(storage.readSync(x.dataId), storage.readSync(segmentIds.dataId), shape)
  return { dataId: storage.write(sums, shape, x.dtype), shape, dtype: x.dtype }
}

function addRows(rows: Numbers, ids: ArrayLike<number>, shape: readonly number[]): Numbers {
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
