// What is true in one village: for each animal and aspect one value, fixed by the world's seed. A fact does not
// change when a village has more animals or aspects.
import { integer, stream } from '../../random.ts'
import type { Stream } from '../../random.ts'
import { allAnimals, allAspects } from './lexicon.ts'
import type { Aspect } from './lexicon.ts'
import type { Settings } from './settings.ts'

export interface Village {
  readonly animals: readonly string[]
  readonly aspects: readonly Aspect[]
  truth(animal: string, aspect: Aspect): string
  /** The stream of one purpose in this world. */
  random(purpose: string): Stream
}

export function villageOf(settings: Pick<Settings, 'seed' | 'animals' | 'aspects'>): Village {
  const random = stream(`village ${settings.seed}`)
  const facts = random.child('facts')
  return {
    animals: allAnimals.slice(0, settings.animals),
    aspects: allAspects.slice(0, settings.aspects),
    truth: (animal, aspect) => aspect.values[integer(facts.child(animal).child(aspect.name), 0, aspect.values.length)]!,
    random: (purpose) => random.child(purpose),
  }
}
