// Choosing a token by its share of the probability: what a step works out beside its logits, and the draw itself.
// Plain loops in the draw: it runs once for every token that is written.
import type { Tensor, Tensors, Tf } from '../tensor/engine.ts'

export interface SamplingOptions {
  /** 0 takes the likeliest token, the lowest id among equals. */
  readonly temperature: number
  /** In (0, 1]: only the smallest set of likeliest tokens whose mass at this temperature reaches it may be drawn. */
  readonly topP: number
}

export interface Choice {
  readonly token: number
  /** log π of the token under the full distribution at temperature 1, in nats. */
  readonly logprob: number
}

/** Numbers of a step's outputs, by name. */
export type Outputs = Readonly<Record<string, Float32Array>>

/** One of the two ways to choose; `name` tells it from others, in the names of kernels. */
export interface Sampler {
  readonly name: string
  /** What choosing reads of logits [B, V]; all float32. */
  outputs(tf: Tf, logits: Tensor): Tensors
  /** The choice for a row of the B, at `uniform` in [0, 1). The logprob is not finite where the logits are not. */
  choose(outputs: Outputs, row: number, vocabulary: number, uniform: number): Choice
}

export function samplerFor({ temperature, topP }: SamplingOptions): Sampler {
  return temperature === 0 ? greedy : drawing(temperature, topP)
}

/** `likeliest` [B], an id, and `share` [B], its probability. */
const greedy: Sampler = {
  name: 'greedy',
  outputs: (tf, logits) => ({
    likeliest: tf.cast(tf.argMax(logits, -1), 'float32'), // whole numbers below 2²⁴ are exact
    share: tf.max(tf.softmax(logits), -1),
  }),
  choose: ({ likeliest, share }, row) => ({ token: likeliest![row]!, logprob: Math.log(share![row]!) }),
}

/**
 * `shares` [B, V], the probabilities p at the temperature T, and away from temperature 1 `spread` [B], T·z_T − z with z the logarithm of
 * the normaliser: log π = T·log p + T·z_T − z.
 */
function drawing(temperature: number, topP: number): Sampler {
  return {
    name: `at ${temperature}`,
    outputs(tf, logits) {
      if (temperature === 1) return { shares: tf.softmax(logits) }
      const tempered = tf.div(logits, temperature)
      const spread = tf.sub(tf.mul(tf.logSumExp(tempered, -1), temperature), tf.logSumExp(logits, -1))
      return { shares: tf.softmax(tempered), spread }
    },
    choose({ shares, spread }, row, vocabulary, uniform) {
      const own = shares!.subarray(row * vocabulary, (row + 1) * vocabulary)
      const token = draw(own, topP, uniform)
      return { token, logprob: temperature * Math.log(own[token]!) + (spread?.[row] ?? 0) }
    },
  }
}

/**
 * The token at `uniform` in [0, 1) of the cumulative distribution over the tokens that may be drawn, in order of their ids.
 * The shares add up to 1 but for float32 rounding; what may be missing goes to the last of them.
 */
export function draw(shares: Float32Array, topP: number, uniform: number): number {
  if (topP < 1) return drawFromNucleus(shares, topP, uniform)
  let left = uniform
  let chosen = 0
  for (let id = 0; id < shares.length; id++) {
    if (shares[id] === 0) continue
    chosen = id
    left -= shares[id]!
    if (left < 0) break
  }
  return chosen
}

/**
 * Draws from the nucleus (Holtzman et al., arXiv 1904.09751): likeliest first, the lower id among equals, until the mass reaches topP.
 * What is below (1 − topP) / V of the mass cannot belong to it and need not be sorted.
 */
function drawFromNucleus(shares: Float32Array, topP: number, uniform: number): number {
  let mass = 0
  for (let id = 0; id < shares.length; id++) mass += shares[id]!
  const floor = (1 - topP) * mass / shares.length
  const candidates: number[] = []
  for (let id = 0; id < shares.length; id++) if (shares[id]! >= floor) candidates.push(id)
  candidates.sort((a, b) => shares[b]! - shares[a]! || a - b)
  let reached = 0
  let count = 0
  while (count < candidates.length && reached < topP * mass) reached += shares[candidates[count++]!]!
  const nucleus = candidates.slice(0, count).sort((a, b) => a - b)
  let left = uniform * reached
  return nucleus.find((id) => (left -= shares[id]!) < 0) ?? nucleus[nucleus.length - 1] ?? 0
}
