// The decoder in plain loops over plain numbers (doubles), straight from its definition and sharing no code with src/model:
// no batching, no reordering of rotary pairs, no cache. Slow, and what the tensor code is measured against.
import type { ModelConfig } from '../model/config.ts'

export type Matrices = ReadonlyMap<string, readonly number[] | Float64Array>

type Vector = number[]

/** Logits after each position of one sequence, [T][V]. */
export function referenceLogits(config: ModelConfig, weights: Matrices, ids: readonly number[]): Vector[] {
  const { width, vocabulary, layers, hidden } = config
  const embedding = weights.get('embedding')!
  let x = ids.map((id) => Array.from(embedding.slice(id * width, (id + 1) * width)))
  for (let layer = 0; layer < layers; layer++) {
    const matrix = (name: string) => weights.get(`${layer}.${name}`)!
    const h = x.map((row) => norm(row, matrix('norm1'), config.normEpsilon))
    const mixed = attention(config, h, matrix)
    x = x.map((row, position) => add(row, times(mixed[position]!, matrix('attention'), width)))
    x = x.map((row) => {
      const g = norm(row, matrix('norm2'), config.normEpsilon)
      const gate = times(g, matrix('gate'), hidden)
      const up = times(g, matrix('up'), hidden)
      return add(row, times(gate.map((value, index) => value / (1 + Math.exp(-value)) * up[index]!), matrix('down'), width))
    })
  }
  return x.map((row) => {
    const last = norm(row, weights.get('norm')!, config.normEpsilon)
    if (!config.tied) return times(last, weights.get('output')!, vocabulary)
    return Array.from({ length: vocabulary }, (_, id) => last.reduce((sum, value, index) => sum + value * embedding[id * width + index]!, 0))
  })
}

/** Causal attention with grouped heads: query head h reads key/value head ⌊h / (heads / kvHeads)⌋. */
function attention(config: ModelConfig, h: Vector[], matrix: (name: string) => readonly number[] | Float64Array): Vector[] {
  const { heads, kvHeads, headWidth } = config
  const q = h.map((row, position) => turned(config, times(row, matrix('query'), heads * headWidth), heads, position))
  const k = h.map((row, position) => turned(config, times(row, matrix('key'), kvHeads * headWidth), kvHeads, position))
  const v = h.map((row) => times(row, matrix('value'), kvHeads * headWidth))
  return h.map((_, position) => Array.from({ length: heads }, (_, head) => {
    const from = Math.floor(head / (heads / kvHeads)) * headWidth
    const query = q[position]!.slice(head * headWidth, (head + 1) * headWidth)
    const scores = k.slice(0, position + 1).map((key) =>
      query.reduce((sum, value, index) => sum + value * key[from + index]!, 0) / Math.sqrt(headWidth))
    const shares = softmax(scores)
    return Array.from({ length: headWidth }, (_, index) => shares.reduce((sum, share, past) => sum + share * v[past]![from + index]!, 0))
  }).flat())
}

function turned(config: ModelConfig, row: Vector, heads: number, position: number): Vector {
  const { headWidth, ropeTheta, ropeLayout } = config
  const result = row.slice()
  for (let head = 0; head < heads; head++) {
    for (let pair = 0; pair < headWidth / 2; pair++) {
      const base = head * headWidth
      const one = ropeLayout === 'interleaved' ? base + 2 * pair : base + pair
      const two = ropeLayout === 'interleaved' ? one + 1 : one + headWidth / 2
      const angle = position / ropeTheta ** (2 * pair / headWidth)
      result[one] = row[one]! * Math.cos(angle) - row[two]! * Math.sin(angle)
      result[two] = row[one]! * Math.sin(angle) + row[two]! * Math.cos(angle)
    }
  }
  return result
}

function norm(row: Vector, gain: readonly number[] | Float64Array, epsilon: number): Vector {
  const mean = row.reduce((sum, value) => sum + value * value, 0) / row.length
  return row.map((value, index) => value / Math.sqrt(mean + epsilon) * gain[index]!)
}

/** row [K] times a matrix [K, columns] in row-major order. */
function times(row: Vector, matrix: readonly number[] | Float64Array, columns: number): Vector {
  const result = new Array<number>(columns).fill(0)
  row.forEach((value, index) => {
    for (let column = 0; column < columns; column++) result[column]! += value * matrix[index * columns + column]!
  })
  return result
}

function add(one: Vector, other: Vector): Vector {
  return one.map((value, index) => value + other[index]!)
}

export function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

/** log π of the tokens at index ≥ max(from, 1), given those before them. */
export function referenceLogprobs(config: ModelConfig, weights: Matrices, ids: readonly number[], from: number): number[] {
  const logits = referenceLogits(config, weights, ids)
  const first = Math.max(from, 1)
  return ids.slice(first).map((id, index) => Math.log(softmax(logits[first + index - 1]!)[id]!))
}

/** Mean −log π over all predicted tokens of all sequences. */
export function referenceTokenLoss(
  config: ModelConfig, weights: Matrices, sequences: readonly { readonly ids: readonly number[]; readonly from: number }[],
): number {
  const all = sequences.flatMap(({ ids, from }) => referenceLogprobs(config, weights, ids, from))
  return -all.reduce((sum, value) => sum + value, 0) / all.length
}

interface Pair {
  readonly prompt: readonly number[]
  readonly chosen: readonly number[]
  readonly rejected: readonly number[]
  readonly reference: { readonly chosen: number; readonly rejected: number }
}

/** Mean of −log σ(β · (chosen log-ratio − rejected log-ratio)): Rafailov et al., arXiv 2305.18290, equation 7. */
export function referenceDpoLoss(config: ModelConfig, weights: Matrices, pairs: readonly Pair[], beta: number): number {
  const sum = (prompt: readonly number[], answer: readonly number[]) =>
    referenceLogprobs(config, weights, [...prompt, ...answer], prompt.length).reduce((total, value) => total + value, 0)
  const losses = pairs.map(({ prompt, chosen, rejected, reference }) => {
    const margin = sum(prompt, chosen) - reference.chosen - (sum(prompt, rejected) - reference.rejected)
    return Math.log1p(Math.exp(-beta * margin))
  })
  return losses.reduce((total, loss) => total + loss, 0) / losses.length
}

/** ∂f/∂w by central differences for every number of every matrix. */
export function centralDifferences(weights: Matrices, f: (weights: Matrices) => number, step = 1e-5): Map<string, Float64Array> {
  const moved = new Map([...weights].map(([name, data]) => [name, Float64Array.from(data)]))
  return new Map([...moved].map(([name, data]) => [name, data.map((kept, index) => {
    data[index] = kept + step
    const above = f(moved)
    data[index] = kept - step
    const below = f(moved)
    data[index] = kept
    return (above - below) / (2 * step)
  })]))
}
