// Logistic regression of soft labels with an L1 penalty and no intercept, for a handful of features.

/** Rows of a weighted regression, stored by columns of equal length. */
export interface Rows {
  readonly features: readonly Float64Array[]
  /** In [0, 1]. */
  readonly labels: Float64Array
  readonly weights: Float64Array
}

export type Lasso =
  | { readonly kind: 'fit'; readonly coefficients: readonly number[] }
  | { readonly kind: 'none'; readonly reason: string }

const mostSteps = 200

/**
 * Minimises ‖β‖₁ + C Σ w [y log(1 + e^−η) + (1 − y) log(1 + e^η)], η = β · x: the same as one copy of each row for either label,
 * weighted by how much of the label it is. Proximal Newton steps, each halved until it helps; the result satisfies the
 * optimality conditions to rounding. `start` is where to begin, zero by default.
 */
export function fitLasso(rows: Rows, c: number, start: readonly number[] = rows.features.map(() => 0)): Lasso {
  let coefficients = [...start]
  let cost = penalised(rows, c, coefficients)
  for (let step = 0; step < mostSteps; step++) {
    const { gradient, curvature } = quadratic(rows, c, coefficients)
    const target = minimiseQuadratic(coefficients, gradient, curvature)
    const change = Math.max(...target.map((value, index) => Math.abs(value - coefficients[index]!)))
    if (!Number.isFinite(change)) break
    if (change < 1e-10 * (1 + Math.max(...coefficients.map(Math.abs)))) return { kind: 'fit', coefficients: target }
    let scale = 1, next = target, lower = penalised(rows, c, next)
    while (lower > cost && scale > 1e-6) {
      scale /= 2
      next = coefficients.map((value, index) => value + scale * (target[index]! - value))
      lower = penalised(rows, c, next)
    }
    // No step helps any more: rounding is all that is left of the change.
    if (lower > cost) return change < 1e-6 ? { kind: 'fit', coefficients } : notConverged
    coefficients = next
    cost = lower
  }
  return notConverged
}

const notConverged: Lasso = { kind: 'none', reason: 'the length regression did not converge' }

export function linearPredictor({ features }: Pick<Rows, 'features'>, coefficients: readonly number[], row: number): number {
  let sum = 0
  for (let index = 0; index < features.length; index++) sum += coefficients[index]! * features[index]![row]!
  return sum
}

function penalised(rows: Rows, c: number, coefficients: readonly number[]): number {
  let loss = 0
  for (let row = 0; row < rows.labels.length; row++) {
    const linear = linearPredictor(rows, coefficients, row)
    const softplus = Math.max(linear, 0) + Math.log1p(Math.exp(-Math.abs(linear)))
    loss += rows.weights[row]! * (softplus - rows.labels[row]! * linear)
  }
  return coefficients.reduce((sum, value) => sum + Math.abs(value), c * loss)
}

interface Quadratic {
  readonly gradient: number[]
  readonly curvature: number[][]
}

/** The smooth part's first and second derivatives. */
function quadratic({ features, labels, weights }: Rows, c: number, coefficients: readonly number[]): Quadratic {
  const size = features.length
  const gradient = features.map(() => 0)
  const curvature = features.map(() => features.map(() => 0))
  for (let row = 0; row < labels.length; row++) {
    const p = 1 / (1 + Math.exp(-linearPredictor({ features }, coefficients, row)))
    const residual = c * weights[row]! * (p - labels[row]!), weight = c * weights[row]! * p * (1 - p)
    for (let one = 0; one < size; one++) {
      const x = features[one]![row]!
      gradient[one]! += residual * x
      for (let other = 0; other <= one; other++) curvature[one]![other]! += weight * x * features[other]![row]!
    }
  }
  return { gradient, curvature: curvature.map((row, one) => row.map((value, other) => (other <= one ? value : curvature[other]![one]!))) }
}

/** argmin over β of gradient · (β − at) + ½ (β − at)ᵀ curvature (β − at) + ‖β‖₁, one coordinate after the other. */
function minimiseQuadratic(at: readonly number[], gradient: readonly number[], curvature: Quadratic['curvature']): number[] {
  const found = [...at]
  for (let sweep = 0; sweep < 10_000; sweep++) {
    let moved = 0
    for (let one = 0; one < found.length; one++) {
      const bend = curvature[one]![one]!
      // A feature that is zero in every row has no say.
      if (bend === 0) continue
      const slope = found.reduce((sum, value, other) => sum + curvature[one]![other]! * (value - at[other]!), gradient[one]!)
      const free = bend * found[one]! - slope
      const next = (Math.sign(free) * Math.max(0, Math.abs(free) - 1)) / bend
      moved = Math.max(moved, Math.abs(next - found[one]!))
      found[one] = next
    }
    if (moved <= 1e-14 * (1 + Math.max(...found.map(Math.abs)))) break
  }
  return found
}
