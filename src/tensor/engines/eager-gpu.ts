// TensorFlow's own CUDA kernels through the optional peer package @tensorflow/tfjs-node-gpu.
import { eagerEngine } from '../eager.ts'
import type { Tf } from '../engine.ts'
import { nvidiaDevice, packageVersion } from '../packages.ts'
import { loadTensorFlow, withBackend } from '../tensorflow.ts'
import { identityOf, probeBy } from './row.ts'
import type { EngineRow } from './row.ts'

const peer: string = '@tensorflow/tfjs-node-gpu' // not a literal type: the package may be absent
const packages = [peer, '@tensorflow/tfjs']

export const eagerGpu: EngineRow = {
  name: 'eager-gpu',
  doc: 'TensorFlow.js on CUDA through the optional package @tensorflow/tfjs-node-gpu.',
  version: 1,
  packages,
  present: () => packages.every(packageVersion) && nvidiaDevice(),
  probe: () =>
    probeBy(`npm install ${peer}`, async () => {
      if (packageVersion(peer) === undefined) throw new Error(`the optional package ${peer} is not installed`)
      if (!nvidiaDevice()) {
        return { available: false, reason: 'no NVIDIA GPU is seen', remedy: 'use a machine with an NVIDIA GPU and its driver' }
      }
      await load()
      return { available: true, version: packageVersion(peer) ?? 'unknown', device: 'NVIDIA GPU' }
    }),
  open: async () => eagerEngine({ tf: await load(), name: 'eager-gpu', identity: identityOf(eagerGpu), backend: 'tensorflow' }),
}

/** Throws unless the package loads, shares our TensorFlow.js and computes on a GPU. */
async function load(): Promise<Tf> {
  const tf = await loadTensorFlow()
  await import(peer)
  if (!tf.findBackend('tensorflow')) throw new Error(`${peer} brought another version of TensorFlow.js than ${tf.version_core}`)
  const backend: object = withBackend(tf, 'tensorflow', () => tf.backend())
  if (!('isUsingGpuDevice' in backend && backend.isUsingGpuDevice === true)) {
    throw new Error(`${peer} is installed but finds no GPU it can use`)
  }
  return tf
}
