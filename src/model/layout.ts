// Between the orders in which checkpoints store weights and the one order this project computes with:
// matrices as [in, out], rotary pairs as halves. Both changes only move numbers, so they are exact and undo each other.
import type { ModelConfig, Weights, WeightTensor } from './config.ts'
import type { LanguageModel } from './model.ts'

/** [rows, columns] to [columns, rows], row-major. */
export function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column]!
  }
  return result
}

/**
 * Query and key features reordered from interleaved rotary pairs (2i, 2i + 1) to halves (i, i + headWidth / 2), or back.
 * Queries and keys move alike, so attention scores keep their terms and change only by the order of summation.
 */
export function withRopeLayout<C extends { readonly config: ModelConfig; readonly weights: Weights }>(
  model: C, layout: ModelConfig['ropeLayout'],
): C {
  const { config } = model
  if (config.ropeLayout === layout) return model
  const weights = new Map<string, WeightTensor>()
  for (const [name, tensor] of model.weights) {
    const heads = name.endsWith('.query') ? config.heads : name.endsWith('.key') ? config.kvHeads : 0
    weights.set(name, heads === 0 ? tensor : reorderHeads(tensor, heads, config.headWidth, layout))
  }
  return { ...model, config: { ...config, ropeLayout: layout }, weights }
}

function reorderHeads(tensor: WeightTensor, heads: number, headWidth: number, layout: ModelConfig['ropeLayout']): WeightTensor {
  const half = headWidth / 2
  const columns = heads * headWidth
  const source = new Int32Array(columns)
  for (let head = 0; head < heads; head++) {
    for (let pair = 0; pair < half; pair++) {
      for (let side = 0; side < 2; side++) {
        const interleaved = head * headWidth + 2 * pair + side
        const halved = head * headWidth + side * half + pair
        if (layout === 'halves') source[halved] = interleaved
        else source[interleaved] = halved
      }
    }
  }
  const data = new Float32Array(tensor.data.length)
  for (let start = 0; start < data.length; start += columns) {
    for (let column = 0; column < columns; column++) data[start + column] = tensor.data[start + source[column]!]!
  }
  return { shape: tensor.shape, data }
}

/** The model with its rotary pairs in halves, as every stored artefact and every later stage has them. */
export function inHalves(model: LanguageModel): LanguageModel {
  return withRopeLayout(model, 'halves')
}
