// Several comparisons at once: how sure each may be, when any of them could have come out by chance.

/**
 * Holm's step-down correction (1979): p-values in the order given, each multiplied by the number of hypotheses that are no
 * more certain than it, made monotone and cut at 1. Rejecting those at most α keeps the chance of even one false rejection
 * at α, whatever the comparisons have in common.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((one, other) => pValues[one]! - pValues[other]!)
  const adjusted = pValues.map(() => 1)
  let least = 0
  for (const [rank, index] of order.entries()) {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * pValues[index]!))
    adjusted[index] = least
  }
  return adjusted
}
