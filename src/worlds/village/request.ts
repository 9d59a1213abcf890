// A request and its three wordings, and the way back from the text: the judge knows a request by its words alone.
import type { Draw } from './draw.ts'
import { enumerate, enumerated, people } from './lexicon.ts'
import type { Aspect } from './lexicon.ts'
import type { Topic } from './topics.ts'
import type { Village } from './truth.ts'

export interface Request {
  /** Who wants to know. */
  readonly person: string
  readonly animal: string
  /** In the order asked for, each once. */
  readonly aspects: readonly Aspect[]
}

interface Wording {
  write(person: string, animal: string, list: string): string
  readonly pattern: RegExp
}

const wordings: readonly Wording[] = [
  {
    write: (person, animal, list) => `Tell ${person} the ${animal}'s ${list}.`,
    pattern: /^Tell (?<person>\w+) the (?<animal>\w+)'s (?<list>[\w, ]+)\.$/,
  },
  {
    write: (person, animal, list) => `${person} asks about the ${list} of the ${animal}.`,
    pattern: /^(?<person>\w+) asks about the (?<list>[\w, ]+) of the (?<animal>\w+)\.$/,
  },
  {
    write: (person, animal, list) => `Describe the ${animal} to ${person}: ${list}.`,
    pattern: /^Describe the (?<animal>\w+) to (?<person>\w+): (?<list>[\w, ]+)\.$/,
  },
]

/** Some person asks about the topic, its aspects in some order, in one of the wordings. */
export function drawRequest(topic: Topic, draw: Draw): { readonly request: Request; readonly text: string } {
  const aspects = draw.sample(topic.aspects, topic.aspects.length)
  const request = { person: draw.pick(people), animal: topic.animal, aspects }
  return { request, text: writeRequest(request, draw.integer(wordings.length)) }
}

/** `wording` is 0, 1 or 2. */
export function writeRequest(request: Request, wording: number): string {
  return wordings[wording]!.write(request.person, request.animal, enumerate(request.aspects.map((aspect) => aspect.name)))
}

/** The request a text makes; undefined for any text that is not one in this village. */
export function parseRequest(text: string, village: Village): Request | undefined {
  for (const { pattern } of wordings) {
    const found = pattern.exec(text.trim())?.groups
    if (found === undefined) continue
    const { person = '', animal = '', list = '' } = found
    const names = enumerated(list) ?? []
    const aspects = names.flatMap((name) => village.aspects.find((aspect) => aspect.name === name) ?? [])
    const known = people.includes(person) && village.animals.includes(animal)
    const whole = names.length > 0 && aspects.length === names.length && new Set(names).size === names.length
    if (known && whole) return { person, animal, aspects }
  }
  return undefined
}
