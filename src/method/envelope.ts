// Which of several lines is the highest, as we walk to the right: the geometry behind the search for α.

/** The line at `index` is the highest for α just beyond `from`, until the next step. */
export interface EnvelopeStep {
  readonly from: number
  readonly index: number
}

/**
 * The upper envelope of the lines intercepts[i] − α · slopes[i] over α > 0, from left to right; the first step is from 0.
 * Of lines that coincide, the lowest index counts.
 */
export function upperEnvelope(intercepts: readonly number[], slopes: readonly number[]): EnvelopeStep[] {
  let current = 0
  for (let index = 1; index < intercepts.length; index++) {
    const rise = intercepts[index]! - intercepts[current]!
    if (rise > 0 || (rise === 0 && slopes[index]! < slopes[current]!)) current = index
  }
  const steps: EnvelopeStep[] = [{ from: 0, index: current }]
  for (;;) {
    const next = nextCrossing(intercepts, slopes, current)
    if (next === undefined) return steps
    steps.push(next)
    current = next.index
  }
}

/** The line that first rises above the current one; where several cross at one point, the steepest of them goes on on top. */
function nextCrossing(intercepts: readonly number[], slopes: readonly number[], current: number): EnvelopeStep | undefined {
  let next: EnvelopeStep | undefined
  for (let index = 0; index < intercepts.length; index++) {
    if (slopes[index]! >= slopes[current]!) continue
    const from = (intercepts[current]! - intercepts[index]!) / (slopes[current]! - slopes[index]!)
    const steeper = next !== undefined && from === next.from && slopes[index]! < slopes[next.index]!
    if (next === undefined || from < next.from || steeper) next = { from, index }
  }
  return next
}
