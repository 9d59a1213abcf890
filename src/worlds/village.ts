// A made world: animals of a village, of which everything that can be asked is known. What it makes is plain
// English of some two hundred words, which a model of a fraction of a million parameters learns in a minute.
import type { Demonstration, Document, Pair, Prompt } from '../data/record.ts'
import type { Stream } from '../random.ts'
import { draw } from './village/draw.ts'
import { judgeAnswer, villageJudge } from './village/judge.ts'
import { prefers } from './village/label.ts'
import { drawRequest } from './village/request.ts'
import type { Request } from './village/request.ts'
import { entries, part, problems, readSettings } from './village/settings.ts'
import type { Settings } from './village/settings.ts'
import { apportion } from './village/split.ts'
import type { SplitName } from './village/split.ts'
import { writeStory } from './village/story.ts'
import { divide, drawTopic } from './village/topics.ts'
import type { Pool } from './village/topics.ts'
import { villageOf } from './village/truth.ts'
import type { Village } from './village/truth.ts'
import { careful, careless, writeAnswer } from './village/writer.ts'
import type { World } from './world.ts'

const truth = ['seed', 'animals', 'aspects'] as const
const asked = [...truth, 'split', 'prompts'] as const

const parts = {
  text: part({
    type: 'corpus',
    doc: 'True stories to pretrain on.',
    reads: [...truth, 'stories'],
    count: ({ stories }) => stories,
    make: makeStories,
  }),
  demonstrations: part({
    type: 'demonstrations',
    doc: 'Training requests with an answer by a writer who is careful or not.',
    reads: [...truth, 'split', 'demonstrations', 'demonstration_care'],
    count: ({ demonstrations }) => demonstrations,
    make: makeDemonstrations,
  }),
  preferences: part({
    type: 'pairs',
    doc: 'Training requests with two writers’ answers, as an annotator who likes length ranks them.',
    reads: [...truth, 'split', 'pairs', 'care', 'length_bias', 'noise'],
    count: ({ pairs }) => pairs,
    make: makePreferences,
  }),
  train: promptsPart('train', 'Requests to sample answers for.'),
  validation: promptsPart('validation', 'Requests about other topics than those of `train`, to choose settings by.'),
  test: promptsPart('test', 'Requests about topics that nothing else has, to measure by once.'),
  comparisons: part({
    type: 'pairs',
    doc: 'For each test request two answers of unequal worth, the better one chosen by the gold judge without noise.',
    reads: asked,
    count: ({ prompts, split }) => apportion(prompts, split, 0).test,
    make: makeComparisons,
  }),
  judge: part({ type: 'judge', doc: 'The gold judge, who knows the truth.', reads: truth, count: () => 0, make: () => [] }),
}

export const village: World & { readonly parts: typeof parts } = {
  doc: 'Animals of a village: facts to learn, requests for them, careful and careless answers, and a judge that knows the truth.',
  entries,
  gives: 'data',
  members: () => Object.fromEntries(Object.entries(parts).map(([name, { type }]) => [name, type])),
  parts,
  problems,
  judge: (params) => villageJudge(villageOf(readSettings(params, truth))),
}

function promptsPart(name: SplitName, doc: string) {
  return part({
    type: 'prompts',
    doc,
    reads: asked,
    count: ({ prompts, split }) => apportion(prompts, split, 0)[name],
    make: (settings) => makePrompts(settings, name).map(({ id, text }) => ({ id, text })),
  })
}

type Truth = Pick<Settings, (typeof truth)[number]>
type Asked = Pick<Settings, (typeof asked)[number]>
type Asking = Prompt & { readonly request: Request }

function makeStories(settings: Truth & Pick<Settings, 'stories'>): Document[] {
  const village = villageOf(settings)
  const random = village.random('stories')
  return rows(settings.stories, (index) => ({ id: `story-${index}`, text: writeStory(village, random.child(index)) }))
}

