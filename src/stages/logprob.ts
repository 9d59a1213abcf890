// Log-probabilities of both answers of every pair under one model: the reference's half of preference training,
// computed once and shared by every training that refers to that model.
import type { Pair } from '../data/record.ts'
import { responseLogprobs } from '../model/logprobs.ts'
import { rowsFile } from '../run/files.ts'
import type { Stage } from '../run/stage.ts'
import { modelOf } from './models.ts'
import { answerIds, checkFits, promptIds } from './texts.ts'

export const logprob: Stage = {
  doc: 'Scores the chosen and the rejected answer of every pair under a model.',
  version: 1,
  numeric: true,
  seeded: false,
  async run({ input, has, engine, progress }) {
    const model = modelOf({ input, has })
    const pairs = input('pairs').rows<Pair>('rows.jsonl')
    const items = pairs.flatMap((pair) => {
      const prompt = promptIds(model, pair.text)
      return [pair.chosen, pair.rejected].map((answer) => {
        const response = answerIds(model, answer)
        checkFits(model, pair.id, prompt, response)
        return { prompt, response }
      })
    })
    const logprobs = await responseLogprobs(await engine(), model, items, {}, progress)
    const rows = pairs.map((pair, index): Pair => ({
      ...pair,
      reference: { chosen: logprobs[2 * index]!, rejected: logprobs[2 * index + 1]! },
    }))
    return { 'rows.jsonl': rowsFile(rows) }
  },
}
