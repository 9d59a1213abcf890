// The estimates against a count: the step is traced, and every tensor lives from its operation to its last use.
import * as assert from 'uvu/assert'
import { type ModelConfig, parameterCount, weightShapes } from '../../src/model/config.ts'
import { inferenceBytes, scoringBytes, trainingBytes } from '../../src/model/memory.ts'
import { trainingStep } from '../../src/model/steps.ts'
import { parameterVector } from '../../src/model/parameters.ts'
import { batchSpecs, scoredLogprobs } from '../../src/model/scored.ts'
import { tokenObjective } from '../../src/model/train.ts'
import type { Spec, Step } from '../../src/tensor/engine.ts'
import { elementCount } from '../../src/tensor/feeds.ts'
import { traceSimplified } from '../../src/tensor/graph-engine.ts'
import { inOrder, type Node } from '../../src/tensor/graph.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { describe } from '../describe.ts'
import { plainOptions, smallConfig } from './small.ts'

const tf = await loadTensorFlow()

/** Peak bytes when operations run in order and a result is let go after its last use; a reshape shares its operand's memory. */
function countedBytes(step: Step, inputs: Readonly<Record<string, Spec>>): number {
  const graph = traceSimplified(tf, 'counted', step, inputs)
  const order = inOrder(Object.values(graph.outputs))
  const owner = (node: Node): Node => (node.kind === 'operation' && node.op === 'Reshape' ? owner(node.inputs[0]!) : node)
  const last = new Map<Node, number>()
  order.forEach((node, index) => {
    last.set(owner(node), index)
    if (node.kind === 'operation') for (const each of node.inputs) last.set(owner(each), index)
  })
  for (const node of Object.values(graph.outputs)) last.set(owner(node), Infinity)
  const dying = order.map((): Node[] => [])
  for (const [node, index] of last) dying[index]?.push(node)
  const bytes = (node: Node): number => 4 * elementCount(node.shape)
  let now = Object.values(graph.inputs).reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0)
  let peak = now
  order.forEach((node, index) => {
    if (node.kind === 'operation' && owner(node) === node) now += bytes(node)
    peak = Math.max(peak, now)
    for (const dead of dying[index]!) if (dead.kind === 'operation') now -= bytes(dead)
  })
  return peak
}

const base: ModelConfig = { ...smallConfig, layers: 4, width: 64, heads: 4, kvHeads: 4, headWidth: 16, hidden: 176, vocabulary: 512, context: 512 }
const cases: Record<string, [config: ModelConfig, batch: number, length: number]> = {
  'a small model, many short rows': [base, 64, 48],
  'long rows, where attention weighs most': [base, 4, 256],
  'a large vocabulary, where logits weigh most': [{ ...base, layers: 2, vocabulary: 16_000 }, 8, 32],
  'many parameters, where the state weighs most': [{ ...base, width: 256, heads: 8, kvHeads: 2, headWidth: 32, hidden: 688 }, 1, 16],
}

describe('memory estimates', (it) => {
  for (const [name, [config, sequences, length]] of Object.entries(cases)) {
    const shape = { sequences, length, scored: sequences * length }
    const near = (estimate: number, counted: number) =>
      assert.ok(estimate > 0.8 * counted && estimate < 1.25 * counted, `${estimate} for ${counted}: ${(estimate / counted).toFixed(2)}`)

    it(`are within a fifth of what a traced training step holds: ${name}`, () => {
      const vector = parameterVector(weightShapes(config))
      const state = { shape: [vector.size], dtype: 'float32' } as const
      const scalar = { shape: [], dtype: 'float32' } as const
      const inputs = {
        weights: state, first: state, second: state, rate: scalar, firstCorrection: scalar, secondCorrection: scalar, ...batchSpecs(shape),
      }
      near(trainingBytes(config, sequences, length), countedBytes(trainingStep(vector, config, tokenObjective(() => []), shape, plainOptions), inputs))
    })

    it(`are within a fifth of what a traced scoring batch holds: ${name}`, () => {
      const weights = Object.fromEntries([...weightShapes(config)].map(([weight, sizes]) => [weight, { shape: sizes, dtype: 'float32' as const }]))
      const { ids, states, targets } = batchSpecs(shape)
      const step: Step = (t, inputs) => ({ logprobs: scoredLogprobs(t, config, inputs, inputs) })
      near(scoringBytes(config, sequences, length), countedBytes(step, { ...weights, ids, states, targets }))
    })
  }

  it('of generation grow with the batch by its cache and logits', () => {
    const more = inferenceBytes(base, 64, 128) - inferenceBytes(base, 32, 128)
    assert.is(more, 4 * 32 * (2 * 2 * 4 * 128 * 64 + 2 * 512))
    assert.ok(inferenceBytes(base, 1, 16) > 4 * parameterCount(base))
  })
})
