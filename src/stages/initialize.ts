// A model from scratch: random weights and a trained tokenizer.
import type { ModelConfig } from '../model/config.ts'
import { modelToFiles } from '../model/huggingface.ts'
import { initialize as randomWeights } from '../model/initialize.ts'
import { tokenizerFromJson } from '../model/tokenizer.ts'
import type { Stage } from '../run/stage.ts'

export const initialize: Stage<{ readonly config: ModelConfig; readonly template: string }> = {
  doc: 'Draws the weights of a new model.',
  version: 1,
  numeric: false,
  seeded: true,
  async run({ params, input, random }) {
    const { config, template } = params
    const tokenizer = tokenizerFromJson(input('tokenizer').json('tokenizer.json'))
    const id = (token: string): number => {
      const found = tokenizer.id(token)
      if (found === undefined) throw new Error(`bug: a trained tokenizer has no ${token}`)
      return found
    }
    // A small text may hold fewer merges than were asked for: the table is as large as the tokenizer turned out.
    const fitted = { ...config, vocabulary: tokenizer.vocabulary }
    const special = { begin: id('<s>'), ends: [id('</s>')], pad: id('<pad>') }
    return modelToFiles({ config: fitted, special, weights: randomWeights(fitted, random), tokenizer, template })
  },
}
