// `data own = judged(model, prompts, judge) { … }`: offline pairs from a model's own answers, labelled by a declared judge.
import type { Declaration } from '../language/program.ts'
import type { Row } from '../vocabulary/field.ts'
import { model, reference, settings, value } from './context.ts'
import type { Context } from './context.ts'
import { part } from './parts.ts'
import { pairingFields, reference as field, samplingFields } from './fields.ts'
import { judgeOf } from './judge.ts'
import type { DataProduct, PartProduct } from './product.ts'
import { addSampling } from './sampling.ts'

const sampling = samplingFields({ responses: 4, temperature: 1 })
const pairing = pairingFields()

export const judgedData: Row = {
  doc: "Pairs made from a model's own answers: the judge's best is chosen, its worst rejected.",
  parameters: {
    policy: field('The model that answers.', 'model'),
    prompts: field('The requests it answers.', 'prompts'),
    judge: field('Who labels the answers.', 'judge'),
  },
  entries: {
    ...sampling,
    ...pairing,
  },
  gives: 'data',
  members: () => ({ preferences: 'pairs' }),
}

export function expandJudged(declaration: Declaration, context: Context): DataProduct {
  const given = declaration.arguments
  const policy = model(context, value(given, 'policy'))
  const prompts = part(context, reference(value(given, 'prompts')))
  const judge = judgeOf(context, value(given, 'judge'))
  const preferences = (): PartProduct => {
    const samples = addSampling(context, policy, prompts, settings(given, Object.keys(sampling)), declaration.name, 'all')
    const key = context.add({
      stage: 'rank',
      params: { judge: { row: judge.row, params: judge.params }, ...settings(given, Object.keys(pairing)) },
      inputs: { samples },
      label: `${declaration.name} · judge`,
      cost: { tokens: 0, bytes: 0 },
    })
    return { kind: 'part', type: 'pairs', key, rows: prompts.rows }
  }
  return { kind: 'data', part: (name) => (name === 'preferences' ? preferences() : undefined), comparisonsFor: () => undefined }
}
