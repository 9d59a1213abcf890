// Grouped-query attention (Ainslie et al., arXiv 2305.13245) of whole sequences, and of one new position over a cache.
// B sequences, T positions, C cache slots, H heads, G key/value heads, S = H / G queries a group, W features a head.
import type { Tensor, Tf } from '../tensor/engine.ts'
import { matMul, swapLast } from '../tensor/ops.ts'
import { rotate, type Turn } from './rotary.ts'

/** Added to a score that must not count; finite, so that a row of nothing else still has a softmax. */
export const masked = -1e9

/**
 * Every position attends to itself and what stands before it. Heads stand before positions: q [B, H, T, W], already scaled,
 * k and v [B, G, T, W] → [B·T, H·W].
 */
export function causalAttention(tf: Tf, q: Tensor, k: Tensor, v: Tensor): Tensor {
  const [sequences, heads, length, width] = q.shape as [number, number, number, number]
  const groups = k.shape[1]!
  const batch = sequences * groups
  const rows = heads / groups * length
  const queries = tf.reshape(q, [batch, rows, width])
  const keys = tf.reshape(k, [batch, length, width])
  const values = tf.reshape(v, [batch, length, width])
  const scores = tf.reshape(matMul(tf, queries, swapLast(tf, keys)), [sequences * heads, length, length])
  const shares = tf.softmax(tf.add(scores, causalMask(tf, length)))
  const mixed = matMul(tf, tf.reshape(shares, [batch, rows, length]), values)
  return tf.reshape(headsFirst(tf, tf.reshape(mixed, [sequences, heads, length, width])), [sequences * length, heads * width])
}

/** Exchanges the axes of positions and heads: [B, T, H, W] ↔ [B, H, T, W]. */
export function headsFirst(tf: Tf, x: Tensor): Tensor {
  return tf.transpose(x, [0, 2, 1, 3])
}

function causalMask(tf: Tf, length: number): Tensor {
  const mask = new Float32Array(length * length)
  for (let query = 0; query < length; query++) mask.fill(masked, query * length + query + 1, (query + 1) * length)
  return tf.tensor(mask, [length, length])
}

/**
 * One new position of each sequence attends to its cache and to itself. q [B, H, W], already scaled, k and v [B, G, W] of the new position,
 * `keys` and `values` [B, G, C, W], `mask` [B, C] (0 where the slot is filled, else `masked`) → [B, H·W].
 * The new position's score stands apart, so that the cache is read where it lies and never joined to anything.
 */
export function cachedAttention(
  tf: Tf, q: Tensor, k: Tensor, v: Tensor, cache: { readonly keys: Tensor; readonly values: Tensor; readonly mask: Tensor },
): Tensor {
  const [sequences, heads, width] = q.shape as [number, number, number]
  const groups = k.shape[1]!
  const slots = cache.mask.shape[1]!
  const queries = tf.reshape(q, [sequences, groups, heads / groups, width])
  const past = matMul(tf, queries, swapLast(tf, cache.keys))
  const own = tf.sum(tf.mul(queries, tf.reshape(k, [sequences, groups, 1, width])), -1, true)
  const shares = tf.softmax(tf.concat([own, tf.add(past, tf.reshape(cache.mask, [sequences, 1, 1, slots]))], -1))
  const [ownShare, pastShares] = tf.split(shares, [1, slots], -1) as [Tensor, Tensor]
  const mixed = tf.add(
    matMul(tf, pastShares, cache.values), tf.mul(ownShare, tf.reshape(v, [sequences, groups, 1, width])),
  )
  return tf.reshape(mixed, [sequences, heads * width])
}

/** How many prompts, of which length, and how many responses to each, of which length. */
export interface Branches {
  readonly prompts: number
  readonly promptLength: number
  readonly responses: number
  readonly length: number
}

