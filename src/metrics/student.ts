// Student's t distribution, for real degrees of freedom.

/** Beyond this the distribution is the normal one to four digits. */
const mostFreedom = 1e5

/** t with P(T ≤ t) = probability, for 0.5 ≤ probability < 1 and freedom ≥ 1 (Infinity allowed); absolute error below 1e-4. */
export function studentQuantile(probability: number, freedom: number): number {
  const tail = 2 * (1 - probability)
  const degrees = Math.min(freedom, mostFreedom)
  let low = 0, high = 1
  while (studentTails(high, degrees) > tail) high *= 2
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2
    if (studentTails(middle, degrees) > tail) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(|T| > t) = I_x(ν/2, 1/2), x = ν / (ν + t²), for t ≥ 0 and freedom ≥ 1 (Infinity allowed). */
export function studentTails(t: number, freedom: number): number {
  const degrees = Math.min(freedom, mostFreedom)
  return betaShare(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/** The regularised incomplete beta function I_x(a, b) (DLMF 8.17). */
function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a)
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  return Math.exp(logFront) / a / betaFraction(x, a, b)
}

/** The continued fraction 1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22, from the far end inwards. */
function betaFraction(x: number, a: number, b: number): number {
  let value = 1
  for (let pair = 200; pair >= 0; pair--) {
    const even = pair === 0 ? 0 : (pair * (b - pair) * x) / ((a + 2 * pair - 1) * (a + 2 * pair))
    const odd = (-(a + pair) * (a + b + pair) * x) / ((a + 2 * pair) * (a + 2 * pair + 1))
    value = pair === 0 ? 1 + odd / value : 1 + even / (1 + odd / value)
  }
  return value
}

/** Stirling's series after shifting the argument above 10. */
function logGamma(x: number): number {
  let shift = 0
  let at = x
  for (; at < 10; at += 1) shift += Math.log(at)
  const square = at * at
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / at
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift
}
