// Preference training: the loss is a row of the losses table, the reference enters as log-probabilities kept with the pairs.
import type { Pair } from '../data/record.ts'
import type { TrainingCurve } from '../data/result.ts'
import { losses } from '../losses/index.ts'
import { trainPreferences } from '../model/train.ts'
import type { Parameters } from '../plan/parameters.ts'
import { jsonFile } from '../run/files.ts'
import { StageFailure } from '../run/stage.ts'
import type { Stage } from '../run/stage.ts'
import { trainableModelOf, trainedFiles } from './models.ts'
import { answerIds, checkFits, promptIds } from './texts.ts'
import { trainOptions } from './training.ts'
import type { TrainingParams } from './training.ts'

interface PreferParams extends TrainingParams {
  readonly loss: keyof typeof losses
  readonly lossParams: Parameters
}

export const prefer: Stage<PreferParams> = {
  doc: 'Trains a model on preference pairs.',
  version: 1,
  numeric: true,
  seeded: true,
  async run({ params, input, has, random, engine, progress, halfway }) {
    const { loss, lossParams } = params
    const model = trainableModelOf({ input, has })
    const pairs = input('pairs').rows<Pair>('rows.jsonl')
    if (pairs.length === 0) throw new StageFailure('there is no preference pair to train on', 'see the counts of what was dropped in the pairing stage')
    const rows = pairs.map((pair) => {
      if (pair.reference === undefined) throw new Error(`bug: pair ${pair.id} came without reference log-probabilities`)
      const prompt = promptIds(model, pair.text)
      const chosen = answerIds(model, pair.chosen)
      const rejected = answerIds(model, pair.rejected)
      checkFits(model, pair.id, prompt, chosen.length > rejected.length ? chosen : rejected)
      const { mismatched } = pair
      const other = mismatched && { response: answerIds(model, mismatched.answer), reference: mismatched.reference }
      return { prompt, chosen, rejected, reference: pair.reference, ...(other === undefined ? {} : { mismatched: other }) }
    })
    const row = losses[loss]
    const result = await trainPreferences(
      await engine(), model, rows, row.loss(lossParams), trainOptions(params, rows.length), random, progress, halfway,
    )
    const curve: TrainingCurve = { unit: row.unit, points: result.curve }
    return { ...trainedFiles({ input, has }, model, result.weights), 'curve.json': jsonFile(curve) }
  },
}
