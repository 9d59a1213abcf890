// One part of a made world. Draws from the world's own seed, so the experiment's seeds share it.
import type { Json } from '../plan/node.ts'
import { rowsFile } from '../run/files.ts'
import type { Stage } from '../run/stage.ts'
import { worlds } from '../worlds/index.ts'
import type { World } from '../worlds/world.ts'

interface GenerateParams {
  readonly world: keyof typeof worlds
  readonly part: string
  /** Those that the part reads. */
  readonly entries: Readonly<Record<string, Json>>
}

export const generate: Stage<GenerateParams> = {
  doc: 'Makes one part of a made world.',
  version: 1,
  numeric: false,
  seeded: false,
  async run({ params }) {
    const { world, part, entries } = params
    const row: World = worlds[world]
    const made = row.parts[part]
    if (made === undefined) throw new Error(`bug: the world \`${world}\` has no part \`${part}\``)
    return { 'rows.jsonl': rowsFile(made.make(entries)) }
  },
}
