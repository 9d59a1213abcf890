// Traced graphs on the WebGPU provider of onnxruntime-node: any GPU, through Vulkan, Metal or Direct3D 12.
import type { Tf } from '../engine.ts'
import type { OnnxRuntime } from '../graph-engine.ts'
import { packageVersion } from '../packages.ts'
import { loadTensorFlow } from '../tensorflow.ts'
import { adapterInUse, hardwareSeen, vulkanDrivers, vulkanLoader } from './adapter.ts'
import { gpuEngine, tryProvider } from './gpu-engine.ts'
import { identityOf, probeBy } from './row.ts'
import type { EngineRow, Probe } from './row.ts'

const packages = ['onnxruntime-node', '@tensorflow/tfjs']

export const graphWebGpu: EngineRow = {
  name: 'graph-webgpu',
  doc: 'Traced graphs on any GPU through WebGPU; state stays on the device. Tested on a software adapter alone.',
  version: 1,
  packages,
  oneThread: true, // all sessions share one device, and using it from two threads ends the process
  present: () => packages.every(packageVersion) && hardwareSeen(),
  probe: () => probeBy('npm install onnxruntime-node', async () => missingVulkan() ?? await foundAdapter()),
  open: async () => gpuEngine({ ...await load(), name: 'graph-webgpu', identity: identityOf(graphWebGpu), provider: 'webgpu' }),
}

async function foundAdapter(): Promise<Probe> {
  const { ort } = await load()
  if (!ort.listSupportedBackends().some(({ name }) => name === 'webgpu')) {
    const reason = `onnxruntime-node has no WebGPU for ${process.platform} ${process.arch}`
    return { available: false, reason, remedy: 'choose another engine with --engine' }
  }
  const found = await tryProvider(ort, 'webgpu', adapterInUse)
  if (typeof found === 'string') {
    const reason = /No supported adapters/.test(found) ? 'WebGPU finds no adapter it supports' : found
    return { available: false, reason, remedy: 'install the Vulkan driver of your GPU, or use a machine with one' }
  }
  const { name, software } = found
  const version = packageVersion('onnxruntime-node') ?? 'unknown'
  return { available: true, version, device: name, ...(software === 'no' ? {} : { software }) }
}

/** On Linux every driver stands behind Vulkan's loader; looking first keeps the runtime from complaining on standard error. */
function missingVulkan(): Probe | undefined {
  if (process.platform !== 'linux') return undefined
  if (!vulkanLoader()) {
    return { available: false, reason: 'the Vulkan loader libvulkan.so.1 is missing', remedy: 'apt-get install libvulkan1 mesa-vulkan-drivers' }
  }
  return vulkanDrivers().length > 0 ? undefined : {
    available: false, reason: 'no Vulkan driver is installed', remedy: 'apt-get install mesa-vulkan-drivers',
  }
}

async function load(): Promise<{ tf: Tf; ort: OnnxRuntime }> {
  const tf = await loadTensorFlow()
  const ort = await import('onnxruntime-node')
  return { tf, ort }
}
