// What a preference loss is: a row of the losses table with its own entries and its arithmetic.
import type { PreferenceLoss } from '../model/objective.ts'
import type { Parameters } from '../plan/parameters.ts'
import type { Row } from '../vocabulary/field.ts'

export interface Loss extends Row {
  /** What the curve's axis says: `DPO loss (nats per pair)`. */
  readonly unit: string
  /** Wants `PairTensors.mismatched`, which takes a stage of its own to prepare. */
  readonly mismatched?: true
  /** Reads the row's entries once; the result is called at every step. */
  loss(parameters: Parameters): PreferenceLoss
}
