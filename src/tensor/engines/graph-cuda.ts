// Traced graphs on the CUDA provider of onnxruntime-node, whose libraries are no part of its npm package.
// It has not run on hardware yet: `dice verify --engines graph-cuda` tells whether it is right on yours.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Tf } from '../engine.ts'
import type { OnnxRuntime } from '../graph-engine.ts'
import { nvidiaDevice, packageVersion } from '../packages.ts'
import { loadTensorFlow } from '../tensorflow.ts'
import { gpuEngine, tryProvider } from './gpu-engine.ts'
import { identityOf, probeBy } from './row.ts'
import type { EngineRow, Probe } from './row.ts'

const packages = ['onnxruntime-node', '@tensorflow/tfjs']
const remedy = 'npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12'

export const graphCuda: EngineRow = {
  name: 'graph-cuda',
  doc: 'Traced graphs on an NVIDIA GPU through CUDA 12; state returns to the host after each step. Not yet tested on hardware.',
  version: 1,
  packages,
  present: () => packages.every(packageVersion) && nvidiaDevice() && cudaLibrary(),
  probe: () =>
    probeBy(remedy, async () => {
      if (!nvidiaDevice()) {
        return { available: false, reason: 'no NVIDIA GPU is seen', remedy: 'use a machine with an NVIDIA GPU and its driver' }
      }
      if (!cudaLibrary()) return { available: false, reason: 'the CUDA libraries of onnxruntime-node are missing', remedy }
      return foundDevice()
    }),
  open: async () => gpuEngine({ ...await load(), name: 'graph-cuda', identity: identityOf(graphCuda), provider: 'cuda' }),
}

async function foundDevice(): Promise<Probe> {
  const refusal = await tryProvider((await load()).ort, 'cuda', () => undefined)
  return refusal === undefined
    ? { available: true, version: packageVersion('onnxruntime-node') ?? 'unknown', device: 'NVIDIA GPU' }
    : { available: false, reason: refusal, remedy: 'install CUDA 12 and cuDNN 9' }
}

/** Whether the provider's library lies beside the runtime's, without loading either. */
function cudaLibrary(): boolean {
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin')
    const files = readdirSync(folder, { recursive: true }) as string[]
    return files.some((file) => /onnxruntime_providers_cuda\.(so|dll)$/.test(file))
  } catch {
    return false
  }
}

async function load(): Promise<{ tf: Tf; ort: OnnxRuntime }> {
  const tf = await loadTensorFlow()
  const ort = await import('onnxruntime-node')
  return { tf, ort }
}
