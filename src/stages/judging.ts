// The judge that a stage's settings name, ready to score.
import type { Judge } from '../judges/judge.ts'
import { judges } from '../judges/index.ts'
import type { Json } from '../plan/node.ts'
import { worlds } from '../worlds/index.ts'
import type { World } from '../worlds/world.ts'

export interface JudgeSettings {
  /** `world`, or a row of the judges table. */
  readonly row: string
  readonly params: Json
}

export function judgeFrom({ row, params }: JudgeSettings): Judge {
  if (row !== 'world') return judges[row as keyof typeof judges].judge(params as Record<string, Json>)
  const { world, entries } = params as unknown as { world: keyof typeof worlds; entries: Record<string, Json> }
  const found: World = worlds[world]
  return found.judge(entries)
}
