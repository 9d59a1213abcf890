// AlpacaEval's own layout: a list of annotations, one for each prompt and model.
import { layouts, refusePreference, winOf } from './annotated.ts'
import type { Annotated } from './annotated.ts'
import { isFields, nameOf } from './json.ts'
import { isRefusal, refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

const texts = ['instruction', 'output_1', 'generator_1', 'output_2', 'generator_2']

interface Annotation {
  readonly instruction: string
  readonly baseline: string
  readonly model: string
  /** `` where the file does not say. */
  readonly annotator: string
  readonly win: number
  readonly delta: number
}

/** Models in the order of the file; prompts in the order of the first model's. */
export function readListed(file: readonly unknown[]): readonly Annotated[] | Refusal {
  const annotations: Annotation[] = []
  for (const [row, value] of file.entries()) {
    const read = readAnnotation(value, row)
    if (isRefusal(read)) return read
    annotations.push(read)
  }
  const mixed = refuseMixed(annotations, 'baseline', 'baselines') ?? refuseMixed(annotations, 'annotator', 'annotators')
  return mixed ?? byModel(annotations)
}

function readAnnotation(value: unknown, row: number): Annotation | Refusal {
  const place = `annotation ${row + 1}`
  if (!isFields(value)) return refuse(`${place} is ${nameOf(value)}`, layouts)
  for (const name of texts) {
    if (typeof value[name] !== 'string') return refuse(`\`${name}\` of ${place} is ${nameOf(value[name])}, not a text`, layouts)
  }
  const text = (name: string): string => value[name] as string
  const { preference, annotator } = value
  const model = text('generator_2')
  const win = winOf(preference)
  if (win === undefined) return refusePreference(`${place} (${model})`, preference)
  return {
    instruction: text('instruction'), baseline: text('generator_1'), model, annotator: typeof annotator === 'string' ? annotator : '',
    win, delta: characters(text('output_1')) - characters(text('output_2')),
  }
}

/** Unicode code points, as Python counts them. */
function characters(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** Numbers against two baselines, or by two annotators, cannot be compared. */
function refuseMixed(annotations: readonly Annotation[], field: 'baseline' | 'annotator', plural: string): Refusal | undefined {
  const [first, second] = new Set(annotations.map((annotation) => annotation[field]))
  return second === undefined ? undefined
    : refuse(`the file mixes ${plural}: ${first || 'none'} and ${second || 'none'}`, 'put the comparisons of each into a file of its own')
}

function byModel(annotations: readonly Annotation[]): readonly Annotated[] | Refusal {
  const models = new Map<string, Map<string, Annotation>>()
  for (const annotation of annotations) {
    const { model, instruction } = annotation
    const own = models.get(model) ?? new Map<string, Annotation>()
    if (own.has(instruction)) {
      return refuse(`${model} answers one prompt twice: ${shortened(instruction)}`, 'keep one annotation for each prompt and model')
    }
    models.set(model, own.set(instruction, annotation))
  }
  const [[firstModel, first] = ['', new Map<string, Annotation>()]] = models
  const found: Annotated[] = []
  for (const [model, own] of models) {
    const missing = [...first.keys()].find((instruction) => !own.has(instruction))
    const added = [...own.keys()].find((instruction) => !first.has(instruction))
    if (missing !== undefined || added !== undefined) {
      const [with_, without] = missing === undefined ? [model, firstModel] : [firstModel, model]
      return refuse(`${with_} has a prompt that ${without} has not: ${shortened(missing ?? added ?? '')}`,
        'annotate all models on the same prompts, or put them into files of their own')
    }
    const rows = [...first.keys()].map((instruction) => own.get(instruction)!)
    found.push({
      model, isBaseline: rows.every(({ baseline }) => baseline === model),
      wins: Float64Array.from(rows, ({ win }) => win), deltas: Float64Array.from(rows, ({ delta }) => delta),
    })
  }
  return found
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return `“${[...line].length > 60 ? `${[...line].slice(0, 59).join('')}…` : line}”`
}
