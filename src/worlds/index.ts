// The table of made worlds, by the name in `world("village")`.
import { village } from './village.ts'
import type { World } from './world.ts'

export const worlds = { village } as const satisfies Readonly<Record<string, World>>

export type WorldName = keyof typeof worlds
