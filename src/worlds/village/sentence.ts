// The grammar of answers: four kinds of sentence, written and read by the same tables, so that what is written
// is always read back as it was meant.
import { allAspects, enumerate, enumerated, fillers, people } from './lexicon.ts'
import type { Aspect } from './lexicon.ts'

export interface Statement {
  readonly aspect: Aspect
  readonly value: string
}

export type Sentence =
  | { readonly kind: 'greeting'; readonly person: string }
  | { readonly kind: 'filler'; readonly text: string }
  /** `it` in place of the animal stands for the one named last. */
  | { readonly kind: 'facts'; readonly opening: Opening; readonly animal: string; readonly statements: readonly Statement[] }

/** How a sentence of facts begins; `*` is the animal. */
const openings = {
  plain: 'The *',
  also: 'It also',
  wordy: 'As for the *, it',
  besides: 'Besides, the *',
} as const

export type Opening = keyof typeof openings

const openingNames = Object.keys(openings) as readonly Opening[]
const openingPatterns = openingNames.map((opening) => ({
  opening,
  pattern: new RegExp(`^${openings[opening].replace('*', '(?<animal>\\w+)')} (?<list>.+)\\.$`),
}))

export function writeSentence(sentence: Sentence): string {
  switch (sentence.kind) {
    case 'greeting': return `Hello ${sentence.person}.`
    case 'filler': return sentence.text
    case 'facts': {
      const list = enumerate(sentence.statements.map(({ aspect, value }) => `${aspect.verb} ${value}`))
      return `${openings[sentence.opening].replace('*', sentence.animal)} ${list}.`
    }
  }
}

/** What one sentence, with its full stop, says; `animal` is empty where it says `it`. Undefined outside the grammar. */
export function parseSentence(text: string, animals: readonly string[]): Sentence | undefined {
  if (fillers.includes(text)) return { kind: 'filler', text }
  const person = /^Hello (\w+)\.$/.exec(text)?.[1]
  if (person !== undefined) return people.includes(person) ? { kind: 'greeting', person } : undefined
  for (const { opening, pattern } of openingPatterns) {
    const found = pattern.exec(text)?.groups
    if (found === undefined) continue
    const { animal = '', list = '' } = found
    const statements = enumerated(list)?.map(parseStatement) ?? []
    const whole = statements.length > 0 && statements.every((statement) => statement !== undefined)
    if (whole && (opening === 'also' || animals.includes(animal))) return { kind: 'facts', opening, animal, statements }
  }
  return undefined
}

/** The sentences of a text, each with its full stop, and what follows the last full stop. */
export function splitSentences(text: string): { readonly sentences: readonly string[]; readonly tail: string } {
  const pieces = text.split('.').map((piece) => piece.trim())
  return { sentences: pieces.slice(0, -1).map((piece) => `${piece}.`), tail: pieces.at(-1) ?? '' }
}

function parseStatement(text: string): Statement | undefined {
  const [verb, value, ...more] = text.split(' ')
  const aspect = allAspects.find((candidate) => candidate.verb === verb)
  if (aspect === undefined || value === undefined || more.length > 0 || !aspect.values.includes(value)) return undefined
  return { aspect, value }
}
