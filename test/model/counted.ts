// The memory a traced step holds at its peak, counted operation by operation.
import { loraScale } from '../../src/model/adapter.ts'
import { type ModelConfig, parameterCount, weightShapes } from '../../src/model/config.ts'
import type { Spec, Step } from '../../src/tensor/engine.ts'
import { elementCount } from '../../src/tensor/feeds.ts'
import { traceSimplified } from '../../src/tensor/graph-engine.ts'
import { inOrder, type Node } from '../../src/tensor/graph.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'

const tf = await loadTensorFlow()

/** Peak bytes when operations run in order and a result is let go after its last use; a reshape shares its operand's memory; inputs stay. */
export function countedBytes(step: Step, inputs: Readonly<Record<string, Spec>>): number {
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
  const used = order.filter((node) => node.kind === 'input')
  let now = used.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0)
  let peak = now
  order.forEach((node, index) => {
    if (node.kind === 'operation' && owner(node) === node) now += bytes(node)
    peak = Math.max(peak, now)
    for (const dead of dying[index]!) if (dead.kind === 'operation') now -= bytes(dead)
  })
  return peak
}

/** What a training step takes besides the batch: the state of `size` trained numbers, scalars, and all weights for those that are frozen. */
export function trainingSpecs(size: number, config: ModelConfig): Record<string, Spec> {
  const state = { shape: [size], dtype: 'float32' } as const
  const scalar = { shape: [], dtype: 'float32' } as const
  const frozen = parameterCount(config) === size
    ? {}
    : Object.fromEntries([...weightShapes(config)].map(([name, shape]): [string, Spec] => [name, { shape, dtype: 'float32' }]))
  return {
    weights: state, first: state, second: state, gradient: state, rate: scalar, firstCorrection: scalar, secondCorrection: scalar,
    share: scalar, [loraScale]: scalar, ...frozen,
  }
}
