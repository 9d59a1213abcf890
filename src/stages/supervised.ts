// Next-token prediction on the answers of demonstrations; requests are read but not learnt.
import type { Demonstration } from '../data/record.ts'
import { trainTokens } from '../model/train.ts'
import { jsonFile } from '../run/files.ts'
import { StageFailure } from '../run/stage.ts'
import type { Stage } from '../run/stage.ts'
import { trainableModelOf, trainedFiles } from './models.ts'
import { answerIds, checkFits, promptIds } from './texts.ts'
import { trainOptions } from './training.ts'
import type { TrainingParams } from './training.ts'

export const supervised: Stage<TrainingParams> = {
  doc: 'Trains a model on demonstrations.',
  version: 1,
  numeric: true,
  seeded: true,
  async run({ params, input, has, random, engine, progress, halfway }) {
    const model = trainableModelOf({ input, has })
    const sequences = input('data').rows<Demonstration>('rows.jsonl').map((row) => {
      const prompt = promptIds(model, row.text)
      const answer = answerIds(model, { text: row.response })
      checkFits(model, row.id, prompt, answer)
      return { ids: [...prompt, ...answer], from: prompt.length }
    })
    if (sequences.length === 0) throw new StageFailure('there is no demonstration to learn from', 'check the data that `on` names')
    const { weights, curve } = await trainTokens(
      await engine(), model, sequences, trainOptions(params, sequences.length), random, progress, halfway,
    )
    return { ...trainedFiles({ input, has }, model, weights), 'curve.json': jsonFile({ unit: 'nats per token', points: curve }) }
  },
}
