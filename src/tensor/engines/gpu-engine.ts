// The graph engine on a GPU provider of ONNX Runtime. What a step gives stays where the provider left it, on the device
// where it can, and feeds the next run from there; numbers travel only when they are read.
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { DType, Engine, Kernel, Shape, Spec, Step, Tf, Value, Values } from '../engine.ts'
import { checkConstants, checkFeeds, elementCount, ownedCopy } from '../feeds.ts'
import { constant, inOrder } from '../graph.ts'
import type { Constant, Graph } from '../graph.ts'
import type { OnnxRuntime } from '../graph-engine.ts'
import { inputName, outputName, serialize, usedInputs } from '../onnx.ts'
import { simplify } from '../simplify.ts'
import { trace } from '../trace.ts'
import { gpuRules } from './gpu-lowering.ts'
import { identityModel } from './identity-model.ts'

export interface GpuOptions {
  readonly tf: Tf
  readonly ort: OnnxRuntime
  readonly name: string
  readonly identity: string
  readonly provider: 'webgpu' | 'cuda'
}

/** Brings a tensor's numbers to the host. */
type Download = (tensor: OrtTensor) => Promise<OrtTensor>

class GpuValue implements Value {
  readonly shape: Shape
  readonly dtype: DType
  readonly #download: Download
  #tensor: OrtTensor | undefined

  constructor(tensor: OrtTensor, shape: Shape, dtype: DType, download: Download) {
    this.shape = shape
    this.dtype = dtype
    this.#download = download
    this.#tensor = tensor
  }

  get tensor(): OrtTensor {
    if (this.#tensor === undefined) throw new Error('a value is used after it was disposed')
    return this.#tensor
  }

  async read(): Promise<Float32Array | Int32Array> {
    if (elementCount(this.shape) === 0) return this.dtype === 'int32' ? new Int32Array() : new Float32Array()
    if (this.tensor.location === 'cpu') return numbersOf(this.tensor).slice()
    return numbersOf(await this.#download(this.tensor))
  }

  /** Memory of the device is not collected: whoever does not dispose loses it. */
  dispose(): void {
    if (this.#tensor !== undefined && this.#tensor.location !== 'cpu') this.#tensor.dispose()
    this.#tensor = undefined
  }
}

export function gpuEngine({ tf, ort, name, identity, provider }: GpuOptions): Engine {
  const { download, release } = downloader(ort, provider)
  return {
    name,
    identity,
    value: (data, shape) => {
      const dtype = data instanceof Int32Array ? 'int32' : 'float32'
      return new GpuValue(new ort.Tensor(dtype, ownedCopy(data, shape), shape), [...shape], dtype, download)
    },
    compile: async (kernel, step, inputs, constants = {}) => {
      checkConstants(kernel, inputs, constants)
      const graph = await gpuGraph(tf, kernel, step, inputs, constants)
      const session = await ort.InferenceSession.create(serialize(graph), sessionOptions(provider, 'device'))
        .catch((error: Error) => refuse(kernel, provider, graph, error))
      return gpuKernel(kernel, graph, session, download)
    },
    dispose: release,
  }
}

/** The step's graph as it will run. */
async function gpuGraph(
  tf: Tf, kernel: string, step: Step, inputs: Readonly<Record<string, Spec>>, constants: Values,
): Promise<Graph> {
  const specs = Object.fromEntries(Object.entries(inputs).map(([key, { shape, dtype }]) => [key, { shape, dtype }]))
  const fixed: Record<string, Constant> = {}
  for (const [key, value] of Object.entries(constants)) {
    const { shape, dtype } = own(kernel, key, value)
    fixed[key] = constant(await value.read(), shape, dtype)
  }
  return simplify(trace(tf, kernel, step, specs, fixed), gpuRules)
}

/** Says what a step uses where the runtime only says that something has no kernel. */
function refuse(kernel: string, provider: string, graph: Graph, error: Error): never {
  if (!/fallback to CPU EP has been explicitly disabled/.test(error.message)) throw error
  const operators = new Set(inOrder(Object.values(graph.outputs)).flatMap((node) => (node.kind === 'operation' ? [node.op] : [])))
  const list = [...operators].sort().join(', ')
  throw new Error(`step ${kernel}: one of its operators has no ${provider} kernel for its element type (${list})`)
}

/**
 * Every operation must have a kernel of the provider: one that fell back to the CPU would cost two journeys of its operands
 * each run, and nobody would be told. CUDA's outputs come back to the host; the Node binding knows no other place for them.
 */
function sessionOptions(provider: GpuOptions['provider'], outputs: 'device' | 'host'): InferenceSession.SessionOptions {
  return {
    executionProviders: [{ name: provider }],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableMemPattern: false,
    logSeverityLevel: 4, // what fails is thrown as well,
    ...(provider === 'webgpu' && outputs === 'device' ? { preferredOutputLocation: 'gpu-buffer' } : {}),
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  }
}

/**
 * Opens the provider with the least session there is: what `look` finds while it is alive, or the first line of why it
 * does not open.
 */
export async function tryProvider<T>(ort: OnnxRuntime, provider: GpuOptions['provider'], look: () => T): Promise<T | string> {
  try {
    const session = await ort.InferenceSession.create(identityModel('float32'), sessionOptions(provider, 'host'))
    const found = look()
    await session.release()
    return found
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return message.trim().split('\n')[0]!
  }
}

function gpuKernel(name: string, graph: Graph, session: InferenceSession, download: Download): Kernel {
  const used = usedInputs(graph)
  const outputs = Object.entries(graph.outputs)
  let released = false
  return {
    run: async (inputs) => {
      checkFeeds(name, graph.inputs, inputs)
      const feeds = Object.fromEntries(used.map((key) => [inputName(key), own(name, key, inputs[key]!).tensor]))
      const results = await session.run(feeds)
      return Object.fromEntries(outputs.map(([key, { shape, dtype }]) =>
        [key, new GpuValue(results[outputName(key)]!, shape, dtype === 'int32' ? 'int32' : 'float32', download)]))
    },
    dispose: () => {
      if (!released) void session.release()
      released = true
    },
  }
}

/**
 * The Node binding cannot read a tensor on the device, and ends the process when asked to: a session that gives its input back
 * on the host can. There is one for each element type, made when first needed.
 */
function downloader(ort: OnnxRuntime, provider: GpuOptions['provider']): { download: Download; release: () => Promise<void> } {
  const sessions = new Map<string, Promise<InferenceSession>>()
  const sessionFor = (dtype: DType): Promise<InferenceSession> => {
    const session = sessions.get(dtype) ?? ort.InferenceSession.create(identityModel(dtype), sessionOptions(provider, 'host'))
    sessions.set(dtype, session)
    return session
  }
  return {
    download: async (tensor) => {
      const session = await sessionFor(tensor.type === 'int32' ? 'int32' : 'float32')
      return (await session.run({ [inputName('x')]: tensor }))[outputName('x')]!
    },
    release: async () => {
      for (const session of sessions.values()) await (await session).release()
      sessions.clear()
    },
  }
}

function numbersOf(tensor: OrtTensor): Float32Array | Int32Array {
  const { data } = tensor
  if (data instanceof Float32Array || data instanceof Int32Array) return data
  throw new Error(`the runtime returned ${tensor.type}, not float32 or int32`)
}

function own(kernel: string, key: string, value: Value): GpuValue {
  if (!(value instanceof GpuValue)) throw new Error(`${kernel}: ${key} belongs to another engine`)
  return value
}
