// The two sizes that are timed, and the work at each.
import type { ModelConfig } from '../../src/model/config.ts'

export type Task = 'train' | 'dpo' | 'sample' | 'score' | 'shared'

/** Sequences, and tokens of each: `length` where all are predicted, else those of the prompt and of the response. */
export interface Shape {
  readonly rows: number
  readonly length?: number
  readonly prompt?: number
  readonly response?: number
}

export interface Size {
  readonly config: ModelConfig
  readonly shapes: Readonly<Record<Task, Shape>>
}

const llama = (layers: number, width: number, heads: number, hidden: number, vocabulary: number): ModelConfig => ({
  layers, width, heads, kvHeads: heads, headWidth: width / heads, hidden, vocabulary, context: 512,
  ropeTheta: 10000, ropeLayout: 'halves', normEpsilon: 1e-5, tied: true,
})

/** `shared` scores eight responses to each prompt; the peers score them as rows like any other. */
export const sizes: Readonly<Record<'small' | 'large', Size>> = {
  small: {
    config: llama(4, 128, 4, 344, 512),
    shapes: {
      train: { rows: 16, length: 64 },
      dpo: { rows: 8, prompt: 32, response: 32 },
      sample: { rows: 64, prompt: 8, response: 128 },
      score: { rows: 32, prompt: 64, response: 64 },
      shared: { rows: 32, prompt: 64, response: 64 },
    },
  },
  large: {
    config: llama(6, 288, 6, 768, 32000),
    shapes: {
      train: { rows: 8, length: 256 },
      dpo: { rows: 4, prompt: 128, response: 128 },
      sample: { rows: 64, prompt: 8, response: 128 },
      score: { rows: 16, prompt: 128, response: 128 },
      shared: { rows: 16, prompt: 128, response: 128 },
    },
  },
}
