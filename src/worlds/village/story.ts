// Text to pretrain on: true stories about one or two animals. They use every word that requests and answers use,
// so that a tokenizer learnt from them fits both, and never contain a request for aspects.
import type { Stream } from '../../random.ts'
import { draw as drawFrom } from './draw.ts'
import type { Draw } from './draw.ts'
import { enumerate, fillers, people } from './lexicon.ts'
import type { Village } from './truth.ts'
import { tellSomehow } from './writer.ts'

const openings: readonly ((person: string, animals: string) => string)[] = [
  (person, animals) => `${person} asks about ${animals}.`,
  (person, animals) => `Tell ${person} about ${animals}.`,
  (person, animals) => `Describe ${animals} to ${person}.`,
]

const closings: readonly ((person: string, animal: string, list: string) => string)[] = [
  (person, animal, list) => `Now ${person} knows the ${animal}'s ${list}.`,
  (person, animal, list) => `Of the ${animal} ${person} now knows: ${list}.`,
]

/** Longer stories are told anew, so that every story fits a small model's context. */
const mostWords = 50

/** One story; `random` is used for nothing else. */
export function writeStory(village: Village, random: Stream): string {
  for (let attempt = 0; ; attempt++) {
    const story = attemptStory(village, drawFrom(random.child(attempt)))
    if (story.split(' ').length <= mostWords) return story
  }
}

function attemptStory(village: Village, draw: Draw): string {
  const person = draw.pick(people)
  const animals = draw.sample(village.animals, draw.chance(0.5) ? 1 : 2)
  const sentences: string[] = []
  const maybeFiller = () => {
    if (draw.chance(0.2)) sentences.push(draw.pick(fillers))
  }
  // Some stories begin as answers do, so that the tokenizer knows these words without a space before them.
  if (draw.chance(0.6)) sentences.push(draw.pick(openings)(person, enumerate(animals.map((animal) => `the ${animal}`))))
  if (draw.chance(0.2)) sentences.push(`Hello ${person}.`)
  maybeFiller()
  for (const animal of animals) {
    const aspects = draw.sample(village.aspects, 1 + draw.integer(4))
    const statements = aspects.map((aspect) => ({ aspect, value: village.truth(animal, aspect) }))
    sentences.push(...tellSomehow(animal, statements, draw))
    maybeFiller()
    if (draw.chance(0.3)) sentences.push(draw.pick(closings)(person, animal, enumerate(aspects.map((aspect) => aspect.name))))
  }
  return sentences.join(' ')
}
