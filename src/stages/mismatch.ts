// Another pair's answer under each request, with its log-probability under the reference. No answer was written for the request
// it stands under, so that a policy which prefers it to its reference has moved as a whole: what KTO measures gains against.
import type { Answer, Pair } from '../data/record.ts'
import { responseLogprobs } from '../model/logprobs.ts'
import type { LanguageModel } from '../model/model.ts'
import { rowsFile } from '../run/files.ts'
import { StageFailure } from '../run/stage.ts'
import type { Stage } from '../run/stage.ts'
import { modelOf } from './models.ts'
import { answerIds, promptIds } from './texts.ts'

export const mismatch: Stage = {
  doc: 'Puts an answer of another pair under each request and scores it under a model.',
  version: 1,
  numeric: true,
  seeded: false,
  async run({ input, has, engine, progress }) {
    const model = modelOf({ input, has })
    const pairs = input('pairs').rows<Pair>('rows.jsonl')
    const found = partners(model, pairs)
    const logprobs = await responseLogprobs(await engine(), model, found, {}, progress)
    return {
      'rows.jsonl': rowsFile(pairs.map((pair, row): Pair => (
        { ...pair, mismatched: { answer: found[row]!.answer, reference: logprobs[row]! } }))),
    }
  },
}

interface Partner {
  readonly answer: Answer
  readonly prompt: readonly number[]
  readonly response: readonly number[]
}

/** The nearest row further on, and round again from the first, that answers another request and fits; its sides take turns. */
function partners(model: LanguageModel, pairs: readonly Pair[]): Partner[] {
  const responses = pairs.map((pair, row) => {
    const answer = row % 2 === 0 ? pair.chosen : pair.rejected
    return { answer, response: answerIds(model, answer) }
  })
  return pairs.map((pair, row) => {
    const prompt = promptIds(model, pair.text)
    for (let step = 1; step < pairs.length; step++) {
      const other = (row + step) % pairs.length
      const { answer, response } = responses[other]!
      if (pairs[other]!.text !== pair.text && prompt.length + response.length <= model.config.context) return { answer, prompt, response }
    }
    throw new StageFailure(
      `no other pair has an answer that fits the context (${model.config.context}) after the request of \`${pair.id}\``,
      'this loss compares with answers to other requests: give it more pairs, shorter ones, or a model with a longer `context`',
    )
  })
}
