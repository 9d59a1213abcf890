// `evaluate name of [models] against baseline { … }`: each model answers the same prompts as the baseline, and a judge compares.
import { measures } from '../metrics/index.ts'
import type { Declaration } from '../language/program.ts'
import type { Json, Key } from '../plan/node.ts'
import type { Type } from '../vocabulary/type.ts'
import { list, model, reference, settings, value } from './context.ts'
import type { Context, KindRow } from './context.ts'
import { positive, reference as field, samplingFields } from './fields.ts'
import { judgeOf } from './judge.ts'
import { mistakes } from './mistakes.ts'
import { part } from './parts.ts'
import type { EvaluationProduct, JudgeProduct, ModelProduct, PartProduct } from './product.ts'
import { addSampling } from './sampling.ts'
import { variantName } from './sweep.ts'
import { addLogprobs } from './train.ts'

const { responses: _, ...decoding } = samplingFields({ responses: 1, temperature: 0.7 })

const measureWords = Object.fromEntries(Object.entries(measures).map(([name, measure]) => [name, measure.doc]))

export const evaluate: KindRow = {
  doc: 'Measures models on prompts, against the answers of one baseline.',
  named: 'name',
  clauses: {
    of: {
      doc: 'The models; an iteration stands for the model of every round, a sweep for those of every variant.',
      type: { kind: 'either', of: [
        { kind: 'list', of: { kind: 'reference', to: ['model', 'loop', 'sweep'] }, min: 1 },
        { kind: 'reference', to: ['model', 'loop', 'sweep'] },
      ] },
    },
    against: field('The baseline: win rates are against its answers.', 'model'),
  },
  entries: {
    prompts: field('The requests.', 'prompts'),
    judge: field('Who compares the answers.', 'judge'),
    measures: {
      doc: 'What to measure.',
      type: { kind: 'list', of: { kind: 'choice', of: measureWords }, min: 1 },
      default: ['winrate', 'lc_winrate', 'length'],
    },
    comparisons: {
      ...field("Held-out pairs for `reward_accuracy`; the prompts' own when unwritten and there are some.", 'pairs'),
      optional: true,
    },
    count: { ...positive('Prompts answered, drawn without replacement; all of them when unwritten.'), optional: true },
    ...decoding,
  },
  gives: 'evaluation',
  members: (given) => {
    const found = given['measures']?.value
    const names = found?.kind === 'list' ? found.items.flatMap((item) => (item.kind === 'choice' ? [item.value] : [])) : Object.keys(measures)
    return Object.fromEntries(names.map((name): [string, Type] => [name, 'measure']))
  },
  expand,
}

interface Subject {
  readonly model: ModelProduct
  readonly variant: Readonly<Record<string, Json>>
  readonly owner: string
}

function expand(declaration: Declaration, context: Context): EvaluationProduct {
  const given = declaration.arguments
  const prompts = part(context, reference(value(given, 'prompts')))
  const scene: Scene = {
    declaration,
    prompts,
    judge: judgeOf(context, value(given, 'judge')),
    baseline: model(context, value(given, 'against')),
    comparisons: comparisonsOf(declaration, context),
  }
  for (const subject of subjects(declaration, context)) {
    const key = addEvaluation(scene, context.behalf(subject.owner), subject.model)
    context.target({
      declaration: declaration.name, holds: 'evaluation', model: subject.model.name, round: subject.model.round, variant: subject.variant, key,
    })
  }
  return { kind: 'evaluation' }
}

function subjects(declaration: Declaration, context: Context): Subject[] {
  const found = value(declaration.arguments, 'of')
  const items = found?.kind === 'list' ? list(declaration.arguments, 'of') : found === undefined ? [] : [found]
  return items.flatMap((item): Subject[] => {
    const { name } = reference(item)
    const product = context.product(name)
    if (product.kind === 'loop') return product.rounds.map((model) => ({ model, variant: {}, owner: name }))
    if (product.kind === 'sweep') {
      return product.variants.flatMap(({ settings, loop }) => loop.rounds.map((model) => ({
        model: { ...model, name }, variant: settings, owner: variantName(name, settings),
      })))
    }
    return product.kind === 'model' ? [{ model: product, variant: {}, owner: name }] : []
  })
}

interface Scene {
  readonly declaration: Declaration
  readonly prompts: PartProduct
  readonly judge: JudgeProduct
  readonly baseline: ModelProduct
  readonly comparisons: PartProduct | undefined
}

function comparisonsOf(declaration: Declaration, context: Context): PartProduct | undefined {
  const wanted = list(declaration.arguments, 'measures').some((item) => item.kind === 'choice' && item.value === 'reward_accuracy')
  if (!wanted) return undefined
  const written = value(declaration.arguments, 'comparisons')
  if (written !== undefined) return part(context, reference(written))
  const { name, member } = reference(value(declaration.arguments, 'prompts'))
  const product = context.product(name)
  const found = product.kind === 'data' && member !== undefined ? product.comparisonsFor(member) : undefined
  if (found === undefined) context.accept(mistakes.noComparisons(context, declaration))
  return found
}

function addEvaluation(scene: Scene, context: Context, subject: ModelProduct): Key {
  const { declaration, prompts, judge, baseline, comparisons } = scene
  const drawing: Record<string, Json> = { responses: 1, ...settings(declaration.arguments, [...Object.keys(decoding), 'count']) }
  const label = subject.round > 0 ? `${declaration.name} · ${subject.name} · round ${subject.round}` : `${declaration.name} · ${subject.name}`
  const inputs: Record<string, Key> = {
    answers: addSampling(context, subject, prompts, drawing, label, 'evaluation'),
    baseline: addSampling(context, baseline, prompts, drawing, `${declaration.name} · ${baseline.name}`, 'evaluation'),
  }
  if (comparisons !== undefined && subject.reference !== undefined) {
    inputs['policy'] = addLogprobs(context, subject, comparisons, label)
    inputs['reference'] = addLogprobs(context, subject.reference, comparisons, label)
  }
  return context.add({
    stage: 'evaluate',
    params: { judge: { row: judge.row, params: judge.params } },
    inputs,
    label: `${label} · judge`,
    cost: { tokens: 0, bytes: 0 },
  })
}

