// Counter-based random numbers: Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
// A stream is a function of its key and an index, so that batch size, order and worker count
// can never change which number a row sees.

export interface Stream {
  /** The index-th number of this stream, uniform in [0, 1) with 32 bits. */
  at(index: number): number
  /** An independent stream named by a label: one per prompt, per response, per purpose. */
  child(label: string | number): Stream
}

const roundMultipliers = [0xd2511f53, 0xcd9e8d57] as const
const keyIncrements = [0x9e3779b9, 0xbb67ae85] as const

/** A stream whose numbers are determined by the text alone. */
export function stream(seed: string): Stream {
  return fromKey(mixText(0x243f6a88, seed), mixText(0x85a308d3, seed))
}

function fromKey(low: number, high: number): Stream {
  return {
    at: (index) => philox(index >>> 0, Math.floor(index / 2 ** 32) >>> 0, low, high) / 2 ** 32,
    child: (label) => {
      const text = typeof label === 'number' ? `#${label}` : `.${label}`
      return fromKey(mixText(low, text), mixText(high ^ 0x13198a2e, text))
    },
  }
}

/** FNV-1a over UTF-16 units, finished with MurmurHash3's avalanche so that near labels give far keys. */
function mixText(state: number, text: string): number {
  let hash = state ^ 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The high 32 bits of a 32 × 32 bit product. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16
  const low = Math.imul(aLow, bLow) >>> 0
  const middle = aHigh * bLow + (low >>> 16)
  const carry = aLow * bHigh + (middle % 0x10000)
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0
}

/** The first of the four output words for a 64-bit counter under a 64-bit key. */
function philox(counterLow: number, counterHigh: number, keyLow: number, keyHigh: number): number {
  let c0 = counterLow, c1 = counterHigh, c2 = 0, c3 = 0, k0 = keyLow, k1 = keyHigh
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(roundMultipliers[0], c0), low0 = Math.imul(roundMultipliers[0], c0) >>> 0
    const high1 = multiplyHigh(roundMultipliers[1], c2), low1 = Math.imul(roundMultipliers[1], c2) >>> 0
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0
    k0 = (k0 + keyIncrements[0]) >>> 0
    k1 = (k1 + keyIncrements[1]) >>> 0
  }
  return c0
}

/** Standard normal by Box–Muller; uses the numbers 2·index and 2·index + 1 of the stream. */
export function normal(random: Stream, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.at(2 * index)))
  return radius * Math.cos(2 * Math.PI * random.at(2 * index + 1))
}

/** An integer in [0, count). */
export function integer(random: Stream, index: number, count: number): number {
  return Math.floor(random.at(index) * count)
}

/** A permutation of 0 … count − 1 (Fisher–Yates). */
export function permutation(random: Stream, count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = integer(random, last, last + 1)
    const kept = order[last]!
    order[last] = order[other]!
    order[other] = kept
  }
  return order
}
