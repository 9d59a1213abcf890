// The graph engine on a GPU provider of ONNX Runtime. What a step gives stays where the provider left it, on the device
// where it can, and feeds the next run from there; numbers travel only when they are read.
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { Engine, Kernel, Spec, Step, Tf, Value, Values } from '../engine.ts'
import { checkConstants, checkFeeds, elementCount, ownedCopy } from '../feeds.ts'
import { constant, inOrder } from '../graph.ts'
import type { Constant, Graph } from '../graph.ts'
import type { OnnxRuntime } from '../graph-engine.ts'
import { inputName, outputName, serialize, usedInputs } from '../onnx.ts'
import { keptSessions } from '../sessions.ts'
import type { Lease } from '../sessions.ts'
import { simplify } from '../simplify.ts'
import { trace } from '../trace.ts'
import { gpuRules } from './gpu-lowering.ts'
import { GpuValue, mover } from './gpu-value.ts'
import type { Mover, Shared } from './gpu-value.ts'
import { identityModel } from './identity-model.ts'

type Provider = 'webgpu' | 'cuda'

export interface GpuOptions {
  readonly tf: Tf
  readonly ort: OnnxRuntime
  readonly name: string
  readonly identity: string
  readonly provider: Provider
}

export function gpuEngine({ tf, ort, name, identity, provider }: GpuOptions): Engine {
  const moving = mover(ort, (outputs) => sessionOptions(provider, outputs))
  const sessions = keptSessions((bytes) => ort.InferenceSession.create(bytes, sessionOptions(provider, 'device')), keptIdle)
  const compilation = { sessions: 0, milliseconds: 0 }
  return {
    name,
    identity,
    value: (data, shape) => {
      const dtype = data instanceof Int32Array ? 'int32' : 'float32'
      return new GpuValue(new ort.Tensor(dtype, ownedCopy(data, shape), shape), [...shape], dtype, moving)
    },
    compile: async (kernel, step, inputs, constants = {}) => {
      const started = performance.now()
      checkConstants(kernel, inputs, constants)
      const { written, fed } = apart(kernel, provider, constants)
      const graph = await gpuGraph(tf, kernel, step, { ...inputs, ...fed }, written)
      const bytes = serialize(graph)
      const lease = await sessions.open(bytes, bytes.length).catch((error: Error) => refuse(kernel, provider, graph, error))
      const held = new Map<string, Shared>()
      for (const key of usedInputs(graph)) if (fed[key] !== undefined) held.set(key, await fed[key].share())
      compilation.sessions = sessions.created
      compilation.milliseconds += performance.now() - started
      return gpuKernel(kernel, graph, inputs, held, lease, moving)
    },
    compilation,
    dispose: async () => {
      sessions.close()
      await moving.release()
    },
  }
}

/** A session holds its small constants and what the device has compiled for it, which is what takes long to make. */
const keptIdle = { most: 64, bytes: 2 ** 28 }

/** Constants of fewer numbers are written into the graph, where rules can work with them. */
const fedElements = 1024

/**
 * Large constants lie on the device once, whatever the number of kernels that read them; written into each graph, every kernel
 * would hold its own. Where no tensor can be left on the device, they are written.
 */
function apart(kernel: string, provider: Provider, constants: Values) {
  const written: Record<string, GpuValue> = {}
  const fed: Record<string, GpuValue> = {}
  for (const [key, value] of Object.entries(constants)) {
    const large = provider === 'webgpu' && elementCount(value.shape) >= fedElements
    ;(large ? fed : written)[key] = own(kernel, key, value)
  }
  return { written, fed }
}

/** The step's graph as it will run. */
async function gpuGraph(
  tf: Tf, kernel: string, step: Step, inputs: Readonly<Record<string, Spec>>, constants: Values,
): Promise<Graph> {
  const specs = Object.fromEntries(Object.entries(inputs).map(([key, { shape, dtype }]) => [key, { shape, dtype }]))
  const fixed: Record<string, Constant> = {}
  for (const [key, value] of Object.entries(constants)) fixed[key] = constant(await value.read(), value.shape, value.dtype)
  return simplify(trace(tf, kernel, step, specs, fixed), gpuRules)
}

/** Says what a step uses where the runtime only says that something has no kernel. */
function refuse(kernel: string, provider: Provider, graph: Graph, error: Error): never {
  if (!/fallback to CPU EP has been explicitly disabled/.test(error.message)) throw error
  const operators = new Set(inOrder(Object.values(graph.outputs)).flatMap((node) => (node.kind === 'operation' ? [node.op] : [])))
  const list = [...operators].sort().join(', ')
  throw new Error(`step ${kernel}: one of its operators has no ${provider} kernel for its element type (${list})`)
}

/**
 * Every operation must have a kernel of the provider: one that fell back to the CPU would cost two journeys of its operands
 * each run, and nobody would be told. CUDA's outputs come back to the host; the Node binding knows no other place for them.
 */
function sessionOptions(provider: Provider, outputs: 'device' | 'host'): InferenceSession.SessionOptions {
  return {
    executionProviders: [{ name: provider }],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableMemPattern: false,
    logSeverityLevel: 4, // what fails is thrown as well
    ...(provider === 'webgpu' && outputs === 'device' ? { preferredOutputLocation: 'gpu-buffer' } : {}),
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  }
}

/**
 * Opens the provider with the least session there is: what `look` finds while it is alive, or the first line of why it
 * does not open.
 */
export async function tryProvider<T>(ort: OnnxRuntime, provider: Provider, look: () => T): Promise<T | string> {
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

/** `inputs` are what a run is given; `held` are constants on the device, which the graph takes as further inputs. */
function gpuKernel(
  name: string, graph: Graph, inputs: Readonly<Record<string, Spec>>, held: ReadonlyMap<string, Shared>,
  { session, release }: Lease, moving: Mover,
): Kernel {
  const used = usedInputs(graph)
  const outputs = Object.entries(graph.outputs)
  const specs = Object.fromEntries(Object.keys(inputs).map((key) => [key, graph.inputs[key]!]))
  let released = false
  return {
    run: async (given) => {
      checkFeeds(name, specs, given)
      const feed = (key: string): OrtTensor => held.get(key)?.tensor ?? own(name, key, given[key]!).tensor
      const results = await session.run(Object.fromEntries(used.map((key) => [inputName(key), feed(key)])))
      return Object.fromEntries(outputs.map(([key, { shape, dtype }]) =>
        [key, new GpuValue(results[outputName(key)]!, shape, dtype === 'int32' ? 'int32' : 'float32', moving)]))
    },
    dispose: () => {
      if (released) return
      released = true
      for (const shared of held.values()) shared.release()
      release()
    },
  }
}

function own(kernel: string, key: string, value: Value): GpuValue {
  if (!(value instanceof GpuValue)) throw new Error(`${kernel}: ${key} belongs to another engine`)
  return value
}
