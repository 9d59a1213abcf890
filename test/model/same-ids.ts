// Compares long lists of ids and shows only where they part.
import * as assert from 'uvu/assert'

export function sameIds(actual: readonly (number | undefined)[], expected: readonly (number | undefined)[]): void {
  const place = actual.findIndex((id, index) => id !== expected[index])
  const from = Math.max(0, place < 0 ? expected.length - 3 : place - 3)
  const around = (ids: readonly (number | undefined)[]) => `${ids.length} ids, from ${from}: ${ids.slice(from, from + 12).join(' ')}`
  assert.is(around(actual), around(expected))
}
