// `data village = world("village") { … }`: a made world. Each part is a stage of its own whose key holds only the
// entries that part reads, so that asking for more stories leaves the preference pairs where they are.
import type { Declaration } from '../language/program.ts'
import type { Field, Row } from '../vocabulary/field.ts'
import { worlds } from '../worlds/index.ts'
import type { World } from '../worlds/world.ts'
import { settings, text } from './context.ts'
import type { Context } from './context.ts'
import { mistakes } from './mistakes.ts'
import type { DataProduct, PartProduct } from './product.ts'

const name: Field = {
  doc: 'Which world.',
  type: { kind: 'choice', of: Object.fromEntries(Object.entries(worlds).map(([word, world]) => [word, world.doc])) },
}

const asRow = (world: World): Row => ({
  doc: world.doc,
  parameters: { name },
  entries: world.entries,
  gives: 'data',
  members: () => Object.fromEntries(Object.entries(world.parts).map(([part, { type }]) => [part, type])),
})

export const worldData: Row = {
  doc: 'A made world: prompts, demonstrations, pairs and a judge that knows the truth, generated from its own seed.',
  parameters: { name },
  variants: Object.fromEntries(Object.entries(worlds).map(([word, world]) => [word, asRow(world)])),
  gives: 'data',
}

export function expandWorld(declaration: Declaration, context: Context): DataProduct {
  const word = text(declaration.arguments, 'name')
  const world: World = worlds[word as keyof typeof worlds]
  const given = settings(declaration.arguments, Object.keys(world.entries))
  for (const problem of world.problems(given)) context.accept(mistakes.setting(context, declaration, problem))
  const reads = (part: string) => settings(declaration.arguments, world.parts[part]?.reads ?? [])
  const part = (wanted: string): PartProduct | undefined => {
    const found = world.parts[wanted]
    if (found === undefined || found.type === 'judge') return undefined
    const key = context.add({
      stage: 'generate',
      params: { world: word, part: wanted, entries: reads(wanted) },
      inputs: {},
      label: `${declaration.name} · ${wanted}`,
      cost: { tokens: 0, bytes: 0 },
    })
    return { kind: 'part', type: found.type, key, rows: found.count(reads(wanted)) }
  }
  return {
    kind: 'data',
    part,
    comparisonsFor: (prompts) => (prompts === 'test' ? part('comparisons') : undefined),
    judge: { kind: 'judge', row: 'world', params: { world: word, entries: reads('judge') } },
  }
}
