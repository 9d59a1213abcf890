// The judge that a stage's settings name, ready to score.
import type { Judge } from '../judges/judge.ts'
import { judges } from '../judges/index.ts'
import type { JudgeName } from '../judges/index.ts'
import type { Json } from '../plan/node.ts'
import { worlds } from '../worlds/index.ts'
import type { World } from '../worlds/world.ts'

/** A world's own judge, or a row of the judges table. */
export type JudgeSettings =
  | { readonly row: 'world'; readonly params: { readonly world: keyof typeof worlds; readonly entries: Readonly<Record<string, Json>> } }
  | { readonly row: JudgeName; readonly params: Readonly<Record<string, Json>> }

export function judgeFrom(settings: JudgeSettings): Judge {
  if (settings.row !== 'world') return judges[settings.row].judge(settings.params)
  const { world, entries } = settings.params
  const found: World = worlds[world]
  return found.judge(entries)
}
