// The Llama decoder (Touvron et al., arXiv 2302.13971) as pure functions of tensors, written once for training, scoring and decoding.
// B sequences, T positions, D width, F hidden width, H heads, G key/value heads, W features a head, V vocabulary, N rows.
import type { Tensor, Tensors, Tf } from '../tensor/engine.ts'
import { linear, swapLast } from '../tensor/ops.ts'
import { recomputed } from '../tensor/recompute.ts'
import { loraScale } from './adapter.ts'
import { causalAttention, headsFirst } from './attention.ts'
import { gate, normalise } from './closed.ts'
import type { ModelConfig } from './config.ts'
import { inHalvesOrder, rotate, type Turn, turnAt } from './rotary.ts'

/** What mixes positions, knowing where each stands: q [..., H, W], k and v [..., G, W] → [N, H·W]. */
export type Attend = (layer: number, q: Tensor, k: Tensor, v: Tensor) => Tensor

/** Logits of the token after each position: ids [B, T] int32 → [B, T, V]. Padding on the right changes nothing before it. */
export function forward(tf: Tf, config: ModelConfig, weights: Tensors, ids: Tensor): Tensor {
  return tf.reshape(logits(tf, config, weights, states(tf, config, weights, ids)), [...ids.shape, config.vocabulary])
}

/**
 * What the output projection reads: ids [B, T] int32 → [B·T, D], row b·T + t the state after the tokens up to t of sequence b.
 * `keep` is shown each layer's keys, turned, and values: [B, G, T, W]. Given `checkpoint`, the names of the weights that
 * are trained, the backward pass computes each block again from its input, and only the inputs of blocks are kept.
 */
export function states(
  tf: Tf, config: ModelConfig, weights: Tensors, ids: Tensor, keep?: (keys: Tensor, values: Tensor) => void,
  checkpoint?: ReadonlySet<string>,
): Tensor {
  const length = ids.shape[1]!
  const query = turnAt(tf, config, length, 1 / Math.sqrt(config.headWidth))
  const key = turnAt(tf, config, length)
  const attendWith = (turnQuery: Turn, turnKey: Turn): Attend => (_, q, k, v) => {
    const keys = rotate(tf, headsFirst(tf, k), turnKey)
    const values = headsFirst(tf, v)
    keep?.(keys, values)
    return causalAttention(tf, rotate(tf, headsFirst(tf, q), turnQuery), keys, values)
  }
  if (checkpoint === undefined) return decode(tf, config, weights, ids, attendWith(query, key))
  const turns = { cosine: query.cosine, sine: query.sine, keyCosine: key.cosine, keySine: key.sine }
  return decode(tf, config, weights, ids, attendWith(query, key), (block, x, own) => {
    const trained = Object.entries(own).filter(([name]) => checkpoint.has(name))
    const frozen = Object.entries(own).filter(([name]) => !checkpoint.has(name))
    return recomputed(tf, (input, given, fixed) => {
      const { cosine, sine, keyCosine, keySine } = fixed as typeof turns
      return block(input, { ...given, ...fixed }, attendWith({ cosine, sine }, { cosine: keyCosine, sine: keySine }))
    }, x, Object.fromEntries(trained), { ...turns, ...Object.fromEntries(frozen) })
  })
}

/** Logits for chosen states only, so that prompts and padding cost no product with the vocabulary: [N, D] → [N, V]. */
export function logits(tf: Tf, config: ModelConfig, weights: Tensors, rows: Tensor): Tensor {
  return linear(tf, rows, config.tied ? swapLast(tf, named(weights, 'embedding')) : named(weights, 'output'))
}

/** The blocks and the last norm: ids of any shape [...] → [N, D] with N their count; `attend` decides what each position sees. */
export function decode(
  tf: Tf, config: ModelConfig, weights: Tensors, ids: Tensor, attend: Attend,
  around: Around = (block, x, own) => block(x, own, attend),
): Tensor {
  let x = tf.gather(named(weights, 'embedding'), tf.reshape(ids, [-1]) as ReturnType<Tf['tensor1d']>)
  for (let layer = 0; layer < config.layers; layer++) {
    const block: Block = (rows, own, attending) => blockOf(tf, config, own, layer, rows, ids.shape, attending)
    x = around(block, x, weightsOf(weights, layer))
  }
  return normalise(tf, x, named(weights, 'norm'), config.normEpsilon)
}

/** One block: its input [N, D] and its weights → [N, D]. */
type Block = (x: Tensor, weights: Tensors, attend: Attend) => Tensor

/** How each block is run. */
type Around = (block: Block, x: Tensor, weights: Tensors) => Tensor

/** Those of one block, under the names they have in the whole. */
function weightsOf(weights: Tensors, layer: number): Tensors {
  const own = Object.entries(weights).filter(([name]) => name.startsWith(`${layer}.`) || name === loraScale)
  return Object.fromEntries(own)
}

function blockOf(
  tf: Tf, config: ModelConfig, weights: Tensors, layer: number, x: Tensor, positions: readonly number[], attend: Attend,
): Tensor {
  const { heads, kvHeads, headWidth, normEpsilon } = config
  const gain = (name: string): Tensor => named(weights, `${layer}.${name}`)
  const times: Times = (input, name, ordered) => adapted(tf, weights, `${layer}.${name}`, input, ordered)
  const h = normalise(tf, x, gain('norm1'), normEpsilon)
  const inHeads = (rows: Tensor, count: number): Tensor => tf.reshape(rows, [...positions, count, headWidth])
  const halves = (matrix: Tensor): Tensor => inHalvesOrder(tf, config, matrix)
  const q = inHeads(times(h, 'query', halves), heads)
  const k = inHeads(times(h, 'key', halves), kvHeads)
  const v = inHeads(times(h, 'value'), kvHeads)
  const mixed = tf.add(x, times(attend(layer, q, k, v), 'attention'))
  return tf.add(mixed, feedForward(tf, normalise(tf, mixed, gain('norm2'), normEpsilon), times))
}

/** The product of rows with a matrix of the block and its adapter, the columns of both `ordered` first: [N, in] → [N, out]. */
type Times = (rows: Tensor, name: string, ordered?: (matrix: Tensor) => Tensor) => Tensor

/** x · W, and where there is an adapter of rank r, + scale · x · A · B: two thin products, W being frozen. */
function adapted(tf: Tf, weights: Tensors, name: string, x: Tensor, ordered = (matrix: Tensor): Tensor => matrix): Tensor {
  const whole = linear(tf, x, ordered(named(weights, name)))
  const down = weights[`${name}.a`]
  if (down === undefined) return whole
  const thin = tf.mul(linear(tf, x, down), named(weights, loraScale))
  return tf.add(whole, linear(tf, thin, ordered(named(weights, `${name}.b`))))
}

/** SwiGLU (Shazeer, arXiv 2002.05202): (silu(x·gate) ∘ x·up) · down, [N, D] → [N, D]. */
function feedForward(tf: Tf, x: Tensor, times: Times): Tensor {
  return times(gate(tf, times(x, 'gate'), times(x, 'up')), 'down')
}

function named(weights: Tensors, name: string): Tensor {
  const tensor = weights[name]
  if (tensor === undefined) throw new Error(`the step was given no weight named ${name}`)
  return tensor
}
