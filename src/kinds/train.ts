// `train name = method(model) on data { … }`: pretraining, supervised tuning, and one method for each row of the losses table.
import { losses } from '../losses/index.ts'
import type { Loss } from '../losses/loss.ts'
import type { Declaration } from '../language/program.ts'
import type { Field, Row } from '../vocabulary/field.ts'
import { model, reference, settings, value } from './context.ts'
import type { Context, KindRow } from './context.ts'
import { scoringCost } from './cost.ts'
import { reference as field, trainingFields } from './fields.ts'
import { part } from './parts.ts'
import { modelInputs } from './product.ts'
import type { ModelProduct, PartProduct } from './product.ts'
import type { Json, Key } from '../plan/node.ts'
import { costOfTraining, trainingParams } from './training.ts'

const policy = { policy: field('The model to start from.', 'model') }

const pretrain: Row = {
  doc: 'Next-token prediction on plain text.',
  parameters: policy,
  clauses: { on: field('The text.', 'corpus') },
  entries: trainingFields({ rate: 3e-3, batch: 32, schedule: 'cosine', warmup: 20, weightDecay: 0.01 }),
}

const supervised: Row = {
  doc: 'Next-token prediction on the answers of demonstrations; the requests are read, not learnt.',
  parameters: policy,
  clauses: { on: field('The demonstrations.', 'demonstrations') },
  entries: trainingFields({ rate: 1e-3, batch: 32, schedule: 'cosine', warmup: 20, weightDecay: 0.01 }),
}

/**
 * The entries of a preference loss and of its training. What a loss measures on mismatched answers belongs to the whole batch:
 * part by part it would be another loss, so such a loss has no `accumulate`.
 */
export function preferenceEntries(loss: Loss): Record<string, Field> {
  const fields = trainingFields({ rate: 1e-4, batch: 32, schedule: 'constant', warmup: 0, weightDecay: 0 })
  if (loss.mismatched === true) delete fields['accumulate']
  return { ...loss.entries, ...fields }
}

const preferenceRows = Object.fromEntries(Object.entries(losses).map(([name, loss]): [string, Row] => [name, {
  doc: loss.doc,
  parameters: policy,
  clauses: { on: field('The preference pairs.', 'pairs') },
  entries: preferenceEntries(loss),
}]))

export const train: KindRow = {
  doc: 'Trains a model and declares the result.',
  named: 'name',
  head: { rows: { pretrain, supervised, ...preferenceRows } },
  clauses: {
    on: field('The data to learn from: text, demonstrations or pairs, as the method asks.', 'corpus', 'demonstrations', 'pairs'),
    against: { ...field('The reference of preference training; the starting model itself when unwritten.', 'model'), optional: true },
  },
  gives: 'model',
  expand,
}

function expand(declaration: Declaration, context: Context): ModelProduct {
  const given = declaration.arguments
  const start = model(context, value(given, 'policy'))
  const data = part(context, reference(value(given, 'on')))
  if (declaration.row === 'pretrain' || declaration.row === 'supervised') return expandTokens(declaration, context, start, data)
  const against = value(given, 'against') === undefined ? start : model(context, value(given, 'against'))
  const pairs = addLogprobs(context, against, data, declaration.name)
  const key = addPreference(declaration, context, { start, against, pairs, rows: data.rows }, declaration.name)
  context.target({ declaration: declaration.name, holds: 'training', model: declaration.name, round: 0, key })
  return { ...start, key, name: declaration.name, round: 0, reference: against }
}

function expandTokens(declaration: Declaration, context: Context, start: ModelProduct, data: PartProduct): ModelProduct {
  const key = context.add({
    stage: declaration.row,
    params: trainingParams(declaration, context),
    inputs: { ...modelInputs(start), data: data.key },
    label: `${declaration.name} · ${declaration.row}`,
    cost: costOfTraining(declaration, start, data.rows, 1),
  })
  context.target({ declaration: declaration.name, holds: 'training', model: declaration.name, round: 0, key })
  return { ...start, key, name: declaration.name, round: 0, reference: undefined }
}

/** The stage that scores both answers of every pair under a model: shared by every training that refers to it. */
export function addLogprobs(context: Context, under: ModelProduct, pairs: PartProduct, label: string): Key {
  return context.add({
    stage: 'logprob',
    params: {},
    inputs: { ...modelInputs(under), pairs: pairs.key },
    label: `${label} · reference log-probabilities`,
    cost: scoringCost(under.config, 2 * pairs.rows),
  })
}

export interface PreferenceTraining {
  readonly start: ModelProduct
  readonly against: ModelProduct
  /** They carry their log-probabilities under `against`. */
  readonly pairs: Key
  readonly rows: number
}

/** Preference training; a loss that wants mismatched answers gets the stage that prepares them. */
export function addPreference(
  declaration: Declaration, context: Context, { start, against, pairs, rows }: PreferenceTraining, label: string,
): Key {
  const loss: Loss = losses[declaration.row as keyof typeof losses]
  const lossParams: Record<string, Json> = settings(declaration.arguments, Object.keys(loss.entries ?? {}))
  return context.add({
    stage: 'prefer',
    params: { loss: declaration.row, lossParams, ...trainingParams(declaration, context) },
    inputs: { ...modelInputs(start), pairs: loss.mismatched === true ? addMismatched(context, against, pairs, rows, label) : pairs },
    label: `${label} · ${declaration.row}`,
    cost: costOfTraining(declaration, start, rows, loss.mismatched === true ? 3 : 2),
  })
}

function addMismatched(context: Context, under: ModelProduct, pairs: Key, rows: number, label: string): Key {
  return context.add({
    stage: 'mismatch',
    params: {},
    inputs: { ...modelInputs(under), pairs },
    label: `${label} · mismatched answers`,
    cost: scoringCost(under.config, rows),
  })
}
