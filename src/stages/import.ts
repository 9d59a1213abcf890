// A model from files: a llama2.c checkpoint with its tokenizer, or a Hugging Face folder. Stored in one form from here on.
import { readFileSync } from 'node:fs'
import { modelFromHuggingFace, modelToFiles } from '../model/huggingface.ts'
import { modelFromLlama2c } from '../model/llama2c.ts'
import type { LanguageModel } from '../model/model.ts'
import type { WeightType } from '../model/safetensors.ts'
import { StageFailure } from '../run/stage.ts'
import type { Stage, Task } from '../run/stage.ts'

interface ImportParams {
  readonly format: 'llama2c' | 'huggingface'
  readonly template: string
  /** How the weights are stored; whatever computes with them rounds no further. */
  readonly dtype: WeightType
  /** The model's own unless given, and at most that. */
  readonly context?: number
  /** The ports of the files: their names inside the folder, or `weights` and `tokenizer`. */
  readonly files: readonly string[]
}

export const importModel: Stage<ImportParams> = {
  doc: 'Reads a model from files.',
  version: 1,
  numeric: false,
  seeded: false,
  async run(task) {
    const { format, template, dtype, files, context } = task.params
    const model = format === 'llama2c' ? checkpoint(task, template) : folder(task, files, template)
    return modelToFiles(shortened(model, context ?? model.config.context), dtype)
  },
}

function shortened(model: LanguageModel, context: number): LanguageModel {
  if (context > model.config.context) {
    throw new StageFailure(`the model was made for sequences of ${model.config.context} tokens, not ${context}`, 'lower `context`')
  }
  return { ...model, config: { ...model.config, context } }
}

function checkpoint(task: Task<ImportParams>, template: string): LanguageModel {
  const [weights, tokenizer] = ['weights', 'tokenizer'].map((port) => ({ name: task.file(port), bytes: readFileSync(task.file(port)) }))
  return modelFromLlama2c(weights!, tokenizer!, template)
}

function folder(task: Task<ImportParams>, files: readonly string[], template: string): LanguageModel {
  return modelFromHuggingFace((name) => readFileSync(task.file(name)), (name) => files.includes(name), template)
}
