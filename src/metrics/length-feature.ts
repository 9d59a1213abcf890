// The length feature of the length-controlled win rate.

/**
 * tanh(Δ / sd(Δ)) for each Δ = the baseline's length − the model's, sd with n − 1, as in AlpacaEval 2.
 * Undefined where all Δ are equal: there is nothing to control for.
 */
export function lengthFeature(deltas: Float64Array): Float64Array | undefined {
  const deviation = sampleDeviation(deltas)
  return deviation === 0 ? undefined : deltas.map((delta) => Math.tanh(delta / deviation))
}

/** With n − 1; 0 for a single row. */
function sampleDeviation(values: Float64Array): number {
  if (values.length < 2) return 0
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}
