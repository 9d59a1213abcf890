// How a whole is shared out among training, validation and test.

/** A type, not an interface, so that it counts as JSON. */
export type Shares = {
  readonly train: number
  readonly validation: number
  readonly test: number
}

export type SplitName = keyof Shares

/**
 * Whole numbers that add up to `total`, each as near its share as can be (largest remainder); every positive share
 * gets at least `least`, taken from the largest. The shares add up to 1.
 */
export function apportion(total: number, shares: Shares, least: number): Record<SplitName, number> {
  const names: readonly SplitName[] = ['train', 'validation', 'test']
  const exact = (name: SplitName) => shares[name] * total
  const counts = { train: 0, validation: 0, test: 0 }
  // 1e-9: a share such as 0.1 of 3000 must not lose a row to binary rounding.
  for (const name of names) counts[name] = Math.max(Math.floor(exact(name) + 1e-9), shares[name] > 0 ? least : 0)
  const rest = () => total - names.reduce((sum, name) => sum + counts[name], 0)
  const byNeed = () => [...names].sort((a, b) => exact(b) - counts[b] - (exact(a) - counts[a]))
  while (rest() > 0) counts[byNeed()[0]!] += 1
  while (rest() < 0) counts[byNeed().filter((name) => counts[name] > least).at(-1)!] -= 1
  return counts
}
