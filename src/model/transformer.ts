// The Llama decoder (Touvron et al., arXiv 2302.13971) as pure functions of tensors, written once for training, scoring and decoding.
// B sequences, T positions, D width, F hidden width, H heads, G key/value heads, W features a head, V vocabulary, N rows.
import type { Tensor, Tensors, Tf } from '../tensor/engine.ts'
import { linear, swapLast } from '../tensor/ops.ts'
import { causalAttention } from './attention.ts'
import type { ModelConfig } from './config.ts'
import { type Angles, angles, inHalvesOrder, rotate } from './rotary.ts'

/** What mixes positions: q [..., H, W], k and v [..., G, W], turned by their positions → [N, H·W]. */
export type Attend = (layer: number, q: Tensor, k: Tensor, v: Tensor) => Tensor

/** Logits of the token after each position: ids [B, T] int32 → [B, T, V]. Padding on the right changes nothing before it. */
export function forward(tf: Tf, config: ModelConfig, weights: Tensors, ids: Tensor): Tensor {
  return tf.reshape(logits(tf, config, weights, states(tf, config, weights, ids)), [...ids.shape, config.vocabulary])
}

/** What the output projection reads: ids [B, T] int32 → [B·T, D], row b·T + t the state after the tokens up to t of sequence b. */
export function states(tf: Tf, config: ModelConfig, weights: Tensors, ids: Tensor): Tensor {
  const turn = angles(tf, config, ids.shape[1]!)
  return decode(tf, config, weights, ids, turn, (_, q, k, v) => causalAttention(tf, q, k, v))
}

/** Logits for chosen states only, so that prompts and padding cost no product with the vocabulary: [N, D] → [N, V]. */
export function logits(tf: Tf, config: ModelConfig, weights: Tensors, rows: Tensor): Tensor {
  return linear(tf, rows, config.tied ? swapLast(tf, named(weights, 'embedding')) : named(weights, 'output'))
}

/**
 * The blocks and the last norm: ids of any shape [...] → [N, D] with N their count.
 * `turn` broadcasts against [..., H, W / 2]; `attend` decides what each position sees.
 */
export function decode(tf: Tf, config: ModelConfig, weights: Tensors, ids: Tensor, turn: Angles, attend: Attend): Tensor {
  let x = tf.gather(named(weights, 'embedding'), tf.reshape(ids, [-1]) as ReturnType<Tf['tensor1d']>)
  for (let layer = 0; layer < config.layers; layer++) {
    const weight = (name: string): Tensor => named(weights, `${layer}.${name}`)
    const h = normalise(tf, x, weight('norm1'), config.normEpsilon)
    const project = (name: string, heads: number): Tensor => {
      const matrix = name === 'value' ? weight(name) : inHalvesOrder(tf, config, weight(name))
      return tf.reshape(linear(tf, h, matrix), [...ids.shape, heads, config.headWidth])
    }
    const q = rotate(tf, project('query', config.heads), turn)
    const k = rotate(tf, project('key', config.kvHeads), turn)
    x = tf.add(x, linear(tf, attend(layer, q, k, project('value', config.kvHeads)), weight('attention')))
    x = tf.add(x, feedForward(tf, normalise(tf, x, weight('norm2'), config.normEpsilon), weight))
  }
  return normalise(tf, x, named(weights, 'norm'), config.normEpsilon)
}

/** Root-mean-square norm: x / √(mean(x²) + ε) · gain, over the last axis. */
export function normalise(tf: Tf, x: Tensor, gain: Tensor, epsilon: number): Tensor {
  const scale = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon))
  return tf.mul(tf.mul(x, scale), gain)
}

/** SwiGLU (Shazeer, arXiv 2002.05202): (silu(x·gate) ∘ x·up) · down, [N, D] → [N, D]. */
export function feedForward(tf: Tf, x: Tensor, weight: (name: 'gate' | 'up' | 'down') => Tensor): Tensor {
  const gate = linear(tf, x, weight('gate'))
  const open = tf.mul(gate, tf.sigmoid(gate))
  return linear(tf, tf.mul(open, linear(tf, x, weight('up'))), weight('down'))
}

function named(weights: Tensors, name: string): Tensor {
  const tensor = weights[name]
  if (tensor === undefined) throw new Error(`the step was given no weight named ${name}`)
  return tensor
}
