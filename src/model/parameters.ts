// All weights as one vector, so that the optimiser is a dozen operations instead of a dozen for each tensor.
// Matrices come first: weight decay applies to a prefix.
import type { Tensor, Tensors, Tf } from '../tensor/engine.ts'
import { type ModelConfig, type Weights, weightShapes } from './config.ts'

export interface Place {
  readonly name: string
  readonly shape: readonly number[]
  readonly offset: number
  readonly size: number
}

export interface ParameterVector {
  readonly places: readonly Place[]
  readonly size: number
  /** How many numbers from the start belong to matrices. */
  readonly matrices: number
}

export function parameterVector(config: ModelConfig): ParameterVector {
  const shapes = [...weightShapes(config)]
  const ordered = [...shapes.filter(([, shape]) => shape.length > 1), ...shapes.filter(([, shape]) => shape.length === 1)]
  const places: Place[] = []
  let offset = 0
  let matrices = 0
  for (const [name, shape] of ordered) {
    const size = shape.reduce((product, length) => product * length, 1)
    places.push({ name, shape, offset, size })
    offset += size
    if (shape.length > 1) matrices = offset
  }
  return { places, size: offset, matrices }
}

export function pack({ places, size }: ParameterVector, weights: Weights): Float32Array {
  const vector = new Float32Array(size)
  for (const { name, offset } of places) vector.set(weights.get(name)!.data, offset)
  return vector
}

/** In the order of `weightShapes`. */
export function unpack({ places }: ParameterVector, config: ModelConfig, vector: Float32Array): Weights {
  const byName = new Map(places.map((place) => [place.name, place]))
  return new Map([...weightShapes(config)].map(([name, shape]) => {
    const { offset, size } = byName.get(name)!
    return [name, { shape, data: vector.slice(offset, offset + size) }]
  }))
}

export function split(tf: Tf, { places }: ParameterVector, vector: Tensor): Tensors {
  return Object.fromEntries(places.map(({ name, shape, offset, size }) =>
    [name, tf.reshape(tf.slice(vector, [offset], [size]), [...shape])]))
}

export function join(tf: Tf, { places }: ParameterVector, tensors: Tensors): Tensor {
  return tf.concat(places.map(({ name }) => tf.reshape(tensors[name]!, [-1])))
}
