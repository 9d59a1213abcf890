// A few prompts with what the models answered, so that numbers can be held against texts.
import type { Evaluation, Outcome } from '../data/result.ts'
import type { Answer, Samples } from '../data/record.ts'
import type { Declaration } from '../language/program.ts'
import { variantText } from './axis.ts'
import type { Axis } from './axis.ts'
import type { Gathered } from './exhibits.ts'
import { fixed } from './number.ts'
import type { Exhibit, Generation } from './report.ts'
import { subjects } from './results.ts'
import type { Results, Subject } from './results.ts'

const promptsShown = 4
const modelsShown = 6
const answersShown = 3
/** Characters of one answer; what is cut off is said. */
const longestText = 1200

/** Under an evaluation: the same prompts answered by each model in its last round, first seed, as the judge saw them. */
export function judgedGenerations(evaluation: Declaration, { results, axes }: Gathered): Exhibit[] {
  const found = lastRound(subjects(results.plan, 'evaluation', (target) => target.declaration === evaluation.name))
  const read = found.flatMap((subject) => {
    const value = firstSeed(results, subject)?.json('evaluation.json') as unknown as Evaluation | undefined
    return value === undefined ? [] : [{ subject, outcomes: value.outcomes }]
  })
  const shown = unsweptFirst(read).slice(0, modelsShown)
  const [first] = shown
  if (first === undefined) return []
  const prompts = spread(first.outcomes, promptsShown).map(({ prompt, text }) => ({
    text: clipped(text),
    answers: shown.flatMap(({ subject, outcomes }): Generation[] => {
      const outcome = outcomes.find((candidate) => candidate.prompt === prompt)
      if (outcome === undefined) return []
      return [{ from: who(subject, axes), text: clipped(outcome.answer), facts: judged(outcome) }]
    }),
  }))
  const seed = first.subject.targets[0]?.seed ?? 0
  const left = read.length - shown.length
  return [{
    kind: 'generations',
    title: `Answers in ${evaluation.name}`,
    caption: `Evenly spaced prompts, not chosen by result; seed ${seed}.${left > 0 ? ` ${left} more models are not shown.` : ''}`,
    prompts,
  }]
}

function judged({ win, score, length, ended }: Outcome): string {
  const verdict = win > 0.5 ? 'preferred to the baseline' : win < 0.5 ? 'the baseline was preferred' : 'tie with the baseline'
  return [`score ${fixed(score, 2)}`, `${length} characters`, ...(ended ? [] : ['cut off']), verdict].join(' · ')
}

/** Under an iteration: several answers of the policy to the same prompts, in the first and the last round. */
export function sampledGenerations(loop: Declaration, { results, axes }: Gathered): Exhibit[] {
  const found = subjects(results.plan, 'samples', (target) => target.declaration === loop.name)
    .filter(({ variant }) => Object.keys(variant).length === 0)
  const ends = [found[0], found.length > 1 ? found.at(-1) : undefined].filter((subject) => subject !== undefined)
  const read = ends.flatMap((subject) => {
    const rows = firstSeed(results, subject)?.rows<Samples>('samples.jsonl')
    return rows === undefined ? [] : [{ subject, rows }]
  })
  const [first] = read
  if (first === undefined) return []
  const prompts = spread(first.rows, 2).map(({ id, text }) => ({
    text: clipped(text),
    answers: read.flatMap(({ subject, rows }) => {
      const responses = rows.find((row) => row.id === id)?.responses ?? []
      return responses.slice(0, answersShown).map((answer, index) => sampled(answer, `${who(subject, axes)}, sample ${index + 1}`))
    }),
  }))
  const seed = first.subject.targets[0]?.seed ?? 0
  return [{
    kind: 'generations',
    title: `What ${loop.name} sampled`,
    caption: `Drawn in each round from the policy of the round before; the first ${answersShown} for each prompt, seed ${seed}.`,
    prompts,
  }]
}

function sampled({ text, finish }: Answer, from: string): Generation {
  const facts = [`${[...text].length} characters`, ...(finish === 'length' ? ['cut off'] : [])]
  return { from, text: clipped(text), facts: facts.join(' · ') }
}

function firstSeed(results: Results, subject: Subject) {
  const [target] = subject.targets
  return target === undefined ? undefined : results.read(target.key)
}

function who({ model, round, variant }: Subject, axes: readonly Axis[]): string {
  return [model, round > 0 ? `round ${round}` : '', variantText(variant, axes)].filter((part) => part !== '').join(' · ')
}

function lastRound(found: readonly Subject[]): Subject[] {
  return found.filter(({ model, round }) => !found.some((other) => other.model === model && other.round > round))
}

function unsweptFirst<T extends { readonly subject: Subject }>(read: readonly T[]): T[] {
  const swept = ({ subject }: T): boolean => Object.keys(subject.variant).length > 0
  return [...read.filter((one) => !swept(one)), ...read.filter(swept)]
}

/** So many rows at even distances, beginning with the first. */
function spread<T>(rows: readonly T[], count: number): T[] {
  const taken = Math.min(count, rows.length)
  const places = Array.from({ length: taken }, (_, index) => Math.floor((index * rows.length) / taken))
  return rows.filter((_, index) => places.includes(index))
}

function clipped(text: string): string {
  const characters = [...text]
  const left = characters.length - longestText
  return left > 0 ? `${characters.slice(0, longestText).join('')} … [${left} more characters]` : text
}