export interface BranchTurns {
  readonly promptQuery: Turn
  readonly promptKey: Turn
  /** At the responses' own positions, [P, 1, U, W]. */
  readonly query: Turn
  readonly key: Turn
}

/**
 * Prompts attend to themselves, responses to their prompt and to themselves; `mask` [P, T] is `masked` where a prompt has ended.
 * q [P·T + P·K·U, H, W], k and v [P·T + P·K·U, G, W]: first all prompts, then all responses → [P·T + P·K·U, H·W].
 */
export function branchedAttention(
  tf: Tf, q: Tensor, k: Tensor, v: Tensor, branches: Branches, turns: BranchTurns, mask: Tensor,
): Tensor {
  const { prompts, promptLength, responses, length } = branches
  const [, heads, width] = q.shape as [number, number, number]
  const groups = k.shape[1]!
  const share = heads / groups
  const cut = (x: Tensor): [Tensor, Tensor] =>
    tf.split(x, [prompts * promptLength, prompts * responses * length]) as [Tensor, Tensor]
  const [[promptQ, ownQ], [promptK, ownK], [promptV, ownV]] = [cut(q), cut(k), cut(v)]
  const whole = (x: Tensor): Tensor => headsFirst(tf, tf.reshape(x, [prompts, promptLength, x.shape[1]!, width]))
  const [trunkKeys, trunkValues] = [rotate(tf, whole(promptK), turns.promptKey), whole(promptV)]
  const trunk = causalAttention(tf, rotate(tf, whole(promptQ), turns.promptQuery), trunkKeys, trunkValues)

  /** [P·K·U, count, W] → [P, G·K·S, U, W], S = count / G: what reads the same keys stands together. */
  const spread = (x: Tensor): Tensor => {
    const each = x.shape[1]! / groups
    const apart = tf.reshape(x, [prompts, responses, length, groups, each * width])
    const grouped = tf.reshape(tf.transpose(apart, [0, 3, 1, 2, 4]), [prompts * groups * responses, length, each, width])
    return tf.reshape(each === 1 ? grouped : headsFirst(tf, grouped), [prompts, groups * responses * each, length, width])
  }
  const queries = rotate(tf, spread(ownQ), turns.query)
  const keys = tf.reshape(rotate(tf, spread(ownK), turns.key), [-1, length, width])
  const values = tf.reshape(spread(ownV), [-1, length, width])
  const [perPrompt, perResponse] = [[prompts * groups, responses * share * length], [prompts * groups * responses, share * length]]
  const past = matMul(tf, tf.reshape(queries, [...perPrompt, width]), swapLast(tf, tf.reshape(trunkKeys, [-1, promptLength, width])))
  const own = matMul(tf, tf.reshape(queries, [...perResponse, width]), swapLast(tf, keys))
  const scores = (x: Tensor, slots: number): Tensor => tf.reshape(x, [prompts, groups * responses * share, length, slots])
  const shares = tf.softmax(tf.concat([
    tf.add(scores(past, promptLength), tf.reshape(mask, [prompts, 1, 1, promptLength])),
    tf.add(scores(own, length), causalMask(tf, length)),
  ], -1))
  const [pastShares, ownShares] = tf.split(shares, [promptLength, length], -1) as [Tensor, Tensor]
  const fromPrompt = matMul(tf, tf.reshape(pastShares, [...perPrompt, promptLength]), tf.reshape(trunkValues, [-1, promptLength, width]))
  const fromOwn = matMul(tf, tf.reshape(ownShares, [...perResponse, length]), values)
  const mixed = tf.add(tf.reshape(fromPrompt, [...perResponse, width]), fromOwn)
  const byResponse = headsFirst(tf, tf.reshape(mixed, [prompts * groups * responses, share, length, width]))
  const together = tf.transpose(tf.reshape(byResponse, [prompts, groups, responses, length, share * width]), [0, 2, 3, 1, 4])
  return tf.concat([trunk, tf.reshape(together, [prompts * responses * length, heads * width])])
}
