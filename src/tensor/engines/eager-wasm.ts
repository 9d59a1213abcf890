// WebAssembly with SIMD, one thread under Node and Deno: no native code, several times faster than plain JavaScript.
import { eagerEngine } from '../eager.ts'
import type { Tf } from '../engine.ts'
import { packageVersion } from '../packages.ts'
import { repairBackend } from '../repairs.ts'
import { loadTensorFlow } from '../tensorflow.ts'
import { identityOf, probeBy } from './row.ts'
import type { EngineRow } from './row.ts'

const packages = ['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs']

export const eagerWasm: EngineRow = {
  name: 'eager-wasm',
  doc: 'TensorFlow.js on WebAssembly, one thread: where the native runtime does not load.',
  version: 1,
  packages,
  present: () => packages.every(packageVersion),
  probe: () =>
    probeBy('npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm', async () => {
      await load()
      return { available: true, version: packageVersion('@tensorflow/tfjs-backend-wasm') ?? 'unknown', device: 'CPU' }
    }),
  open: async () => {
    const tf = await load()
    repairBackend(tf, 'wasm')
    return eagerEngine({ tf, name: 'eager-wasm', identity: identityOf(eagerWasm), backend: 'wasm' })
  },
}

/** The factory is asynchronous the first time; the backend that was current stays current. */
async function load(): Promise<Tf> {
  const tf = await loadTensorFlow()
  await import('@tensorflow/tfjs-backend-wasm')
  if (tf.findBackend('wasm')) return tf
  const before = tf.getBackend()
  const ready = await tf.setBackend('wasm')
  await tf.setBackend(before)
  if (!ready) throw new Error('the WebAssembly module of TensorFlow.js did not start')
  return tf
}
