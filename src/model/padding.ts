// To which lengths sequences are padded: few, because every shape is compiled once, and close, because padding is wasted work.

/** Lengths are padded to multiples of this at least. */
const multiple = 8

export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit
}

/**
 * The ascending lengths to pad to: those that make Σ padded lengths + Σ overhead · chosen lengths least.
 * `lengths` has one entry for each batch or sequence; `overhead` is what compiling one more shape costs, in as many of them.
 */
export function chooseLengths(lengths: readonly number[], overhead: number): number[] {
  const counts = new Map<number, number>()
  for (const length of lengths) {
    const rounded = roundUp(Math.max(length, 1), multiple)
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1)
  }
  const sizes = [...counts.keys()].sort((a, b) => a - b)
  const best = [0]
  const start: number[] = []
  for (let last = 0; last < sizes.length; last++) {
    let least = Infinity
    let rows = 0
    for (let first = last; first >= 0; first--) {
      rows += counts.get(sizes[first]!)!
      const total = best[first]! + (rows + overhead) * sizes[last]!
      if (total < least) {
        least = total
        start[last] = first
      }
    }
    best.push(least)
  }
  const chosen: number[] = []
  for (let last = sizes.length - 1; last >= 0; last = start[last]! - 1) chosen.unshift(sizes[last]!)
  return chosen
}

/** The least of the ascending `sizes` that holds `length`; the largest must. */
export function fitting(sizes: readonly number[], length: number): number {
  const size = sizes.find((candidate) => candidate >= length)
  if (size === undefined) throw new Error(`no padded length holds ${length}: ${sizes.join(', ')}`)
  return size
}