/** Requests on the topics of one part, no two alike unless there are hardly enough different ones. */
function makePrompts(settings: Asked, name: SplitName): Asking[] {
  const village = villageOf(settings)
  const pool = divide(village, settings.split)[name]
  const random = village.random(name)
  const seen = new Set<string>()
  return rows(apportion(settings.prompts, settings.split, 0)[name], (index) => {
    const asking = fresh(pool, random.child(index), seen)
    seen.add(asking.text)
    return { id: `${name}-${index}`, ...asking }
  })
}

/** Draws again while the text was seen, up to a bound: a tiny village has few requests to make. */
function fresh(pool: Pool, random: Stream, seen: ReadonlySet<string>): { request: Request; text: string } {
  const patience = 100
  for (let attempt = 0; ; attempt++) {
    const drawn = draw(random.child(attempt))
    const asking = drawRequest(drawTopic(pool, drawn), drawn)
    if (!seen.has(asking.text) || attempt === patience) return asking
  }
}

function makeDemonstrations(
  settings: Truth & Pick<Settings, 'split' | 'demonstrations' | 'demonstration_care'>,
): Demonstration[] {
  const village = villageOf(settings)
  const pool = divide(village, settings.split).train
  const random = village.random('demonstrations')
  return rows(settings.demonstrations, (index) => {
    const row = random.child(index)
    const { request, text } = trainingRequest(pool, row)
    const response = answerBySomeone(village, request, settings.demonstration_care, row.child('answer'))
    return { id: `demonstration-${index}`, text, response }
  })
}

function makePreferences(settings: Truth & Pick<Settings, 'split' | 'pairs' | 'care' | 'length_bias' | 'noise'>): Pair[] {
  const village = villageOf(settings)
  const pool = divide(village, settings.split).train
  const random = village.random('preferences')
  return rows(settings.pairs, (index) => {
    const row = random.child(index)
    const { request, text } = trainingRequest(pool, row)
    const { first, second } = twoAnswers(village, request, settings.care, row.child('answers'), (a, b) => a.text !== b.text)
    const [chosen, rejected] = prefers(first, second, settings, draw(row.child('label'))) ? [first, second] : [second, first]
    return { id: `pair-${index}`, text, chosen: { text: chosen.text }, rejected: { text: rejected.text }, origin: 'offline' }
  })
}

/** Written by an even mixture of writers whatever `care` is, so that reward accuracies stay comparable when `care` is varied. */
function makeComparisons(settings: Asked): Pair[] {
  const village = villageOf(settings)
  const random = village.random('comparisons')
  return makePrompts(settings, 'test').map(({ id, text, request }, index) => {
    const { first, second } = twoAnswers(village, request, 0.5, random.child(index), (a, b) => a.gold !== b.gold)
    const [chosen, rejected] = first.gold > second.gold ? [first, second] : [second, first]
    return { id, text, chosen: { text: chosen.text }, rejected: { text: rejected.text }, origin: 'offline' }
  })
}

function trainingRequest(pool: Pool, random: Stream): { readonly request: Request; readonly text: string } {
  const drawn = draw(random.child('request'))
  return drawRequest(drawTopic(pool, drawn), drawn)
}

interface Scored {
  readonly text: string
  readonly gold: number
}

/** Two answers to a request, written anew until they differ as they should. */
function twoAnswers(
  village: Village, request: Request, care: number, random: Stream, differ: (first: Scored, second: Scored) => boolean,
): { readonly first: Scored; readonly second: Scored } {
  const answer = (own: Stream): Scored => {
    const text = answerBySomeone(village, request, care, own)
    return { text, gold: judgeAnswer(village, request, text, true).score }
  }
  for (let attempt = 0; ; attempt++) {
    const own = random.child(attempt)
    const first = answer(own.child('first'))
    const second = answer(own.child('second'))
    if (differ(first, second)) return { first, second }
  }
}

/** An answer by a careful writer with probability `care`, by a careless one otherwise. */
function answerBySomeone(village: Village, request: Request, care: number, random: Stream): string {
  const writer = draw(random.child('writer')).chance(care) ? careful : careless
  return writeAnswer(village, request, writer, random.child('text'))
}

function rows<T>(count: number, row: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => row(index))
}
