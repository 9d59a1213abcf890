// How rows of text become token ids for a model, the same way in every stage.
import type { Answer } from '../data/record.ts'
import type { LanguageModel } from '../model/model.ts'
import { StageFailure } from '../run/stage.ts'

/** The begin token and the request inside the model's template. */
export function promptIds(model: LanguageModel, prompt: string): number[] {
  return [model.special.begin, ...model.tokenizer.encode(model.template.split('{prompt}').join(prompt))]
}

/** An answer's tokens, with the end token unless it was cut off before it ended. */
export function answerIds(model: LanguageModel, answer: Answer): number[] {
  const tokens = answer.tokens ?? model.tokenizer.encode(answer.text)
  return answer.finish === 'length' ? [...tokens] : [...tokens, endOf(model)]
}

export function endOf(model: LanguageModel): number {
  const end = model.special.ends[0]
  if (end === undefined) throw new Error('bug: every model has an end token')
  return end
}

/** Refuses a request that leaves no room for an answer. */
export function checkFits(model: LanguageModel, id: string, prompt: readonly number[], answer: readonly number[]): void {
  const length = prompt.length + answer.length
  if (length <= model.config.context && prompt.length < model.config.context) return
  const what = answer.length === 0 ? `prompt \`${id}\` has ${prompt.length} tokens` : `prompt and answer of \`${id}\` have ${length} tokens`
  throw new StageFailure(
    `${what}, but the model's context is ${model.config.context}`,
    'shorten the row, leave it out, or use a model with a longer `context`',
  )
}
