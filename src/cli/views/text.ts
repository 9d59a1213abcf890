// Texts that models wrote and numbers that stages left, on one line of a terminal.
import { numberText } from '../../run/terminal.ts'

/**
 * The text on one line of at most `columns` characters. What would move the cursor, change colours or turn the
 * direction of writing is shown as a sign instead of being obeyed: a model may write anything.
 */
export function visible(text: string, columns: number): string {
  const points = [...text]
  const cut = points.length > columns ? [...points.slice(0, Math.max(0, columns - 1)), '…'] : points
  return cut.map(sign).join('')
}

function sign(point: string): string {
  const code = point.codePointAt(0)!
  if (code === 10) return '↵'
  if (code < 32) return String.fromCodePoint(0x2400 + code)
  if (code === 127) return '␡'
  return /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(point) ? '�' : point
}

/** With true minus signs. */
export const figure = (value: number): string => numberText(value).replaceAll('-', '−')

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** `12 to 30, mean 18.2`; `none` of nothing. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return 'none'
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  return low === high ? figure(low) : `${figure(low)} to ${figure(high)}, mean ${figure(mean(values))}`
}

const blocks = '▁▂▃▄▅▆▇█'

/** A curve of at most `width` blocks, each the mean of the values it stands for; `·` where none is finite. */
export function sparkline(values: readonly number[], width: number): string {
  const cells = Math.min(width, values.length)
  const means = Array.from({ length: cells }, (_, cell) => {
    const from = Math.floor(cell * values.length / cells)
    const part = values.slice(from, Math.floor((cell + 1) * values.length / cells)).filter(Number.isFinite)
    return part.length === 0 ? NaN : mean(part)
  })
  const finite = means.filter(Number.isFinite)
  const low = Math.min(...finite)
  const size = Math.max(...finite) - low
  return means.map((value) => {
    if (!Number.isFinite(value)) return '·'
    return blocks[size === 0 ? 0 : Math.min(blocks.length - 1, Math.floor((value - low) / size * blocks.length))]
  }).join('')
}
