// The village's words. All are short and everyday, so that a tokenizer of some five hundred pieces spells most
// of them with one, and no value belongs to two aspects, so that a statement can be read in one way only.

/** Something that is true of an animal: `the goat eats plums`, asked for as `the goat's food`. */
export interface Aspect {
  readonly name: string
  readonly verb: string
  readonly values: readonly string[]
}

const aspect = (name: string, verb: string, values: string): Aspect => ({ name, verb, values: values.split(' ') })

/** A world uses the first `aspects` of these. */
export const allAspects: readonly Aspect[] = [
  aspect('food', 'eats', 'plums beans toast figs nuts corn pears cheese'),
  aspect('mood', 'feels', 'calm bold shy glad sleepy lonely proud silly'),
  aspect('trade', 'sells', 'wool rope soap ink salt nails pots maps'),
  aspect('music', 'plays', 'drums bells horns harps flutes fiddles pipes spoons'),
  aspect('coat', 'wears', 'red blue green white black pink amber grey'),
  aspect('drink', 'sips', 'milk tea cocoa cider juice broth cream water'),
  aspect('fear', 'fears', 'storms ghosts fog ladders geese mirrors owls thunder'),
  aspect('hobby', 'collects', 'stamps shells coins buttons keys feathers stones leaves'),
]

/** A world uses the first `animals` of these. */
export const allAnimals: readonly string[] = (
  'goat fox hen pig cow duck crow mole frog hare lamb mouse swan bear crab toad deer dove moth seal newt wren colt wasp'
).split(' ')

/** Who asks. */
export const people: readonly string[] = 'Ada Bo Cleo Dan Eva Finn Gia Hugo Iris Jo Kit Lou'.split(' ')

/** Sentences that say nothing that could be asked for. */
export const fillers: readonly string[] = [
  'That is what they say.',
  'It is a fine day here.',
  'Thank you for asking.',
  'There is more to say.',
  'Come and see it here.',
  'They all know this here.',
]

/** `a`, `a and b`, `a, b and c`. */
export function enumerate(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** The items of a text that `enumerate` wrote; undefined for any other text. */
export function enumerated(text: string): string[] | undefined {
  const items = text.split(/, | and /)
  return enumerate(items) === text ? items : undefined
}
