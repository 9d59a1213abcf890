// Choosing a token from the logits of one position, in doubles.

export interface SamplingOptions {
  /** 0 takes the likeliest token, the lowest id among equals. */
  readonly temperature: number
  /** In (0, 1]: only the smallest set of likeliest tokens whose mass at this temperature reaches it may be drawn. */
  readonly topP: number
}

/** log Σ exp(logit), the normaliser of the full distribution at temperature 1. */
export function logSumExp(logits: Float32Array): number {
  const largest = logits[greatest(logits)]!
  let sum = 0
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id]! - largest)
  return largest + Math.log(sum)
}

/** The token at `uniform` in [0, 1) of the cumulative distribution over the tokens that may be drawn, in order of their ids. */
export function chooseToken(logits: Float32Array, { temperature, topP }: SamplingOptions, uniform: number): number {
  const likeliest = greatest(logits)
  if (temperature === 0) return likeliest
  const powers = powersOf(logits, logits[likeliest]!, temperature)
  if (topP < 1) keepNucleus(powers, topP)
  let left = uniform * total(powers)
  let chosen = likeliest
  for (let id = 0; id < powers.length; id++) {
    if (powers[id] === 0) continue
    chosen = id
    left -= powers[id]!
    if (left < 0) break
  }
  return chosen
}

/** exp((logit − largest) / temperature). Plain loops throughout: this runs once for every token that is written. */
function powersOf(logits: Float32Array, largest: number, temperature: number): Float64Array {
  const powers = new Float64Array(logits.length)
  for (let id = 0; id < powers.length; id++) powers[id] = Math.exp((logits[id]! - largest) / temperature)
  return powers
}

function greatest(logits: Float32Array): number {
  let best = 0
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id
  return best
}

/**
 * Sets to 0 what stands outside the nucleus (Holtzman et al., arXiv 1904.09751): likeliest first, the lower id among equals,
 * until the mass reaches topP. What is below (1 − topP) / V of the mass cannot belong to it and need not be sorted.
 */
function keepNucleus(powers: Float64Array, topP: number): void {
  const mass = total(powers)
  const floor = (1 - topP) * mass / powers.length
  const candidates: number[] = []
  for (let id = 0; id < powers.length; id++) if (powers[id]! >= floor) candidates.push(id)
  candidates.sort((a, b) => powers[b]! - powers[a]! || a - b)
  const kept = new Map<number, number>()
  let reached = 0
  for (const id of candidates) {
    if (reached >= topP * mass) break
    kept.set(id, powers[id]!)
    reached += powers[id]!
  }
  powers.fill(0)
  for (const [id, power] of kept) powers[id] = power
}

function total(powers: Float64Array): number {
  let sum = 0
  for (let id = 0; id < powers.length; id++) sum += powers[id]!
  return sum
}
