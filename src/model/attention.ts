// Grouped-query attention (Ainslie et al., arXiv 2305.13245) of whole sequences, and of one new position over a cache.
// B sequences, T positions, C cache slots, H heads, G key/value heads, S = H / G queries a group, W features a head.
import type { Tensor, Tf } from '../tensor/engine.ts'
import { matMul, swapLast } from '../tensor/ops.ts'

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
