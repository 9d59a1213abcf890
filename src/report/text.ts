// The summary for a terminal: the answer's table and findings, within 100 columns.
import { wrap } from './charts/wrap.ts'
import type { Answer, Cell, Report, Table } from './report.ts'

const width = 100

export function text(report: Report): string {
  const { title, provenance, answer } = report
  const seeds = provenance.seeds.length
  const facts = `engine ${provenance.engine} · ${seeds} seed${seeds === 1 ? '' : 's'} · ${provenance.stages.length} stages`
  const failed = provenance.stages.filter(({ available }) => !available).length
  const lines = [
    ...wrap(title, width), ...wrap(failed > 0 ? `${facts} · ${failed} without result` : facts, width), '',
    ...(answer === undefined ? ['Nothing was evaluated.'] : [...textTable(answer.table), '', ...findings(answer)]),
  ]
  return `${lines.join('\n')}\n`
}

function findings(answer: Answer): string[] {
  return answer.findings.flatMap((finding) => hanging('· ', finding))
}

/** Columns side by side while they fit; those that do not follow in further blocks under the same row names. */
export function textTable(table: Table): string[] {
  const heads = table.columns.map(({ label, unit }) => (unit === '' ? label : `${label} (${unit})`).split(' '))
  const columns = table.columns.map((_, column) => {
    const cells = table.rows.map((row) => shown(row[column], table.reasons))
    const widest = Math.max(...cells.map(size), ...(heads[column] ?? []).map(size))
    return { head: stack(heads[column] ?? [], widest), cells, width: widest }
  })
  const names = columns.slice(0, table.headers)
  const blocks = chunks(columns.slice(table.headers), width - sum(names))
  const notes = table.notes.flatMap((note) => wrap(note, width))
  const reasons = table.reasons.flatMap((reason, index) => hanging(`(${index + 1}) `, reason))
  const laid = blocks.flatMap((block) => ['', ...lay([...names, ...block], table.headers, table.rows.length)])
  return [...wrap(table.title, width), ...laid, '', ...notes, ...reasons]
}

interface Column {
  /** Lines of the heading. */
  readonly head: readonly string[]
  readonly cells: readonly string[]
  readonly width: number
}

const gap = 2

function sum(columns: readonly Column[]): number {
  return columns.reduce((total, column) => total + column.width + gap, 0)
}

function chunks(columns: readonly Column[], room: number): Column[][] {
  const blocks: Column[][] = []
  for (const column of columns) {
    const last = blocks.at(-1)
    if (last !== undefined && sum([...last, column]) - gap <= room) last.push(column)
    else blocks.push([column])
  }
  return blocks
}

/** Words of a heading in as few lines as the column's width allows. */
function stack(words: readonly string[], most: number): string[] {
  return wrap(words.join(' '), most)
}

function lay(columns: readonly Column[], headers: number, rows: number): string[] {
  const tall = Math.max(...columns.map(({ head }) => head.length))
  const line = (cell: (column: Column) => string): string =>
    columns.map((column, index) => pad(cell(column), column.width, index < headers)).join(' '.repeat(gap)).trimEnd()
  return [
    ...Array.from({ length: tall }, (_, at) => line(({ head }) => head[at - (tall - head.length)] ?? '')),
    columns.map((column) => '─'.repeat(column.width)).join(' '.repeat(gap)),
    ...Array.from({ length: rows }, (_, row) => line(({ cells }) => cells[row] ?? '')),
  ]
}

function shown(cell: Cell | undefined, reasons: readonly string[]): string {
  if (cell === undefined) return ''
  if (cell.kind === 'text') return cell.text
  if (cell.kind === 'missing') return `not available (${reasons.indexOf(cell.because) + 1})`
  return `${cell.best ? '*' : ''}${cell.text} ${cell.interval}`
}

function pad(text: string, to: number, left: boolean): string {
  const space = ' '.repeat(Math.max(0, to - size(text)))
  return left ? text + space : space + text
}

/** In code points: names may be written in any script. */
function size(text: string): number {
  return [...text].length
}

function hanging(mark: string, text: string): string[] {
  return wrap(text, width - mark.length).map((line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line)
}
