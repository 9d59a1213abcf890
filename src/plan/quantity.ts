// Numbers and names as people read them: rounded counts and sizes, and an order in which round 2 precedes round 10.

/** `950`, `12 k`, `3.4 M`, `1.2 G`: two or three significant digits. */
export function countText(count: number): string {
  return scaled(count, ['', 'k', 'M', 'G', 'T']).trim()
}

/** Decimal units, as disks and memory are sold: `512 B`, `1.5 MB`. */
export function bytesText(bytes: number): string {
  return scaled(bytes, ['B', 'kB', 'MB', 'GB', 'TB'])
}

/** The bytes that `64GB`, `1.5 TB` or `512MiB` stand for; a bare number counts bytes. Undefined for anything else. */
export function readBytes(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(?:([kmgt]?)(i?)b)?$/i.exec(text.trim())
  if (found === null) return undefined
  const [, digits, prefix = '', binary = ''] = found
  const bytes = Number(digits) * (binary === '' ? 1000 : 1024) ** ['', 'k', 'm', 'g', 't'].indexOf(prefix.toLowerCase())
  return bytes > 0 ? bytes : undefined
}

/** `1 stage`, `2 stages`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** By UTF-16 units, except that runs of digits compare as the numbers they write. Independent of the locale. */
export function compareNaturally(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? []
  const right = b.match(/\d+|\D+/g) ?? []
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const one = left[index]!, other = right[index]!
    const numeric = isDigit(one) && isDigit(other) ? Number(one) - Number(other) : 0
    if (numeric) return numeric
    if (one !== other) return one < other ? -1 : 1
  }
  return left.length - right.length
}

function isDigit(text: string): boolean {
  return text >= '0' && text < ':'
}

function scaled(value: number, units: readonly string[]): string {
  let size = value
  let unit = 0
  // 999.5 would be rounded to four digits: it belongs to the next unit.
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  const digits = unit > 0 && size < 9.95 ? size.toFixed(1) : String(Math.round(size))
  return `${digits} ${units[unit]}`
}
