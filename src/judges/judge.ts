// A judge scores one answer to one request. Judges are pure: same words, same score.
import type { Json } from '../plan/node.ts'
import type { Row } from '../vocabulary/field.ts'

export interface Judgement {
  /** Higher is better; comparable only between answers to the same request by the same judge. */
  readonly score: number
  /** What the score is made of, for the report: { coverage: 0.5, wrong: 1, … } */
  readonly parts: Readonly<Record<string, number>>
}

/** `ended` is false for an answer that was cut off at the length limit. */
export type Judge = (prompt: string, response: string, ended: boolean) => Judgement

/** A row of the table of judges: `judge tidy = rules { … }`. */
export interface JudgeRow extends Row {
  /** `params` holds every entry, defaults filled in; throws our bug when one is missing. */
  judge(params: Readonly<Record<string, Json>>): Judge
}
