// What is written for GPUs computes the same: graphs lowered for them, run on the CPU, which every machine has.
import * as ort from 'onnxruntime-node'
import * as assert from 'uvu/assert'
import type { Spec, Step, Tensor } from '../../src/tensor/engine.ts'
import { gpuRules } from '../../src/tensor/engines/gpu-lowering.ts'
import { inOrder } from '../../src/tensor/graph.ts'
import type { Graph } from '../../src/tensor/graph.ts'
import { inputName, outputName, serialize, usedInputs } from '../../src/tensor/onnx.ts'
import { simplify } from '../../src/tensor/simplify.ts'
import { trace } from '../../src/tensor/trace.ts'
import { engines } from '../../src/tensor/index.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { describe } from '../describe.ts'
import { assertClose, normals, runOn } from './harness.ts'
import { cases } from './kernel-cases.ts'
import type { Case, Operands } from './kernel-cases.ts'

const tf = await loadTensorFlow()

const reference = await engines['eager-cpu'].open({ threads: 1 })

const step = ({ f }: Case): Step => (t, inputs) =>
  Object.fromEntries([f(t, inputs as Operands)].flat().map((tensor: Tensor, index: number) => [String(index), tensor]))

/** As it would be given to a GPU. */
function lowered(each: Case): Graph {
  const specs = Object.entries(each.given).map(([name, { data, shape }]): [string, Spec] =>
    [name, { shape, dtype: data instanceof Int32Array ? 'int32' : 'float32' }])
  return simplify(trace(tf, 'case', step(each), Object.fromEntries(specs), {}), gpuRules)
}

async function onCpu(graph: Graph, { given }: Case): Promise<Record<string, Float32Array | Int32Array>> {
  const session = await ort.InferenceSession.create(serialize(graph), { graphOptimizationLevel: 'disabled', logSeverityLevel: 4 })
  const feeds = usedInputs(graph).map((name) => {
    const { data, shape } = given[name]!
    return [inputName(name), new ort.Tensor(data instanceof Int32Array ? 'int32' : 'float32', data, shape)] as const
  })
  const results = await session.run(Object.fromEntries(feeds))
  await session.release()
  return Object.fromEntries(Object.keys(graph.outputs).map((name) =>
    [name, results[outputName(name)]!.data as Float32Array | Int32Array]))
}

const operators = (graph: Graph): string[] =>
  inOrder(Object.values(graph.outputs)).flatMap((node) => (node.kind === 'operation' ? [node.op] : []))

describe('graphs lowered for a GPU', (it) => {
  for (const family of ['products', 'indices', 'movement', 'reduction']) {
    for (const [title, each] of Object.entries(cases[family]!)) {
      it(`${family}: ${title} gives the same numbers`, async () => {
        const expected = await runOn(reference, step(each), each.given)
        const actual = await onCpu(lowered(each), each)
        for (const key of Object.keys(expected)) assertClose(actual[key]!, expected[key]!, 1e-6, `${title}, result ${key}`)
      })
    }
  }

  it('matrices are read transposed in place, batches of matrices after a transpose', () => {
    const given = { a: normals('m', 5, 3), b: normals('n', 4, 5), c: normals('o', 2, 4, 5) }
    const both = lowered({ given, f: (t, { a, b }) => t.matMul(a, b, true, true) })
    assert.equal(operators(both), ['Gemm'])
    const batch = lowered({ given, f: (t, { c }) => t.matMul(c, c, true) })
    assert.equal(operators(batch), ['Transpose', 'MatMul'])
  })

  it('sums over segments have no operator whose order of addition varies', () => {
    for (const title of ['sums of segments', 'scatterND', 'scatterND into a vector']) {
      const found = operators(lowered(cases['indices']![title]!))
      assert.ok(found.includes('Gemm') && !found.some((op) => op.startsWith('Scatter')), `${title}: ${found.join(' ')}`)
    }
  })
})
