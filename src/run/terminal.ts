// Small pieces of text for terminals: colours, bars, durations, lines cut to the width.

export interface Painter {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
}

/** Leaves text as it is when `color` is false. */
export function painter(color: boolean): Painter {
  const paint = (code: number) => (text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text)
  return { bold: paint(1), dim: paint(2), red: paint(31), green: paint(32), yellow: paint(33) }
}

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

/** About four significant digits, without trailing zeros. */
export function numberText(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e6) return String(value)
  return size < 1e-3 || size >= 1e6 ? value.toExponential(2) : String(Number(value.toPrecision(4)))
}

/** `width` cells, of which the share done is filled; full only when all is done. */
export function bar(done: number, total: number, width: number): string {
  const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 1
  const filled = Math.floor(share * width)
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
}

/** At most `columns` code points, so that a line never wraps. */
export function truncate(line: string, columns: number): string {
  const points = [...line]
  return points.length <= columns ? line : `${points.slice(0, Math.max(0, columns - 1)).join('')}…`
}
