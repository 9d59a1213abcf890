// Who wrote the demonstrations and the offline pairs: people who answer with more or less care. How they write
// (style, small talk) is drawn without regard to their care, so that length by itself says nothing about quality.
import type { Stream } from '../../random.ts'
import { draw as drawFrom } from './draw.ts'
import type { Draw } from './draw.ts'
import { fillers, people } from './lexicon.ts'
import type { Aspect } from './lexicon.ts'
import type { Request } from './request.ts'
import { writeSentence } from './sentence.ts'
import type { Opening, Statement } from './sentence.ts'
import type { Village } from './truth.ts'

/** How often a writer goes wrong, as probabilities. */
export interface Writer {
  /** Each asked aspect is left out (though never all of them). */
  readonly miss: number
  /** Each value, and the name in a greeting, is guessed. */
  readonly wrong: number
  /** One aspect is told twice. */
  readonly repeat: number
  /** An aspect that was not asked for is added; and, separately, a sentence about another animal. */
  readonly stray: number
  /** The answer breaks off before its end. */
  readonly cut: number
}

export const careful: Writer = { miss: 0.04, wrong: 0.04, repeat: 0.04, stray: 0.04, cut: 0.02 }
export const careless: Writer = { miss: 0.26, wrong: 0.22, repeat: 0.2, stray: 0.2, cut: 0.08 }

/** `first` opens the first sentence of facts, `next` the others; in the terse style there is only one. */
const styles: readonly { readonly first: Opening; readonly next: Opening | undefined }[] = [
  { first: 'plain', next: undefined },
  { first: 'plain', next: 'also' },
  { first: 'wordy', next: 'besides' },
]
type Style = (typeof styles)[number]

/** How often a writer puts a filler where one may stand. */
const smallTalk = [0, 0.1, 0.3] as const

/** Longer answers are written anew, so that every answer fits a small model's context. */
const mostWords = 32

/** One answer to a request; `random` is used for nothing else. */
export function writeAnswer(village: Village, request: Request, writer: Writer, random: Stream): string {
  for (let attempt = 0; ; attempt++) {
    const answer = attemptAnswer(village, request, writer, drawFrom(random.child(attempt)))
    if (answer.split(' ').length <= mostWords) return answer
  }
}

/** The answer nothing can be said against: everything asked, true, in one sentence. */
export function perfectAnswer(village: Village, request: Request): string {
  const statements = request.aspects.map((aspect) => ({ aspect, value: village.truth(request.animal, aspect) }))
  return tell(styles[0]!, request.animal, statements).join(' ')
}

function attemptAnswer(village: Village, request: Request, writer: Writer, draw: Draw): string {
  const style = draw.pick(styles)
  const talk = draw.pick(smallTalk)
  const sentences: string[] = []
  const maybeFiller = () => {
    if (draw.chance(talk)) sentences.push(draw.pick(fillers))
  }
  if (draw.chance(0.2)) {
    const person = draw.chance(writer.wrong) ? draw.pick(people) : request.person
    sentences.push(writeSentence({ kind: 'greeting', person }))
  }
  maybeFiller()
  sentences.push(...tell(style, request.animal, choose(village, request, writer, draw)))
  maybeFiller()
  if (draw.chance(writer.stray)) sentences.push(...tell(style, ...aside(village, request, draw)))
  maybeFiller()
  const answer = sentences.join(' ')
  return draw.chance(writer.cut) ? breakOff(answer, draw) : answer
}

/** What a writer says of the animal asked about. */
function choose(village: Village, request: Request, writer: Writer, draw: Draw): Statement[] {
  const kept = request.aspects.filter(() => !draw.chance(writer.miss))
  const aspects = kept.length > 0 ? kept : [draw.pick(request.aspects)]
  const others = village.aspects.filter((aspect) => !request.aspects.includes(aspect))
  if (draw.chance(writer.stray) && others.length > 0) aspects.push(draw.pick(others))
  if (draw.chance(writer.repeat)) aspects.push(draw.pick(aspects))
  const value = (aspect: Aspect) => (draw.chance(writer.wrong) ? draw.pick(aspect.values) : village.truth(request.animal, aspect))
  return aspects.map((aspect) => ({ aspect, value: value(aspect) }))
}

/** Something true about another animal. */
function aside(village: Village, request: Request, draw: Draw): [animal: string, statements: Statement[]] {
  const animal = draw.pick(village.animals.filter((candidate) => candidate !== request.animal))
  const aspect = draw.pick(village.aspects)
  return [animal, [{ aspect, value: village.truth(animal, aspect) }]]
}

/** The sentences that state all this of the animal in a style. */
export function tell(style: Style, animal: string, statements: readonly Statement[]): string[] {
  const { first, next } = style
  if (next === undefined) return [writeSentence({ kind: 'facts', opening: first, animal, statements })]
  return statements.map((statement, index) =>
    writeSentence({ kind: 'facts', opening: index === 0 ? first : next, animal, statements: [statement] }))
}

/** As `tell`, in a style that is drawn. */
export function tellSomehow(animal: string, statements: readonly Statement[], draw: Draw): string[] {
  return tell(draw.pick(styles), animal, statements)
}

/** Without its last one to four words, and without a full stop. */
function breakOff(answer: string, draw: Draw): string {
  const words = answer.split(' ')
  const kept = Math.max(2, words.length - 1 - draw.integer(4))
  return words.slice(0, kept).join(' ').replace(/[.,]$/, '')
}
