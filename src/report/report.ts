// A report as plain data: what the page, the terminal summary and the files are all rendered from.
import type { Json, Key } from '../plan/node.ts'
import type { Spec } from './charts/chart.ts'

export interface Report {
  readonly title: string
  /** The first prose of the file, Markdown. */
  readonly question: string
  /** Undefined when nothing was evaluated. */
  readonly answer: Answer | undefined
  /** Counts for the first screen: seeds, prompts, models, stages. */
  readonly sizes: readonly Fact[]
  /** In the order of the file; the first prose is not repeated. */
  readonly sections: readonly Section[]
  readonly measures: Readonly<Record<string, MeasureInfo>>
  /** Every number measured, one for each evaluation, model, round, variant and measure. */
  readonly points: readonly Point[]
  readonly provenance: Provenance
}

export interface Fact {
  readonly label: string
  readonly value: string
}

export interface MeasureInfo {
  readonly label: string
  readonly unit: string
  readonly doc: string
  /** What no effect would give: 50 for win rates. */
  readonly neutral: number | undefined
}

export interface Answer {
  readonly table: Table
  /** Sentences that compare each model with the baseline, from paired differences. */
  readonly findings: readonly string[]
}

export type Section =
  | { readonly kind: 'prose'; readonly title: string; readonly text: string }
  | {
    readonly kind: 'code'
    readonly title: string
    readonly tokens: readonly Token[]
    readonly settings: readonly SettingGroup[]
    readonly exhibits: readonly Exhibit[]
  }

export interface Token {
  readonly kind: 'plain' | 'keyword' | 'string' | 'number' | 'comment'
  readonly text: string
}

/** Everything one declaration was run with. */
export interface SettingGroup {
  /** `iterate dice` */
  readonly title: string
  readonly settings: readonly Setting[]
}

export interface Setting {
  /** `replay.gamma` */
  readonly path: string
  readonly value: string
  readonly unit: string
  /** False when a default was filled in. */
  readonly written: boolean
  readonly doc: string
}

export type Exhibit = Table | Chart | Generations | Missing

export interface Table {
  readonly kind: 'table'
  readonly name: string
  readonly title: string
  /** The first `headers` columns name the row. */
  readonly headers: number
  readonly columns: readonly { readonly label: string; readonly unit: string }[]
  readonly rows: readonly (readonly Cell[])[]
  readonly notes: readonly string[]
  /** Why cells are missing, each reason once; cells point to them by their place here. */
  readonly reasons: readonly string[]
}

export type Cell =
  | { readonly kind: 'text'; readonly text: string }
  /** `best`: the best of its column, and better than the baseline even when all comparisons of the column are allowed for. */
  | { readonly kind: 'value'; readonly text: string; readonly interval: string; readonly best: boolean }
  | { readonly kind: 'missing'; readonly because: string }

export interface Chart {
  readonly kind: 'chart'
  /** Unique in the report; also the file's name. */
  readonly name: string
  readonly title: string
  readonly caption: string
  /** The data in words, for those who cannot see the picture. */
  readonly description: string
  readonly spec: Spec
}

export interface Generations {
  readonly kind: 'generations'
  readonly title: string
  readonly caption: string
  readonly prompts: readonly { readonly text: string; readonly answers: readonly Generation[] }[]
}

export interface Generation {
  readonly from: string
  readonly text: string
  /** `score 0.8 · 42 characters · preferred to the baseline` */
  readonly facts: string
}

export interface Missing {
  readonly kind: 'missing'
  readonly title: string
  readonly because: string
}

export interface Point {
  readonly evaluation: string
  readonly model: string
  readonly round: number
  readonly variant: Readonly<Record<string, Json>>
  readonly measure: string
  /** Of the interval: 0.95. */
  readonly level: number
  readonly result: Measured | NotMeasured
  /** Model minus baseline on the same prompts and seeds; undefined for the baseline itself and where it cannot be had. */
  readonly difference: Difference | undefined
  readonly seeds: readonly number[]
  readonly prompts: number
  readonly perSeed: readonly { readonly seed: number; readonly value: number | undefined; readonly key: Key }[]
}

export interface Measured {
  readonly kind: 'measured'
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** Between two models, with what its interval says about zero. */
export interface Difference extends Measured {
  /** Two-sided, of no difference at all; not corrected for other comparisons. */
  readonly pValue: number
  /** The smallest true difference that this experiment would find four times of five. */
  readonly detectable: number
}

export interface NotMeasured {
  readonly kind: 'missing'
  readonly because: string
}

export interface Provenance {
  readonly source: string
  readonly engine: string
  readonly seeds: readonly number[]
  readonly stages: readonly { readonly key: Key; readonly label: string; readonly available: boolean }[]
}
