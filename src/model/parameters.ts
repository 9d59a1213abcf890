// All weights that are trained as one vector, so that the optimiser is a dozen operations instead of a dozen for each tensor.
// Matrices come first: weight decay applies to a prefix.
import type { Tensor, Tensors, Tf } from '../tensor/engine.ts'
import type { Weights } from './config.ts'

export interface Place {
  readonly name: string
  readonly shape: readonly number[]
  readonly offset: number
  readonly size: number
}

export interface ParameterVector {
  /** Of `places`, in the order in which they were given. */
  readonly names: readonly string[]
  readonly places: readonly Place[]
  readonly size: number
  /** How many numbers from the start belong to matrices. */
  readonly matrices: number
}

/** `given` holds names and shapes, as `weightShapes` and `adapterShapes` tell them. */
export function parameterVector(given: ReadonlyMap<string, readonly number[]>): ParameterVector {
  const shapes = [...given]
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
  return { names: [...given.keys()], places, size: offset, matrices }
}

export function pack({ places, size }: ParameterVector, weights: Weights): Float32Array {
  const vector = new Float32Array(size)
  for (const { name, offset } of places) vector.set(weights.get(name)!.data, offset)
  return vector
}

/** In the order in which the shapes were given. */
export function unpack({ names, places }: ParameterVector, vector: Float32Array): Weights {
  const byName = new Map(places.map((place) => [place.name, place]))
  return new Map(names.map((name) => {
    const { shape, offset, size } = byName.get(name)!
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
