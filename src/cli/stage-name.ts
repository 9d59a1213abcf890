// How people name a stage on the command line: by the beginning of its key, or by its label.
import { withoutSeed } from '../plan/why-text.ts'
import type { Key } from '../plan/node.ts'
import { suggest } from '../language/suggest.ts'

export interface Named {
  readonly key: Key
  readonly label: string
}

/** The fewest digits of a key that are taken for one. */
const leastDigits = 4

/** All whose key begins so; or else all with this label, or with this label and any seed. */
export function stagesNamed<T extends Named>(word: string, among: readonly T[]): T[] {
  const byKey = /^[0-9a-f]+$/.test(word) && word.length >= leastDigits ? among.filter(({ key }) => key.startsWith(word)) : []
  return byKey.length > 0 ? byKey : among.filter(({ label }) => label === word || withoutSeed(label) === word)
}

/** The label a person probably meant, when one is clearly nearest. */
export function nearestLabel(word: string, among: readonly Named[]): string | undefined {
  return suggest(word, [...new Set(among.flatMap(({ label }) => [label, withoutSeed(label)]))]).near[0]
}
