// Fresh weights for training from nothing.
import { normal, type Stream } from '../random.ts'
import { type ModelConfig, type Weights, weightShapes, type WeightTensor } from './config.ts'

const deviation = 0.02

/**
 * Norm gains 1; matrices normal with standard deviation 0.02, divided by √(2 · layers) where they write to the residual stream,
 * so that its variance does not grow with depth (Radford et al., GPT-2, 2019, §2.3). Each tensor has a stream of its own.
 */
export function initialize(config: ModelConfig, random: Stream): Weights {
  const weights = new Map<string, WeightTensor>()
  for (const [name, shape] of weightShapes(config)) {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
    if (shape.length === 1) data.fill(1)
    else fillNormal(data, random.child(name), writesResidual(name) ? deviation / Math.sqrt(2 * config.layers) : deviation)
    weights.set(name, { shape, data })
  }
  return weights
}

const writesResidual = (name: string): boolean => name.endsWith('.attention') || name.endsWith('.down')

function fillNormal(data: Float32Array, random: Stream, scale: number): void {
  for (let index = 0; index < data.length; index++) data[index] = scale * normal(random, index)
}
