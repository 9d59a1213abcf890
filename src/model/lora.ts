// A model with an adapter: merged for sampling and scoring, taken apart for training.
import { loraScale } from './adapter.ts'
import type { Weights, WeightTensor } from './config.ts'
import type { LanguageModel } from './model.ts'

/** The same model without an adapter: W + (alpha / rank) · A · B, summed in doubles and rounded once. */
export function merged(model: LanguageModel): LanguageModel {
  const { adapter, ...base } = model
  if (adapter === undefined) return model
  const scale = adapter.settings.alpha / adapter.settings.rank
  const weights = new Map([...base.weights].map(([name, tensor]) => {
    const a = adapter.weights.get(`${name}.a`)
    const b = adapter.weights.get(`${name}.b`)
    return [name, a === undefined || b === undefined ? tensor : plusProduct(tensor, a, b, scale)]
  }))
  return { ...base, weights }
}

function plusProduct({ shape, data }: WeightTensor, a: WeightTensor, b: WeightTensor, scale: number): WeightTensor {
  const [rows, columns] = shape as [number, number]
  const rank = b.shape[0]!
  const sums = new Float64Array(columns)
  const result = new Float32Array(data.length)
  for (let row = 0; row < rows; row++) {
    sums.fill(0)
    for (let inner = 0; inner < rank; inner++) {
      const factor = a.data[row * rank + inner]!
      for (let column = 0; column < columns; column++) sums[column]! += factor * b.data[inner * columns + column]!
    }
    for (let column = 0; column < columns; column++) result[row * columns + column] = data[row * columns + column]! + scale * sums[column]!
  }
  return { shape, data: result }
}

export type Trainable = Pick<LanguageModel, 'config' | 'weights' | 'adapter'>

/** What training changes: the adapter alone where there is one, else all weights. */
export function trainedWeights({ weights, adapter }: Trainable): Weights {
  return adapter?.weights ?? weights
}

/** What a training step reads and does not change: nothing, or under an adapter the base and the scale. */
export function frozenWeights({ weights, adapter }: Trainable): Weights {
  if (adapter === undefined) return new Map()
  const { alpha, rank } = adapter.settings
  return new Map([...weights, [loraScale, { shape: [], data: Float32Array.of(alpha / rank) }]])
}

/** The model after training, given what `trainedWeights` has become. */
export function withTrained(model: LanguageModel, trained: Weights): LanguageModel {
  return model.adapter === undefined ? { ...model, weights: trained } : { ...model, adapter: { ...model.adapter, weights: trained } }
}
