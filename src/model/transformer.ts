// The Llama decoder (Touvron et al., arXiv 2302.13971) as pure functions of tensors, written once for training, scoring and decoding.
// B sequences, T positions, D width, F hidden width, H heads, G key/value heads, W features a head, V vocabulary, N rows.
import type { Tensor, Tensors, Tf } from '../tensor/engine.ts'
import { linear, swapLast } from '../tensor/ops.ts'
import { causalAttention, headsFirst } from './attention.ts'
import { gate, normalise } from './closed.ts'
import type { ModelConfig } from './config.ts'
import { inHalvesOrder, rotate, turnAt } from './rotary.ts'

/** What mixes positions, knowing where each stands: q [..., H, W], k and v [..., G, W] → [N, H·W]. */
export type Attend = (layer: number, q: Tensor, k: Tensor, v: Tensor) => Tensor

/** Logits of the token after each position: ids [B, T] int32 → [B, T, V]. Padding on the right changes nothing before it. */
export function forward(tf: Tf, config: ModelConfig, weights: Tensors, ids: Tensor): Tensor {
  return tf.reshape(logits(tf, config, weights, states(tf, config, weights, ids)), [...ids.shape, config.vocabulary])
}

/**
 * What the output projection reads: ids [B, T] int32 → [B·T, D], row b·T + t the state after the tokens up to t of sequence b.
 * `keep` is shown each layer's keys, turned, and values: [B, G, T, W].
 */
export function states(
  tf: Tf, config: ModelConfig, weights: Tensors, ids: Tensor, keep?: (keys: Tensor, values: Tensor) => void,
): Tensor {
  const length = ids.shape[1]!
  const turnQuery = turnAt(tf, config, length, 1 / Math.sqrt(config.headWidth))
  const turnKey = turnAt(tf, config, length)
  return decode(tf, config, weights, ids, (_, q, k, v) => {
    const keys = rotate(tf, headsFirst(tf, k), turnKey)
    const values = headsFirst(tf, v)
    keep?.(keys, values)
    return causalAttention(tf, rotate(tf, headsFirst(tf, q), turnQuery), keys, values)
  })
}

/** Logits for chosen states only, so that prompts and padding cost no product with the vocabulary: [N, D] → [N, V]. */
export function logits(tf: Tf, config: ModelConfig, weights: Tensors, rows: Tensor): Tensor {
  return linear(tf, rows, config.tied ? swapLast(tf, named(weights, 'embedding')) : named(weights, 'output'))
}

/** The blocks and the last norm: ids of any shape [...] → [N, D] with N their count; `attend` decides what each position sees. */
export function decode(tf: Tf, config: ModelConfig, weights: Tensors, ids: Tensor, attend: Attend): Tensor {
  const { heads, kvHeads, headWidth, normEpsilon } = config
  let x = tf.gather(named(weights, 'embedding'), tf.reshape(ids, [-1]) as ReturnType<Tf['tensor1d']>)
  for (let layer = 0; layer < config.layers; layer++) {
    const weight = (name: string): Tensor => named(weights, `${layer}.${name}`)
    const h = normalise(tf, x, weight('norm1'), normEpsilon)
    const project = (matrix: Tensor, count: number): Tensor => tf.reshape(linear(tf, h, matrix), [...ids.shape, count, headWidth])
    const q = project(inHalvesOrder(tf, config, weight('query')), heads)
    const k = project(inHalvesOrder(tf, config, weight('key')), kvHeads)
    const v = project(weight('value'), kvHeads)
    x = tf.add(x, linear(tf, attend(layer, q, k, v), weight('attention')))
    x = tf.add(x, feedForward(tf, normalise(tf, x, weight('norm2'), normEpsilon), weight))
  }
  return normalise(tf, x, named(weights, 'norm'), normEpsilon)
}

/** SwiGLU (Shazeer, arXiv 2002.05202): (silu(x·gate) ∘ x·up) · down, [N, D] → [N, D]. */
function feedForward(tf: Tf, x: Tensor, weight: (name: string) => Tensor): Tensor {
  return linear(tf, gate(tf, linear(tf, x, weight('gate')), linear(tf, x, weight('up'))), weight('down'))
}

function named(weights: Tensors, name: string): Tensor {
  const tensor = weights[name]
  if (tensor === undefined) throw new Error(`the step was given no weight named ${name}`)
  return tensor
}
