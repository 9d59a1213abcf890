// Entries of the village for tests: its defaults, smaller, with some changed; and its parts with their row types.
import type { Demonstration, Document, Pair, Prompt } from '../../src/data/record.ts'
import { village } from '../../src/worlds/village.ts'
import type { Settings } from '../../src/worlds/village/settings.ts'

export const small: Settings = {
  seed: 1, animals: 20, aspects: 6, stories: 400, demonstrations: 800, demonstration_care: 0.5, pairs: 800, care: 0.5,
  length_bias: 0.3, noise: 0.1, prompts: 1000, split: { train: 0.8, validation: 0.1, test: 0.1 },
}

interface RowsOf {
  readonly text: Document
  readonly demonstrations: Demonstration
  readonly preferences: Pair
  readonly train: Prompt
  readonly validation: Prompt
  readonly test: Prompt
  readonly comparisons: Pair
}

export type RowsName = keyof RowsOf

export const rowsNames: readonly RowsName[] = ['text', 'demonstrations', 'preferences', 'train', 'validation', 'test', 'comparisons']

/** The rows of a part, made from the small settings with some changed. */
export function make<Name extends RowsName>(name: Name, changed: Partial<Settings> = {}): readonly RowsOf[Name][] {
  return village.parts[name].make({ ...small, ...changed }) as readonly RowsOf[Name][]
}

export function judgeOf(changed: Partial<Settings> = {}) {
  return village.judge({ ...small, ...changed })
}
