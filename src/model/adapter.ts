// Low-rank adapters (LoRA; Hu et al., arXiv 2106.09685): a frozen matrix W [in, out] with a trained product beside it,
// x · W + (alpha / rank) · x · A · B, A [in, rank], B [rank, out].
import { normal, type Stream } from '../random.ts'
import { type ModelConfig, type Weights, weightShapes, type WeightTensor } from './config.ts'

/** The matrices of a block that may have an adapter, by the names of `Weights`. */
export const loraTargets = {
  query: 'the queries of attention',
  key: 'the keys of attention',
  value: 'the values of attention',
  attention: 'the output of attention',
  gate: 'the gate of the feed-forward block',
  up: 'the input of the feed-forward block',
  down: 'the output of the feed-forward block',
} as const

export type LoraTarget = keyof typeof loraTargets

export interface LoraSettings {
  readonly rank: number
  /** The product A · B counts alpha / rank times. */
  readonly alpha: number
  /** In the order of `loraTargets`, each once. */
  readonly targets: readonly LoraTarget[]
}

/** `weights` holds `l.query.a` [in, rank] and `l.query.b` [rank, out] for each block l and target. */
export interface Adapter {
  readonly settings: LoraSettings
  readonly weights: Weights
}

/** Where a step finds alpha / rank, a scalar, beside weights that have adapters. */
export const loraScale = 'lora.scale'

/** The names and shapes of an adapter, in a fixed order. */
export function adapterShapes(config: ModelConfig, { rank, targets }: LoraSettings): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>()
  for (const [name, shape] of weightShapes(config)) {
    const target = name.split('.')[1]
    if (!targets.some((wanted) => wanted === target)) continue
    shapes.set(`${name}.a`, [shape[0]!, rank])
    shapes.set(`${name}.b`, [rank, shape[1]!])
  }
  return shapes
}

export function adapterCount(config: ModelConfig, settings: LoraSettings): number {
  let count = 0
  for (const [rows, columns] of adapterShapes(config, settings).values()) count += rows! * columns!
  return count
}

/**
 * An adapter that changes nothing yet: B is zero, A normal with standard deviation 1 / rank (PEFT's `gaussian`).
 * Each tensor has a stream of its own.
 */
export function initialAdapter(config: ModelConfig, settings: LoraSettings, random: Stream): Adapter {
  const weights = new Map<string, WeightTensor>()
  for (const [name, shape] of adapterShapes(config, settings)) {
    const data = new Float32Array(shape[0]! * shape[1]!)
    const own = random.child(name)
    if (name.endsWith('.a')) for (let index = 0; index < data.length; index++) data[index] = normal(own, index) / settings.rank
    weights.set(name, { shape, data })
  }
  return { settings, weights }
}
