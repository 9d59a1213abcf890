// The charts that a report may ask for.
import { bars } from './bars.ts'
import { line } from './line.ts'

export const charts = { line, bars } as const
