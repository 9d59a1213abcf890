// What stages leave for the report to read, beside the rows of record.ts. One type for each JSON file.

/** `curve.json` of every training stage. */
export interface TrainingCurve {
  /** What the loss is, for the axis: `nats per token`, `DPO loss (nats per pair)`. */
  readonly unit: string
  readonly points: readonly CurvePoint[]
}

export interface CurvePoint {
  readonly step: number
  readonly loss: number
  readonly rate: number
  readonly gradientNorm: number
  /** Preference training: share of the batch whose chosen answer has the higher implicit reward, and the mean margin. */
  readonly accuracy?: number
  readonly margin?: number
}

/** `shaping.json` of every pairing stage. */
export interface ShapingRecord {
  /** What was used, in reward units per `unit`. */
  readonly alpha: number
  /** What `auto` finds on these responses; undefined when a number was given. */
  readonly best?: number
  readonly unit: 'characters' | 'tokens'
  /** The search's trace: |mean(length chosen) − mean(length rejected)| at each α tried, in order of α. */
  readonly trace: readonly { readonly alpha: number; readonly difference: number }[]
  readonly counts: {
    readonly prompts: number
    readonly pairs: number
    readonly responses: number
    readonly truncated: number
    /** Prompts left out because fewer than the minimum of responses remained. */
    readonly tooFew: number
    /** Prompts left out because best and worst were the same text. */
    readonly identical: number
  }
  /** Mean of length(chosen) − length(rejected), signed. */
  readonly meanDifference: number
  /** Mean shaped-reward margin between chosen and rejected. */
  readonly meanMargin: number
}

/** `replay.json` of every mixing stage. */
export interface ReplayRecord {
  /** The share of offline pairs asked for, and the share that came out. */
  readonly gamma: number
  readonly share: number
  readonly generated: number
  readonly offline: number
  readonly available: { readonly generated: number; readonly offline: number }
}

/** `evaluation.json`: everything the measures are computed from, prompt by prompt, so that they can be resampled. */
export interface Evaluation {
  readonly outcomes: readonly Outcome[]
  /** For reward accuracy: held-out pairs labelled by the judge. Empty when the model has no reference. */
  readonly comparisons: readonly Comparison[]
}

/** One prompt, one answer of the model, one of the baseline. */
export interface Outcome {
  readonly prompt: string
  readonly text: string
  readonly answer: string
  readonly baseline: string
  /** 1 the model's answer is better, 0 worse, 0.5 a tie. */
  readonly win: number
  readonly score: number
  readonly baselineScore: number
  /** Code points. */
  readonly length: number
  readonly baselineLength: number
  readonly tokens: number
  readonly ended: boolean
}

export interface Comparison {
  readonly prompt: string
  /** 1 when the implicit reward ranks the pair as the judge does; a tie is 0. */
  readonly correct: number
}
