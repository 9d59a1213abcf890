// Results as bytes: equal values give equal files, so that equal outputs have equal digests.
import { canonical } from '../plan/key.ts'

/** Canonical JSON and a newline. Throws (our bug) on what JSON cannot hold, NaN included. */
export function jsonFile(value: unknown): Uint8Array {
  return textFile(`${canonical(value)}\n`)
}

/** One canonical JSON value a line. */
export function rowsFile(rows: Iterable<unknown>): Uint8Array {
  return textFile(Array.from(rows, (row) => `${canonical(row)}\n`).join(''))
}

export function textFile(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
