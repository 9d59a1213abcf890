// The graph engine: a step is traced once per shape, simplified, written as ONNX and run by ONNX Runtime.
import type * as onnxruntime from 'onnxruntime-node'
import type { DType, Engine, Kernel, Shape, Spec, Step, Tf, Value, Values } from './engine.ts'
import { attributed, checkConstants, checkFeeds, ownedCopy } from './feeds.ts'
import { hasFree, isFree, probed, unify } from './free.ts'
import { constant, inOrder } from './graph.ts'
import type { Constant, Graph } from './graph.ts'
import { inputName, outputName, serialize, usedInputs } from './onnx.ts'
import { keptSessions } from './sessions.ts'
import type { Lease } from './sessions.ts'
import { simplify } from './simplify.ts'
import { trace } from './trace.ts'

export type OnnxRuntime = typeof onnxruntime
type OrtTensor = onnxruntime.Tensor

export interface GraphOptions {
  readonly tf: Tf
  readonly ort: OnnxRuntime
  readonly name: string
  readonly identity: string
  readonly threads: number
}

class GraphValue implements Value {
  readonly shape: Shape
  readonly dtype: DType
  /** The numbers and the runtime's tensor over the same memory; gone once disposed. */
  #held: { readonly data: Float32Array | Int32Array; readonly tensor: OrtTensor } | undefined

  constructor(data: Float32Array | Int32Array, shape: Shape, dtype: DType, tensor: OrtTensor) {
    this.shape = shape
    this.dtype = dtype
    this.#held = { data, tensor }
  }

  get held(): { readonly data: Float32Array | Int32Array; readonly tensor: OrtTensor } {
    if (this.#held === undefined) throw new Error('a value is used after it was disposed')
    return this.#held
  }

  async read(): Promise<Float32Array | Int32Array> {
    return this.held.data.slice()
  }

  async take(): Promise<Float32Array | Int32Array> {
    const { data } = this.held
    this.dispose()
    return data
  }

  /** The memory belongs to JavaScript: letting go of it is enough. */
  dispose(): void {
    this.#held = undefined
  }
}

export function graphEngine({ tf, ort, name, identity, threads }: GraphOptions): Engine {
  const sessions = keptSessions((bytes) => ort.InferenceSession.create(bytes, sessionOptions(threads)), keptIdle)
  const compilation = { sessions: 0, milliseconds: 0 }
  return {
    name,
    identity,
    freeLengths: true,
    value: (data, shape) => over(ort, ownedCopy(data, shape), shape),
    borrow: (data, shape) => over(ort, data, shape),
    compile: async (kernel, step, inputs, constants = {}) => {
      checkConstants(kernel, inputs, constants)
      const started = performance.now()
      const graph = traceSimplified(tf, kernel, step, inputs, constants)
      const lease = await sessions.open(serialize(graph), heldBytes(graph))
      compilation.sessions = sessions.created
      compilation.milliseconds += performance.now() - started
      return graphKernel(kernel, graph, lease)
    },
    compilation,
    dispose: async () => sessions.close(),
  }
}

/** Sessions kept for later stages of the same shapes: few, and not those of large models, whose memory is worth more than their compilation. */
const keptIdle = { most: 16, bytes: 2 ** 30 }

/** At least what a session may keep allocated between runs: all its constants and intermediate results; free lengths count as 64. */
function heldBytes(graph: Graph): number {
  const elements = inOrder(Object.values(graph.outputs)).reduce(
    (total, { shape }) => total + shape.reduce((product, size) => product * (isFree(size) ? 64 : size), 1), 0)
  return 4 * elements
}

function over(ort: OnnxRuntime, data: Float32Array | Int32Array, shape: Shape): GraphValue {
  const dtype = data instanceof Int32Array ? 'int32' : 'float32'
  return new GraphValue(data, [...shape], dtype, new ort.Tensor(dtype, data, shape))
}

/** The step's graph as it will run, for engines and for those who want to look at it. */
export function traceSimplified(
  tf: Tf,
  kernel: string,
  step: Step,
  inputs: Readonly<Record<string, Spec>>,
  constants: Values = {},
): Graph {
  const specs = Object.fromEntries(Object.entries(inputs).map(([key, { shape, dtype }]) => [key, { shape, dtype }]))
  const fixed = Object.fromEntries(Object.entries(constants).map(([key, value]) => [key, constantFrom(kernel, key, value)]))
  const traced = (sizes: Readonly<Record<string, Spec>>): Graph => simplify(trace(tf, kernel, step, sizes, fixed))
  if (!hasFree(specs)) return traced(specs)
  return attributed(kernel, () => unify(traced(probed(specs, 0)), traced(probed(specs, 1)), specs))
}

function sessionOptions(threads: number): onnxruntime.InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableMemPattern: false, // plans for the worst case: twice the memory at large sizes, no gain in time
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } }, // waiting threads must not take the cores of other workers
  }
}

function graphKernel(name: string, graph: Graph, { session, release }: Lease): Kernel {
  const used = usedInputs(graph)
  const outputs = Object.entries(graph.outputs)
  return {
    run: async (inputs) => {
      checkFeeds(name, graph.inputs, inputs)
      const feeds = Object.fromEntries(used.map((key) => [inputName(key), own(name, key, inputs[key]!).held.tensor]))
      const results = await session.run(feeds)
      return Object.fromEntries(
        outputs.map(([key, { dtype }]) => [key, valueFrom(results[outputName(key)]!, dtype)]),
      )
    },
    dispose: release,
  }
}

function valueFrom(tensor: OrtTensor, dtype: string): GraphValue {
  const { data, dims } = tensor
  if (!(data instanceof Float32Array || data instanceof Int32Array)) {
    throw new Error(`the runtime returned ${tensor.type}, not ${dtype}`)
  }
  return new GraphValue(data, dims, data instanceof Int32Array ? 'int32' : 'float32', tensor)
}

function constantFrom(kernel: string, key: string, value: Value): Constant {
  const { shape, dtype, held } = own(kernel, key, value)
  return constant(held.data, shape, dtype)
}

function own(kernel: string, key: string, value: Value): GraphValue {
  if (!(value instanceof GraphValue)) throw new Error(`${kernel}: ${key} belongs to another engine`)
  return value
}
