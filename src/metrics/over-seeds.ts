// Summaries of runs that differ in their seed, after Agarwal et al., "Deep reinforcement learning at the edge of the statistical
// precipice" (arXiv 2108.13264).

/**
 * The mean of the middle half: a quarter of the runs is left out at either end, and a run that a quarter cuts through counts
 * by the part that remains. With a number of runs that four divides it is the 25 % trimmed mean. NaN for no runs.
 */
export function interquartileMean(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const low = sorted.length / 4, high = (3 * sorted.length) / 4
  let sum = 0
  for (const [index, value] of sorted.entries()) {
    const inside = Math.min(index + 1, high) - Math.max(index, low)
    if (inside > 0) sum += inside * value
  }
  return sum / (high - low)
}

/**
 * The chance that a run of the first kind ends higher than a run of the second, ties counting half: the Mann–Whitney statistic
 * over all pairs of runs. ½ where nothing tells them apart, NaN when there is nothing to compare.
 */
export function probabilityOfImprovement(first: readonly number[], second: readonly number[]): number {
  let wins = 0
  for (const one of first) for (const other of second) wins += one > other ? 1 : one === other ? 0.5 : 0
  return wins / (first.length * second.length)
}
