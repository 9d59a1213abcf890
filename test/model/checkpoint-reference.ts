// A Llama decoder in plain doubles, one token at a time, for either rotary layout: what loaded weights are checked against.
import type { ModelConfig, Weights } from '../../src/model/config.ts'

/** Logits after each of the given ids. */
export function referenceLogits(config: ModelConfig, weights: Weights, ids: readonly number[]): number[][] {
  const decode = referenceDecoder(config, weights)
  return ids.map((id) => decode(id))
}

/** The ids that taking the likeliest token gives, the first `start` included. */
export function referenceGreedy(config: ModelConfig, weights: Weights, start: number, count: number): number[] {
  const decode = referenceDecoder(config, weights)
  const ids = [start]
  while (ids.length < count) {
    const logits = decode(ids.at(-1)!)
    ids.push(logits.indexOf(Math.max(...logits)))
  }
  return ids
}

export function referenceDecoder(config: ModelConfig, weights: Weights): (id: number) => number[] {
  const { layers, width, heads, kvHeads, headWidth, vocabulary } = config
  const get = (name: string) => weights.get(name)!
  const keys: number[][][] = Array.from({ length: layers }, () => [])
  const values: number[][][] = Array.from({ length: layers }, () => [])
  const norm = (x: readonly number[], name: string) => {
    const scale = 1 / Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / width + config.normEpsilon)
    return x.map((value, index) => value * scale * get(name).data[index]!)
  }
  const times = (x: readonly number[], name: string) => {
    const { shape, data } = get(name)
    const columns = shape[1]!
    const result = new Array<number>(columns).fill(0)
    x.forEach((value, row) => { for (let column = 0; column < columns; column++) result[column]! += value * data[row * columns + column]! })
    return result
  }
  let position = 0
  const attend = (x: readonly number[], layer: number) => {
    keys[layer]!.push(rotate(times(x, `${layer}.key`), position, config))
    values[layer]!.push(times(x, `${layer}.value`))
    const query = rotate(times(x, `${layer}.query`), position, config)
    const mixed = new Array<number>(heads * headWidth).fill(0)
    for (let head = 0; head < heads; head++) {
      const shared = Math.floor(head / (heads / kvHeads)) * headWidth
      const scores = keys[layer]!.map((key) => {
        let dot = 0
        for (let feature = 0; feature < headWidth; feature++) dot += query[head * headWidth + feature]! * key[shared + feature]!
        return dot / Math.sqrt(headWidth)
      })
      const top = Math.max(...scores)
      const weightsOfPast = scores.map((score) => Math.exp(score - top))
      const total = weightsOfPast.reduce((sum, value) => sum + value, 0)
      weightsOfPast.forEach((weight, past) => {
        for (let feature = 0; feature < headWidth; feature++) {
          mixed[head * headWidth + feature]! += (weight / total) * values[layer]![past]![shared + feature]!
        }
      })
    }
    return times(mixed, `${layer}.attention`)
  }
  return (id) => {
    const embedding = get('embedding').data
    let x = Array.from({ length: width }, (_, feature) => embedding[id * width + feature]!)
    for (let layer = 0; layer < layers; layer++) {
      const attended = attend(norm(x, `${layer}.norm1`), layer)
      x = x.map((value, feature) => value + attended[feature]!)
      const normed = norm(x, `${layer}.norm2`)
      const gate = times(normed, `${layer}.gate`)
      const up = times(normed, `${layer}.up`)
      const fed = times(gate.map((value, index) => value / (1 + Math.exp(-value)) * up[index]!), `${layer}.down`)
      x = x.map((value, feature) => value + fed[feature]!)
    }
    position += 1
    const last = norm(x, 'norm')
    if (!config.tied) return times(last, 'output')
    return Array.from({ length: vocabulary }, (_, token) =>
      last.reduce((sum, value, feature) => sum + value * embedding[token * width + feature]!, 0))
  }
}

function rotate(x: readonly number[], position: number, { headWidth, ropeTheta, ropeLayout }: ModelConfig): number[] {
  const result = [...x]
  const half = headWidth / 2
  for (let head = 0; head < x.length; head += headWidth) {
    for (let pair = 0; pair < half; pair++) {
      const angle = position * ropeTheta ** (-2 * pair / headWidth)
      const one = head + (ropeLayout === 'halves' ? pair : 2 * pair)
      const two = ropeLayout === 'halves' ? one + half : one + 1
      result[one] = x[one]! * Math.cos(angle) - x[two]! * Math.sin(angle)
      result[two] = x[one]! * Math.sin(angle) + x[two]! * Math.cos(angle)
    }
  }
  return result
}
