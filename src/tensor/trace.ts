// A TensorFlow.js backend whose kernels record: running a step on it gives the step's graph.
import type { Spec, Step, Tensor, Tf } from './engine.ts'
import { attributed } from './feeds.ts'
import { cast, constant, filled, input, numbers } from './graph.ts'
import type { Constant, Graph, Node } from './graph.ts'
import { elementType } from './kernels/call.ts'
import { kernels } from './kernels/index.ts'
import { withBackend } from './tensorflow.ts'

const backendName = 'trace'

/** What TensorFlow.js hands to `write`; lists of bytes are text, which `elementType` refuses. */
type Written = Parameters<InstanceType<Tf['KernelBackend']>['write']>[0]

interface TraceBackend {
  nodeOf(dataId: object): Node
  /** A new identity for a tensor that stands for the node. */
  hold(node: Node): object
}

/**
 * The graph of a step for the given inputs; `constants` become part of it.
 * Throws an error that names the step when the step throws, reads a tensor's numbers, uses a tensor made outside it,
 * or uses a kernel that is not recorded.
 */
export function trace(
  tf: Tf,
  name: string,
  step: Step,
  inputs: Readonly<Record<string, Spec>>,
  constants: Readonly<Record<string, Constant>>,
): Graph {
  const backend = traceBackend(tf)
  const outputs: Record<string, Node> = {}
  const leaves = new Map<string, Node>([
    ...Object.entries(inputs).map(([key, spec]) => [key, input(key, spec)] as const),
    ...Object.entries(constants),
  ])
  attributed(name, () =>
    withBackend(tf, backendName, () =>
      tf.tidy(() => {
        const tensors = Object.fromEntries([...leaves].map(([key, node]) => [key, tensorFor(tf, backend, node)]))
        for (const [key, tensor] of Object.entries(step(tf, tensors))) outputs[key] = whole(backend.nodeOf(tensor.dataId))
      })), explain)
  return { inputs, outputs }
}

/** Outputs are float32 or int32: truth values become 0 and 1. */
const whole = (node: Node): Node => (node.dtype === 'bool' ? cast(node, 'int32') : node)

function explain(message: string): string {
  const missing = /^Kernel '(\w+)' not registered/.exec(message)?.[1]
  return missing === undefined
    ? message
    : `the TensorFlow.js kernel ${missing} is not recorded by the graph engine; src/tensor/kernels lists those that are`
}

function tensorFor(tf: Tf, backend: TraceBackend, node: Node): Tensor {
  const info = { dataId: backend.hold(node), shape: [...node.shape], dtype: elementType(node.dtype) }
  return tf.engine().makeTensorFromTensorInfo(info)
}

/** Registers the backend and its kernels the first time. */
function traceBackend(tf: Tf): TraceBackend {
  const existing = tf.findBackend(backendName) as unknown as TraceBackend | null
  if (existing) return existing
  const backend = createBackend(tf)
  tf.registerBackend(backendName, () => backend)
  for (const [kernelName, record] of Object.entries(kernels)) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => {
        const given = Object.entries(inputs as Partial<Record<string, Tensor>>).flatMap(([key, tensor]) =>
          tensor === undefined ? [] : [[key, backend.nodeOf(tensor.dataId)] as const]
        ) // optional operands are there as undefined
        const recorded = record({ tf, inputs: Object.fromEntries(given), attributes: { ...attrs } })
        const infos = [recorded].flat().map((node: Node) => ({
          dataId: backend.hold(node),
          shape: [...node.shape],
          dtype: elementType(node.dtype),
        }))
        return Array.isArray(recorded) ? infos : infos[0]!
      },
    })
  }
  return withBackend(tf, backendName, () => backend)
}

function createBackend(tf: Tf): TraceBackend & InstanceType<Tf['KernelBackend']> {
  const nodes = new WeakMap<object, Node>()
  class Backend extends tf.KernelBackend implements TraceBackend {
    nodeOf(dataId: object): Node {
      const node = nodes.get(dataId)
      if (node === undefined) throw new Error('it uses a tensor that was made outside it: pass it as an input or a constant')
      return node
    }

    hold(node: Node): object {
      const dataId = {}
      nodes.set(dataId, node)
      return dataId
    }

    override write(values: Written, shape: number[], dtype: string): object {
      return this.hold(literal(values, shape, elementType(dtype)))
    }

    override move(): void {
      throw new Error('it uses a tensor that was made outside it: pass it as an input or a constant')
    }

    override readSync(): never {
      throw new Error('it reads the numbers of a tensor, which a graph does not know')
    }

    override read(): never {
      return this.readSync()
    }

    override disposeData(): boolean {
      return true
    }

    override incRef(): void {}
    override refCount(): number {
      return 1
    }
    override numDataIds(): number {
      return 0
    }
    override dispose(): void {}
    override floatPrecision(): 32 {
      return 32
    }
    override epsilon(): number {
      return 1e-7
    }
    override timerAvailable(): boolean {
      return false
    }
  }
  return new Backend()
}

/** A tensor the step writes out; one number everywhere is kept as that number. */
function literal(values: Written, shape: number[], dtype: 'float32' | 'int32' | 'bool'): Node {
  // A table of several megabytes is kept as it is, not number by number; TensorFlow.js does not write to it again.
  const typed = (values instanceof Float32Array && dtype === 'float32') || (values instanceof Int32Array && dtype === 'int32')
  const list: ArrayLike<number> = typed ? values : Array.from(values, Number)
  const first = list[0]
  if (first === undefined || list.length === 1 || !everywhere(list, first)) {
    return typed ? constant(values, shape, dtype) : numbers(Array.from(list), shape, dtype)
  }
  return filled(first, shape, dtype)
}

function everywhere(list: ArrayLike<number>, value: number): boolean {
  for (let index = 0; index < list.length; index++) if (!Object.is(list[index], value)) return false
  return true
}
