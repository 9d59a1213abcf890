// The gold judge: reads an answer with the grammar and compares it with what was asked and with the truth.
// Every word it does not ask for costs something or nothing, so length is worth nothing in itself.
import type { Judge, Judgement } from '../../judges/judge.ts'
import { StageFailure } from '../../run/stage.ts'
import { parseRequest } from './request.ts'
import type { Request } from './request.ts'
import { parseSentence, splitSentences } from './sentence.ts'
import type { Statement } from './sentence.ts'
import type { Village } from './truth.ts'

/** What each defect takes from a score whose best is 1. */
export const penalties = {
  /** A false value for something asked, or a greeting to someone else. */
  wrong: 0.2,
  /** A statement, true or not, about another animal or an aspect not asked for. */
  off_topic: 0.1,
  /** Something already said. */
  repeated: 0.1,
  /** A sentence that states nothing. */
  filler: 0.05,
  /** A sentence outside the grammar, or one that says `it` before any animal is named. */
  unparsable: 0.15,
  /** No full stop at the end, or cut off at the length limit; once an answer. */
  unfinished: 0.25,
} as const

type Defect = keyof typeof penalties

export function villageJudge(village: Village): Judge {
  return (prompt, response, ended) => {
    const request = parseRequest(prompt, village)
    if (request === undefined) {
      throw new StageFailure(
        `the village's judge cannot read the request “${prompt}”`,
        'judge only requests of the same village (same `animals` and `aspects`), or declare another judge',
      )
    }
    return judgeAnswer(village, request, response, ended)
  }
}

/** Score = share of the asked aspects stated truly − Σ penalty × count; at most 1, with no lower bound. */
export function judgeAnswer(village: Village, request: Request, response: string, ended: boolean): Judgement {
  const count: Record<Defect, number> = { wrong: 0, off_topic: 0, repeated: 0, filler: 0, unparsable: 0, unfinished: 0 }
  const covered = new Set<string>()
  const fillersSaid = new Set<string>()
  const { sentences, tail } = splitSentences(response)
  if (!ended || tail !== '' || sentences.length === 0) count.unfinished = 1

  const state = (animal: string, { aspect, value }: Statement) => {
    if (animal !== request.animal || !request.aspects.includes(aspect)) count.off_topic += 1
    else if (value !== village.truth(animal, aspect)) count.wrong += 1
    else if (covered.has(aspect.name)) count.repeated += 1
    else covered.add(aspect.name)
  }
  let animal = ''
  for (const [index, text] of sentences.entries()) {
    const sentence = parseSentence(text, village.animals)
    if (sentence?.kind === 'facts') animal = sentence.animal || animal
    if (sentence === undefined || (sentence.kind === 'facts' && animal === '')) count.unparsable += 1
    else if (sentence.kind === 'facts') for (const statement of sentence.statements) state(animal, statement)
    else if (sentence.kind === 'greeting' && index === 0) count.wrong += sentence.person === request.person ? 0 : 1
    else if (fillersSaid.has(text)) count.repeated += 1
    else {
      fillersSaid.add(text)
      count.filler += 1
    }
  }
  const coverage = covered.size / request.aspects.length
  const defects = Object.keys(penalties) as readonly Defect[]
  const exact = defects.reduce((rest, defect) => rest - penalties[defect] * count[defect], coverage)
  // Rounded, so that answers of equal worth tie although their defects were subtracted in another order.
  const score = Math.round(exact * 1e6) / 1e6
  return { score, parts: { coverage, ...count } }
}
