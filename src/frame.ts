// A diagnostic as people see it: place, message, the line it is about with the part in question underlined, hint.
import type { Diagnostic } from './diagnostic.ts'
import { position } from './source.ts'

const styles = {
  error: '\u001b[1;31m', warning: '\u001b[1;33m', dim: '\u001b[2m', bold: '\u001b[1m', hint: '\u001b[36m', end: '\u001b[0m',
} as const
type Style = keyof typeof styles

/** Wider lines are shown in part: the part that the message is about. */
const widest = 120
const tabWidth = 2

export function frame(diagnostic: Diagnostic, { color }: { readonly color: boolean }): string {
  const { code, severity, message, source, span, hint } = diagnostic
  const paint = (style: Style, text: string): string => (color ? styles[style] + text + styles.end : text)
  const { line, column } = position(source, span.start)
  const { text, marked, underline } = excerpt(source.text, span.start, span.end)
  const number = String(line).padStart(5)
  const blank = ' '.repeat(number.length)
  const lines = [
    `${paint('bold', `${source.path}:${line}:${column}:`)} ${paint(severity, `${severity}[${code}]:`)} ${message}`,
    `${paint('dim', `${number} |`)} ${text}`.trimEnd(),
    `${paint('dim', `${blank} |`)} ${' '.repeat(marked)}${paint(severity, '^'.repeat(underline))}`,
  ]
  if (hint !== undefined) lines.push(`${paint('dim', `${blank} =`)} ${paint('hint', 'hint:')} ${hint}`)
  return `${lines.join('\n')}\n`
}

interface Excerpt {
  readonly text: string
  /** Columns before the underline, and its length: in terminal cells. */
  readonly marked: number
  readonly underline: number
}

function excerpt(text: string, start: number, end: number): Excerpt {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const lineEnd = text.indexOf('\n', start)
  const to = lineEnd < 0 ? text.length : lineEnd
  const before = shown(text.slice(from, start))
  const inside = shown(text.slice(start, Math.max(start, Math.min(end, to))).replace(/\r$/, ''))
  const after = shown(text.slice(Math.max(start, Math.min(end, to)), to).trimEnd())
  const wide = width(before) + width(inside) + width(after) > widest
  const cutBefore = wide && width(before) > widest * 0.7 ? `…${takeRight(before, Math.floor(widest * 0.4))}` : before
  const room = Math.max(widest - width(cutBefore), 20)
  const cutInside = width(inside) > room ? `${takeLeft(inside, room - 1)}…` : inside
  const left = room - width(cutInside)
  const cutAfter = width(after) > left ? `${takeLeft(after, Math.max(left - 1, 0))}…` : after
  return { text: cutBefore + cutInside + cutAfter, marked: width(cutBefore), underline: Math.max(1, width(cutInside)) }
}

/** Characters that move the cursor, print nothing, or turn the direction of what follows. */
const invisible = /[\u0000-\u001f\u007f-\u009f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g

/** Tabs as spaces, invisible characters as a mark. */
function shown(text: string): string {
  return text.replaceAll('\t', ' '.repeat(tabWidth)).replace(invisible, '\ufffd')
}

function takeLeft(text: string, cells: number): string {
  let taken = '', used = 0
  for (const character of text) {
    used += cellsOf(character)
    if (used > cells) break
    taken += character
  }
  return taken
}

function takeRight(text: string, cells: number): string {
  const characters = [...text]
  let used = 0, first = characters.length
  while (first > 0 && used + cellsOf(characters[first - 1]!) <= cells) used += cellsOf(characters[--first]!)
  return characters.slice(first).join('')
}

function width(text: string): number {
  let cells = 0
  for (const character of text) cells += cellsOf(character)
  return cells
}

/** Terminal cells: none for combining marks, two for East Asian wide characters and emoji. */
function cellsOf(character: string): number {
  if (/^[\p{Mn}\p{Me}\u200d\ufe0f]$/u.test(character)) return 0
  const point = character.codePointAt(0) ?? 0
  const wide = (point >= 0x1100 && point <= 0x115f) || (point >= 0x2e80 && point <= 0xa4cf) || (point >= 0xac00 && point <= 0xd7a3)
    || (point >= 0xf900 && point <= 0xfaff) || (point >= 0xfe30 && point <= 0xfe6f) || (point >= 0xff00 && point <= 0xff60)
    || (point >= 0xffe0 && point <= 0xffe6) || (point >= 0x1f300 && point <= 0x1faff) || (point >= 0x20000 && point <= 0x3fffd)
  return wide ? 2 : 1
}
