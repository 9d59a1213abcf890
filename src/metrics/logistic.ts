// Logistic regression of a soft label on one feature and an intercept, by maximum likelihood.

export type LogisticFit =
  | { readonly kind: 'fit'; readonly intercept: number; readonly slope: number }
  | { readonly kind: 'none'; readonly reason: string }

/**
 * Maximises Σ y log p + (1 − y) log(1 − p), p = σ(a + b z), for labels y in [0, 1]. No penalty: whether a finite maximum exists
 * is decided beforehand, exactly, instead of being hidden by a small ridge. The z must not all be equal.
 */
export function fitLogistic(y: Float64Array, z: Float64Array): LogisticFit {
  const reason = separation(y, z)
  return reason === undefined ? newton(y, z) : { kind: 'none', reason }
}

/**
 * A finite maximum exists exactly when no threshold on z parts wins from losses (Albert and Anderson, 1984);
 * a soft label counts on both sides.
 */
function separation(y: Float64Array, z: Float64Array): string | undefined {
  let lowestWin = Infinity, highestWin = -Infinity, lowestLoss = Infinity, highestLoss = -Infinity
  for (let row = 0; row < y.length; row++) {
    const value = z[row]!
    if (y[row]! > 0) {
      lowestWin = Math.min(lowestWin, value)
      highestWin = Math.max(highestWin, value)
    }
    if (y[row]! < 1) {
      lowestLoss = Math.min(lowestLoss, value)
      highestLoss = Math.max(highestLoss, value)
    }
  }
  if (lowestWin === Infinity) return 'every comparison was lost: the length regression has no finite solution'
  if (lowestLoss === Infinity) return 'every comparison was won: the length regression has no finite solution'
  if (highestLoss <= lowestWin || highestWin <= lowestLoss) {
    return 'length alone separates wins from losses: the length regression has no finite solution'
  }
  return undefined
}

const mostIterations = 100

/**
 * A step that moves no a + b z by more than this cannot overshoot: on its way no weight p (1 − p) grows by more than
 * e^0.5 < 2, so the quadratic that Newton's method maximises never promises what the likelihood does not keep.
 */
const safeStep = 0.5

/** Newton's method, large steps halved while they overshoot: converges wherever the maximum is finite, quadratically at the end. */
function newton(y: Float64Array, z: Float64Array): LogisticFit {
  const mean = y.reduce((sum, label) => sum + label, 0) / y.length
  const largest = z.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  let a = Math.log(mean / (1 - mean)), b = 0
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const step = newtonStep(y, z, a, b)
    if (step === undefined) break
    if (Math.abs(step.a) + Math.abs(step.b) < 1e-7) return { kind: 'fit', intercept: a + step.a, slope: b + step.b }
    const scale = Math.abs(step.a) + largest * Math.abs(step.b) <= safeStep ? 1 : scaleOf(step, y, z, a, b)
    a += scale * step.a
    b += scale * step.b
  }
  return { kind: 'none', reason: 'the length regression did not converge' }
}

/** The first of 1, ½, ¼ … by which the step does not lower the likelihood. */
function scaleOf(step: { readonly a: number; readonly b: number }, y: Float64Array, z: Float64Array, a: number, b: number): number {
  const likelihood = logLikelihood(y, z, a, b)
  let scale = 1
  while (scale > 1e-6 && logLikelihood(y, z, a + scale * step.a, b + scale * step.b) < likelihood - 1e-12 * Math.abs(likelihood)) scale /= 2
  return scale
}

/** Solves H step = gradient for the 2 × 2 information matrix H. */
function newtonStep(y: Float64Array, z: Float64Array, a: number, b: number): { a: number; b: number } | undefined {
  let gradientA = 0, gradientB = 0, aa = 0, ab = 0, bb = 0
  for (let row = 0; row < y.length; row++) {
    const value = z[row]!
    const p = 1 / (1 + Math.exp(-a - b * value))
    const residual = y[row]! - p, weight = p * (1 - p)
    gradientA += residual
    gradientB += residual * value
    aa += weight
    ab += weight * value
    bb += weight * value * value
  }
  const determinant = aa * bb - ab * ab
  if (!(determinant > 1e-14 * aa * bb)) return undefined
  return { a: (bb * gradientA - ab * gradientB) / determinant, b: (aa * gradientB - ab * gradientA) / determinant }
}

/** Σ y η − log(1 + e^η), η = a + b z, without overflow. */
function logLikelihood(y: Float64Array, z: Float64Array, a: number, b: number): number {
  let sum = 0
  for (let row = 0; row < y.length; row++) {
    const linear = a + b * z[row]!
    sum += y[row]! * linear - Math.max(linear, 0) - Math.log1p(Math.exp(-Math.abs(linear)))
  }
  return sum
}
