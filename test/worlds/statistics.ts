// Small statistics that the tests of the made world share.

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Pearson's correlation; 0 when either side does not vary. */
export function correlation(first: readonly number[], second: readonly number[]): number {
  const firstMean = mean(first), secondMean = mean(second)
  let both = 0, firstSquares = 0, secondSquares = 0
  first.forEach((value, index) => {
    const a = value - firstMean, b = second[index]! - secondMean
    both += a * b
    firstSquares += a * a
    secondSquares += b * b
  })
  return firstSquares === 0 || secondSquares === 0 ? 0 : both / Math.sqrt(firstSquares * secondSquares)
}
