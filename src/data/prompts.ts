// The requests of rows of any kind, for sampling answers to them.
import type { Prompt } from './record.ts'

/** The different requests of some rows, in order of first appearance, under the id of the first row that made each. */
export function promptsOf(rows: Iterable<Prompt>): Prompt[] {
  const first = new Map<string, Prompt>()
  for (const { id, text } of rows) if (!first.has(text)) first.set(text, { id, text })
  return [...first.values()]
}
