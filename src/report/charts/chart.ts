// What a chart is: a row that the language reads (documentation, parameters, entries) and a pure function
// from tidy data to a Vega-Lite specification. This folder knows nothing of programs, plans or stages.
import type { Json } from '../../plan/node.ts'
import type { Row } from '../../vocabulary/field.ts'

/** A Vega-Lite specification, its data inlined. */
export interface Spec {
  readonly [name: string]: Json
}

/** A row of the charts table. */
export interface Chart extends Row {
  spec(data: ChartData): Spec
}

export interface ChartData {
  readonly title: string
  /** What was held fixed, and what the bars are. */
  readonly subtitle: string
  readonly x: ChartAxis
  /** One colour for each of its values; undefined when there is nothing to tell apart. */
  readonly color: ChartAxis | undefined
  /** Small multiples, in order; empty for a single one. */
  readonly panels: readonly string[]
  readonly measures: readonly ChartMeasure[]
  readonly rows: readonly ChartRow[]
}

export interface ChartAxis {
  readonly title: string
  /** In order; all numbers when `numeric`, and never a mixture. */
  readonly values: readonly number[] | readonly string[]
  readonly numeric: boolean
  /** Neighbours may be joined by a line. */
  readonly ordered: boolean
}

export interface ChartMeasure {
  readonly name: string
  /** With its unit: `win rate (%)`. */
  readonly title: string
  /** Where a rule is drawn: 50 for win rates. */
  readonly neutral: number | undefined
}

export interface ChartRow {
  readonly measure: string
  readonly x: string | number
  readonly color: string
  readonly panel: string
  readonly estimate: number
  /** Both null only where each seed is drawn on its own. */
  readonly low: number | null
  readonly high: number | null
}
