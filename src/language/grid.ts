// The paths that a sweep varies, and the values each takes: read as the entries they stand for.
import { position } from '../source.ts'
import type { Argument } from '../vocabulary/value.ts'
import type { Entry, Expression } from './ast.ts'
import { at } from './context.ts'
import type { Context } from './context.ts'
import * as messages from './messages.ts'
import { entriesOf, fieldAt, pathsOf, slotsOf } from './outline.ts'
import type { Slot } from './outline.ts'
import type { GridAxis } from './program.ts'
import { read, spanOfPath } from './read.ts'
import { suggest } from './suggest.ts'

/** `target` is the head: the name of what is varied. Where it is unknown, that was reported there. */
export function gridAxes(context: Context, target: Expression | undefined, entries: readonly Entry[]): readonly GridAxis[] {
  const name = target?.kind === 'path' ? target.words[0]!.text : undefined
  const declared = name === undefined ? undefined : context.declared.get(name)
  if (name === undefined || declared?.kind === undefined) return []
  const slots = slotsOf(declared.statement, declared.kind, declared.head)
  const firsts = new Map<string, Entry>()
  return entries.flatMap((entry) => {
    const axis = gridAxis(context, slots, name, entry)
    if (axis === undefined) return []
    const path = axis.path.join('.')
    const first = firsts.get(path)
    firsts.set(path, first ?? entry)
    if (first === undefined) return [axis]
    context.accept(messages.duplicateEntry(at(context, spanOfPath(entry)), path, position(context.source, first.span.start).line))
    return []
  })
}

function gridAxis(context: Context, slots: readonly Slot[], target: string, entry: Entry): GridAxis | undefined {
  const words = entry.path.map(({ text }) => text)
  const found = fieldAt(slots, context.vocabulary, words)
  if (found === undefined) {
    const path = words.join('.')
    context.accept(messages.unknownSweepPath(at(context, spanOfPath(entry)), path, target, suggest(path, pathsOf(slots))))
    return undefined
  }
  const path = [...found.slot.path, found.entry]
  const { value } = entry
  if (value.kind === 'hole') return undefined
  if (value.kind !== 'list') {
    context.accept(messages.sweepNeedsList(at(context, value), path.join('.')))
    return undefined
  }
  if (value.items.length === 0) context.accept(messages.listTooShort(at(context, value), 0, 1))
  const field = entriesOf(found.slot.kind, found.slot.head.row)[found.entry]!
  const values = value.items.map((item): Argument => ({ value: read(context, field.type, item), given: item.span }))
  return { path, values }
}
