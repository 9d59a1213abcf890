// What a declaration becomes while a program is expanded into stages: keys of stages, and the
// little that is known about their results before they run.
import type { Json, Key } from '../plan/node.ts'
import type { Type } from '../vocabulary/type.ts'
import type { LoraSettings } from '../model/adapter.ts'
import type { ModelConfig } from '../model/config.ts'

export type Product = DataProduct | ModelProduct | JudgeProduct | LoopProduct | SweepProduct | EvaluationProduct

export interface DataProduct {
  readonly kind: 'data'
  /** A stage is added only when a part is asked for. */
  readonly part: (name: string) => PartProduct | undefined
  /** Held-out pairs the data's own judge has labelled, for reward accuracy on these prompts. */
  readonly comparisonsFor: (part: string) => PartProduct | undefined
  /** The data's own judge, when it has one (`village.judge`). */
  readonly judge?: JudgeProduct
}

export interface PartProduct {
  readonly kind: 'part'
  readonly type: Type
  readonly key: Key
  /** Rows expected; an estimate for files that have not been read. */
  readonly rows: number
}

export interface ModelProduct {
  readonly kind: 'model'
  readonly key: Key
  readonly name: string
  /** 0 outside a loop. */
  readonly round: number
  /** Known before running, for estimates; absent when its file could not be read. */
  readonly config: ModelConfig | undefined
  /** The frozen model its last training measured itself against, if it was preference training: what makes it a reward. */
  readonly reference: ModelProduct | undefined
  /** The stage under `key` then holds the adapter alone; the weights it belongs to are those of `base`. */
  readonly adapter?: { readonly base: Key; readonly settings: LoraSettings }
}

/** What a stage that reads a model is given. */
export function modelInputs({ key, adapter }: ModelProduct): { readonly model: Key; readonly base?: Key } {
  return adapter === undefined ? { model: key } : { model: key, base: adapter.base }
}

/** A judge is settings, not a stage: they enter the key of whatever asks it. */
export interface JudgeProduct {
  readonly kind: 'judge'
  /** `world` or the row of the judges table. */
  readonly row: string
  readonly params: Json
}

export interface LoopProduct {
  readonly kind: 'loop'
  /** Round t at index t − 1. */
  readonly rounds: readonly ModelProduct[]
}

export interface Variant {
  /** Swept values by dotted path, as JSON. */
  readonly settings: Readonly<Record<string, Json>>
  readonly loop: LoopProduct
}

export interface SweepProduct {
  readonly kind: 'sweep'
  readonly variants: readonly Variant[]
}

export interface EvaluationProduct {
  readonly kind: 'evaluation'
}
