// Log-probabilities of already drawn answers under a model that did not draw them.
import type { Samples } from '../data/record.ts'
import { responseLogprobs } from '../model/logprobs.ts'
import { rowsFile } from '../run/files.ts'
import type { Stage } from '../run/stage.ts'
import { modelOf } from './models.ts'
import { answerIds, promptIds } from './texts.ts'

/** One row for each prompt, in the samples' order. */
export interface ScoreRow {
  readonly id: string
  /** Nats, by response. */
  readonly logprobs: readonly number[]
}

export const score: Stage = {
  doc: 'Scores every sampled answer under a model.',
  version: 1,
  numeric: true,
  seeded: false,
  async run({ input, has, engine, progress }) {
    const model = modelOf({ input, has })
    const samples = input('samples').rows<Samples>('samples.jsonl')
    const items = samples.flatMap((row) => {
      const prompt = promptIds(model, row.text)
      return row.responses.map((answer) => ({ prompt, response: answerIds(model, answer) }))
    })
    const logprobs = await responseLogprobs(await engine(), model, items, {}, progress)
    let next = 0
    const rows = samples.map((row): ScoreRow => ({ id: row.id, logprobs: row.responses.map(() => logprobs[next++]!) }))
    return { 'scores.jsonl': rowsFile(rows) }
  },
}
