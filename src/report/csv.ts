// results.csv: one line for each number, a column for each swept setting (RFC 4180, line feeds).
import { valueText } from './axis.ts'
import type { Point, Report } from './report.ts'

export function csv(report: Report): string {
  const paths = [...new Set(report.points.flatMap(({ variant }) => Object.keys(variant)))]
  const head = ['evaluation', 'model', 'round', ...paths, 'measure', 'unit', 'estimate', 'low', 'high', 'level',
    'difference', 'difference_low', 'difference_high', 'seeds', 'prompts', 'per_seed', 'keys', 'note']
  const lines = report.points.map((point) => cells(point, paths, report.measures[point.measure]?.unit ?? ''))
  return [head, ...lines].map((line) => line.map(field).join(',')).join('\n') + '\n'
}

function cells(point: Point, paths: readonly string[], unit: string): string[] {
  const { result, difference } = point
  const number = (value: number | undefined): string => (value === undefined ? '' : String(value))
  const measured = result.kind === 'measured' ? result : undefined
  return [
    point.evaluation, point.model, String(point.round),
    ...paths.map((path) => (path in point.variant ? valueText(point.variant[path] ?? null) : '')),
    point.measure, unit, number(measured?.estimate), number(measured?.low), number(measured?.high), String(point.level),
    number(difference?.estimate), number(difference?.low), number(difference?.high),
    point.seeds.join(' '), String(point.prompts), point.perSeed.map(({ value }) => number(value)).join(' '),
    point.perSeed.map(({ key }) => key).join(' '), result.kind === 'missing' ? result.because : '',
  ]
}

/** Quoted where needed. A text that a spreadsheet would take for a formula gets an apostrophe; numbers keep their sign. */
function field(text: string): string {
  const numbers = text.split(' ').every((part) => Number.isFinite(Number(part)))
  const safe = /^[=+@\t\r-]/.test(text) && !numbers ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
