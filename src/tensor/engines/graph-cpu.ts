// Traced graphs on the CPU provider of onnxruntime-node: the fast path on any machine.
import type { Tf } from '../engine.ts'
import { graphEngine } from '../graph-engine.ts'
import type { OnnxRuntime } from '../graph-engine.ts'
import { packageVersion } from '../packages.ts'
import { loadTensorFlow } from '../tensorflow.ts'
import { identityOf, probeBy } from './row.ts'
import type { EngineRow } from './row.ts'

const packages = ['onnxruntime-node', '@tensorflow/tfjs']

export const graphCpu: EngineRow = {
  name: 'graph-cpu',
  doc: 'A step traced into one ONNX graph, run by ONNX Runtime on the CPU.',
  version: 2,
  packages,
  present: () => packages.every(packageVersion),
  probe: () =>
    probeBy('npm install onnxruntime-node', async () => {
      await load()
      return { available: true, version: packageVersion('onnxruntime-node') ?? 'unknown', device: 'CPU' }
    }),
  open: async ({ threads }) => graphEngine({ ...await load(), name: 'graph-cpu', identity: identityOf(graphCpu), threads }),
}

async function load(): Promise<{ tf: Tf; ort: OnnxRuntime }> {
  const tf = await loadTensorFlow()
  const ort = await import('onnxruntime-node')
  return { tf, ort }
}
