// The table of declared judges, by the word after `judge name =`.
import type { JudgeRow } from './judge.ts'
import { rules } from './rules.ts'

export const judges = { rules } as const satisfies Readonly<Record<string, JudgeRow>>

export type JudgeName = keyof typeof judges
