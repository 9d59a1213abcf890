// The entries of `world("village")`, as the user writes them and as the parts read them.
import { StageFailure } from '../../run/stage.ts'
import type { PartRow, Part, Params, WorldProblem } from '../world.ts'
import type { Field } from '../../vocabulary/field.ts'
import type { Type } from '../../vocabulary/type.ts'
import { allAnimals, allAspects } from './lexicon.ts'
import { apportion } from './split.ts'
import type { Shares, SplitName } from './split.ts'

export interface Settings {
  readonly seed: number
  readonly animals: number
  readonly aspects: number
  readonly stories: number
  readonly demonstrations: number
  readonly demonstration_care: number
  readonly pairs: number
  readonly care: number
  readonly length_bias: number
  readonly noise: number
  readonly prompts: number
  readonly split: Shares
}

const share = (doc: string, value: number): Field => ({ doc, type: { kind: 'share' }, default: value })
const count = (doc: string, value: number): Field => ({ doc, type: { kind: 'integer', min: 1 }, default: value })

export const entries = {
  seed: {
    doc: "Names this village: its facts, its split and all its text. Not the experiment's seed, which varies only the training.",
    type: { kind: 'integer', min: 0 },
    default: 1,
  },
  animals: {
    doc: 'How many animals live here; with `aspects`, how much there is to know.',
    type: { kind: 'integer', min: 2, max: allAnimals.length },
    default: 20,
  },
  aspects: {
    doc: 'How many things may be asked of an animal, such as its food or its mood.',
    type: { kind: 'integer', min: 2, max: allAspects.length },
    default: 6,
  },
  stories: count('Stories to pretrain on, one document each (`text`).', 10000),
  demonstrations: count('Requests with one answer each, written by people of whom `demonstration_care` are careful.', 8000),
  demonstration_care: share('The share of demonstrations by careful writers; the others miss, mistake, repeat and stray.', 0.5),
  pairs: count('Offline preference pairs (`preferences`): two answers to a training request, compared by an annotator.', 4000),
  care: share('The share of answers in the offline pairs by careful writers: how good the off-policy data are.', 0.5),
  length_bias: share('How often an annotator takes the longer answer, whatever it says.', 0.3),
  noise: {
    doc: 'Temperature of the other comparisons: P(a preferred) = σ((score a − score b) / noise); 0 always takes the better.',
    type: { kind: 'number', min: 0 },
    unit: 'points of the judge, whose best score is 1',
    default: 0.1,
  },
  prompts: count('Requests without answers, shared out among `train`, `validation` and `test` by `split`.', 3000),
  split: {
    doc: 'Shares of the topics (an animal and a set of aspects) and of `prompts`: no topic of one part is asked in another.',
    type: {
      kind: 'record',
      fields: {
        train: { doc: 'For `train`, `demonstrations` and `preferences`.', type: { kind: 'share', above: 0 }, default: 0.8 },
        validation: share('For `validation`.', 0.1),
        test: share('For `test` and `comparisons`.', 0.1),
      },
    },
    default: { record: {} },
  },
} as const satisfies Readonly<Record<keyof Settings, Field>>

/**
 * A part of the village, typed by the entries it reads: `make` and `count` see these and no others.
 * `make` throws a StageFailure when the entries do not fit together; `count` then gives an estimate.
 */
export function part<Name extends keyof Settings>(declared: {
  readonly type: Type
  readonly doc: string
  readonly reads: readonly Name[]
  count(settings: Pick<Settings, Name>): number
  make(settings: Pick<Settings, Name>): readonly PartRow[]
}): Part {
  const { type, doc, reads } = declared
  return {
    type,
    doc,
    reads,
    count: (params) => declared.count(readSettings(params, reads)),
    make: (params) => {
      const [problem] = problems(params)
      if (problem !== undefined) throw new StageFailure(problem.message, problem.remedy)
      return declared.make(readSettings(params, reads))
    },
  }
}

/** The named entries, as their fields promise them; throws our bug when one is missing or of another kind. */
export function readSettings<Name extends keyof Settings>(params: Params, names: readonly Name[]): Pick<Settings, Name> {
  for (const name of names) {
    const value = params[name]
    const sound = name === 'split' ? isShares(value) : typeof value === 'number'
    if (!sound) throw new Error(`bug: the village was given ${JSON.stringify(value)} for \`${name}\``)
  }
  return params as unknown as Pick<Settings, Name>
}

/** Only `split` can disagree with anything: with itself, and with too few `prompts`. */
export function problems(params: Params): readonly WorldProblem[] {
  const { split, prompts } = params
  if (!isShares(split)) return []
  const names = Object.keys(split) as readonly SplitName[]
  const sum = names.reduce((total, name) => total + split[name], 0)
  if (Math.abs(sum - 1) > 1e-9) {
    const written = names.map((name) => `${name} ${percent(split[name])}`).join(', ')
    return [{
      entry: 'split',
      message: `the shares of \`split\` add up to ${percent(sum)}, not 100% (${written})`,
      remedy: 'change one of `train`, `validation` and `test` so that they make a whole',
    }]
  }
  if (typeof prompts !== 'number') return []
  const counts = apportion(prompts, split, 0)
  return names.filter((name) => split[name] > 0 && counts[name] === 0).map((name) => ({
    entry: 'prompts',
    message: `${prompts} prompts are too few for ${percent(split[name])} of them to be one prompt for \`${name}\``,
    remedy: `ask for more \`prompts\`, or set \`split.${name}\` to 0%`,
  }))
}

function isShares(value: unknown): value is Shares {
  if (typeof value !== 'object' || value === null) return false
  const names = Object.keys(value).sort()
  return names.join() === 'test,train,validation' && Object.values(value).every((share) => typeof share === 'number')
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))}%`
}
