// Numbers as people read them: fixed decimals, a true minus sign, ranges.

export function fixed(value: number, places: number): string {
  const text = value.toFixed(places)
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−')
}

/** `95 %`, never broken across lines. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(4))}\u00a0%`
}

/** `1 seed`, `2 seeds` */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

/** Equal numbers once, others as a range: `160`, `158–162`. Without `places`, as they are. */
export function range(values: readonly number[], places?: number): string {
  const show = (value: number): string => (places === undefined ? String(value) : fixed(value, places))
  const low = show(Math.min(...values))
  const high = show(Math.max(...values))
  return low === high ? low : `${low}–${high}`
}

/** Six significant digits: more than an eye can see in a picture. */
export function rounded(value: number): number {
  return Number(value.toPrecision(6))
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
