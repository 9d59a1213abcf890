// Next-token prediction on plain text: every document is read whole, or cut into pieces that fit the context.
import type { LanguageModel } from '../model/model.ts'
import { trainTokens } from '../model/train.ts'
import { jsonFile } from '../run/files.ts'
import { StageFailure } from '../run/stage.ts'
import type { Stage } from '../run/stage.ts'
import { trainableModelOf, trainedFiles } from './models.ts'
import { endOf } from './texts.ts'
import { trainOptions } from './training.ts'
import type { TrainingParams } from './training.ts'

export interface Document {
  readonly text: string
}

export const pretrain: Stage<TrainingParams> = {
  doc: 'Trains a model on text.',
  version: 1,
  numeric: true,
  seeded: true,
  async run({ params, input, has, random, engine, progress, halfway }) {
    const model = trainableModelOf({ input, has })
    const sequences = input('data').rows<Document>('rows.jsonl').flatMap((row) => pieces(model, row.text))
    if (sequences.length === 0) throw new StageFailure('the text is empty', 'check the data that `on` names')
    const { weights, curve } = await trainTokens(
      await engine(), model, sequences, trainOptions(params, sequences.length), random, progress, halfway,
    )
    return { ...trainedFiles({ input, has }, model, weights), 'curve.json': jsonFile({ unit: 'nats per token', points: curve }) }
  },
}

/** begin + document + end, cut where it outgrows the context; a later piece starts with the last token of the one before. */
function pieces(model: LanguageModel, text: string): { ids: number[]; from: number }[] {
  const ids = [model.special.begin, ...model.tokenizer.encode(text), endOf(model)]
  const length = model.config.context
  const found: { ids: number[]; from: number }[] = []
  for (let start = 0; start < ids.length - 1; start += length - 1) found.push({ ids: ids.slice(start, start + length), from: 1 })
  return found
}
