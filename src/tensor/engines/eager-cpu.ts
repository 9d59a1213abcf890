// Plain JavaScript, one thread: slow, everywhere, and the reference in tests.
import { eagerEngine } from '../eager.ts'
import { packageVersion } from '../packages.ts'
import { repairBackend } from '../repairs.ts'
import { loadTensorFlow } from '../tensorflow.ts'
import { identityOf, probeBy } from './row.ts'
import type { EngineRow } from './row.ts'

const packages = ['@tensorflow/tfjs']

export const eagerCpu: EngineRow = {
  name: 'eager-cpu',
  doc: 'TensorFlow.js in plain JavaScript: slow, runs everywhere, the reference for the others.',
  version: 1,
  packages,
  present: () => packages.every(packageVersion),
  probe: () =>
    probeBy('npm install @tensorflow/tfjs', async () => {
      const tf = await loadTensorFlow()
      return { available: true, version: tf.version_core, device: 'CPU' }
    }),
  open: async () => {
    const tf = await loadTensorFlow()
    repairBackend(tf, 'cpu')
    return eagerEngine({ tf, name: 'eager-cpu', identity: identityOf(eagerCpu), backend: 'cpu' })
  },
}
