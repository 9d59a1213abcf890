// A judge for free text by declared rules: a weighted sum of what can be counted. It cannot tell truth from error;
// it says how far answers keep to a form, the same way every time.
import type { Json } from '../plan/node.ts'
import { StageFailure } from '../run/stage.ts'
import type { Field } from '../vocabulary/field.ts'
import type { Judge, JudgeRow } from './judge.ts'
import { dialogue, endsLikeSentence, lengthFit, relevance, repetition, shareFound, variety, wordsOf } from './text.ts'

const weight = (doc: string, value: number): Field => ({ doc, type: { kind: 'number', min: 0 }, default: value })
const phrases = (doc: string): Field => ({
  doc, type: { kind: 'list', of: { kind: 'text', pattern: /[\p{L}\p{N}]/u, expects: 'a word or a phrase' } }, default: [],
})

const entries = {
  complete: weight('Adds this much when the answer ended by itself and with the punctuation of a sentence.', 1),
  repetition: weight('Subtracts this much times the share of runs of three words that had occurred before.', 1),
  variety: weight('Adds this much times the share of different words among all, averaged over windows of 50 words.', 0.5),
  relevance: weight("Adds this much times the share of the request's words of four letters or more that the answer uses.", 0.5),
  dialogue: weight('Adds this much when somebody speaks between double quotation marks.', 0),
  length: weight('Adds this much when the answer has `shortest` to `longest` words, and less the further it is outside.', 0.5),
  shortest: { doc: 'Fewest words that `length` pays for in full.', type: { kind: 'integer', min: 1 }, unit: 'words', default: 20 },
  longest: {
    doc: 'Most words that `length` pays for in full; at twice as many it pays nothing.',
    type: { kind: 'integer', min: 1 },
    unit: 'words',
    default: 200,
  },
  required: phrases('Words or phrases the answer should hold, in any case.'),
  mention: weight('Adds this much times the share of the `required` phrases that occur.', 1),
  forbidden: phrases('Words or phrases the answer should not hold.'),
  avoid: weight('Subtracts this much times the share of the `forbidden` phrases that occur.', 1),
} as const satisfies Readonly<Record<string, Field>>

type Entry = keyof typeof entries
type Rule = 'complete' | 'repetition' | 'variety' | 'relevance' | 'dialogue' | 'length' | 'mention' | 'avoid'

/** Which way each rule counts. */
const signs: Readonly<Record<Rule, 1 | -1>> = {
  complete: 1, repetition: -1, variety: 1, relevance: 1, dialogue: 1, length: 1, mention: 1, avoid: -1,
}
const names = Object.keys(signs) as readonly Rule[]

/** Score = Σ ± weight × part, each part in [0, 1]; an answer without words gets nothing for its form. */
export const rules: JudgeRow & { readonly entries: typeof entries } = {
  doc: 'Scores the form of free text: finished, varied, to the point, of a fitting length, without repetition.',
  entries,
  gives: 'judge',
  judge: (params): Judge => {
    const weights = Object.fromEntries(names.map((name) => [name, numberOf(params, name)])) as Record<Rule, number>
    const shortest = numberOf(params, 'shortest')
    const longest = numberOf(params, 'longest')
    if (longest < shortest) {
      const message = `no answer has at least ${shortest} and at most ${longest} words`
      throw new StageFailure(message, 'make `shortest` no more than `longest`')
    }
    const required = phrasesOf(params, 'required')
    const forbidden = phrasesOf(params, 'forbidden')
    return (prompt, response, ended) => {
      const words = wordsOf(response)
      const parts: Record<Rule, number> = {
        complete: ended && words.length > 0 ? endsLikeSentence(response) : 0,
        repetition: repetition(words),
        variety: variety(words),
        relevance: relevance(wordsOf(prompt), words),
        dialogue: dialogue(response),
        length: lengthFit(words.length, shortest, longest),
        mention: shareFound(words, required),
        avoid: shareFound(words, forbidden),
      }
      const score = names.reduce((sum, name) => sum + signs[name] * weights[name] * parts[name], 0)
      return { score, parts }
    }
  },
}

function numberOf(params: Readonly<Record<string, Json>>, name: Entry): number {
  const value = params[name]
  if (typeof value !== 'number') throw new Error(`bug: the judge \`rules\` was given ${JSON.stringify(value)} for \`${name}\``)
  return value
}

function phrasesOf(params: Readonly<Record<string, Json>>, name: Entry): readonly string[] {
  const value = params[name]
  const sound = Array.isArray(value) && value.every((item) => typeof item === 'string')
  if (!sound) throw new Error(`bug: the judge \`rules\` was given ${JSON.stringify(value)} for \`${name}\``)
  return value
}
