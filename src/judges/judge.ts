// A judge scores one answer to one request. Judges are pure: same words, same score.

export interface Judgement {
  /** Higher is better; comparable only between answers to the same request by the same judge. */
  readonly score: number
  /** What the score is made of, for the report: { coverage: 0.5, wrong: 1, … } */
  readonly parts: Readonly<Record<string, number>>
}

/** `ended` is false for an answer that was cut off at the length limit. */
export type Judge = (prompt: string, response: string, ended: boolean) => Judgement
