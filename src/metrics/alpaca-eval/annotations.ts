// Annotated comparisons of models with one baseline, in either layout.
import { layouts } from './annotated.ts'
import type { Annotated } from './annotated.ts'
import { readCompact } from './compact.ts'
import { isFields, nameOf } from './json.ts'
import { readListed } from './listed.ts'
import { isRefusal, refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** Every model on the same prompts in the same order, at least two; anything else is refused. `value` is a parsed JSON file. */
export function readAnnotations(value: unknown): readonly Annotated[] | Refusal {
  if (!Array.isArray(value) && !isFields(value)) return refuse(`the file holds ${nameOf(value)}`, layouts)
  const found = Array.isArray(value) ? readListed(value) : readCompact(value as Readonly<Record<string, unknown>>)
  if (isRefusal(found)) return found
  const [first] = found
  if (first === undefined) return refuse('the file holds no comparison', layouts)
  const other = found.find(({ wins }) => wins.length !== first.wins.length)
  if (other !== undefined) {
    return refuse(
      `${first.model} was compared on ${first.wins.length} prompts and ${other.model} on ${other.wins.length}`,
      'annotate all models on the same prompts, or put them into files of their own',
    )
  }
  if (first.wins.length < 2) return refuse('fewer than two prompts cannot tell how much prompts vary', 'annotate more prompts')
  return found
}
