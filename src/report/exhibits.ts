// What a report block asks for: its charts and tables, or a plain word where they cannot be had.
import type { Declaration } from '../language/program.ts'
import { axis } from './axis.ts'
import type { Axis } from './axis.ts'
import { chartData, chartRequest } from './charting.ts'
import type { ChartData } from './charts/chart.ts'
import { charts } from './charts/index.ts'
import { baselineName, items } from './evaluations.ts'
import { formatted } from './measure.ts'
import type { Exhibit, MeasureInfo, Point } from './report.ts'
import type { Results } from './results.ts'
import { evaluationTable } from './tables.ts'

export interface Gathered {
  readonly results: Results
  readonly measures: Readonly<Record<string, MeasureInfo>>
  /** Swept axes, in the order of the file. */
  readonly axes: readonly Axis[]
  /** Points with intervals of a level; computed once for each level. */
  readonly points: (level: number) => readonly Point[]
  /** A name that no other exhibit has. */
  readonly name: (wanted: string) => string
}

export const usualLevel = 0.95

export function sweptAxes({ program, vocabulary }: Results): Axis[] {
  const paths = program.declarations.flatMap(({ grid }) => grid.map(({ path }) => path.join('.')))
  return [...new Set(paths)].map((path) => axis(path, program, vocabulary))
}

/** Names made of letters, digits and hyphens; a number is added to one that was taken. */
export function names(): Gathered['name'] {
  const taken = new Set<string>()
  return (wanted) => {
    const base = wanted.toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, '-').replace(/^-|-$/g, '')
    let name = base
    for (let number = 2; taken.has(name); number++) name = `${base}-${number}`
    taken.add(name)
    return name
  }
}

/** The charts and tables of a report block, in order. */
export function reportExhibits(report: Declaration, gathered: Gathered): Exhibit[] {
  return report.blocks.flatMap((block) =>
    (block.kind === 'chart' ? [chartExhibit(block, gathered)] : tableExhibits(block, gathered)))
}

function chartExhibit(block: Declaration, { results, measures, points, name }: Gathered): Exhibit {
  const row = charts[block.row as keyof typeof charts]
  const request = chartRequest(block)
  const drawing = chartData(request, points(request.level), measures, results)
  const wanted = request.measures.map(({ measure }) => measure).join('-')
  const title = `${request.measures.map(({ measure }) => measures[measure]?.label ?? measure).join(', ')} by ${request.by}`
  if (drawing === undefined) {
    const axes = [request.by, request.color].filter((path) => path !== undefined).join(' and ')
    return { kind: 'missing', title, because: `not available: no evaluated model varies in ${axes}` }
  }
  if (drawing.data.rows.length === 0) return { kind: 'missing', title, because: drawing.missing.join('; ') }
  return {
    kind: 'chart',
    name: name(`${block.row}-${wanted}-by-${request.by}`),
    title: drawing.data.title,
    caption: drawing.missing.length === 0 ? '' : `Not drawn: ${drawing.missing.join('; ')}.`,
    description: description(block.row, drawing.data),
    spec: row.spec(drawing.data),
  }
}

function description(kind: string, data: ChartData): string {
  const measure = (name: string): string => data.measures.find((candidate) => candidate.name === name)?.title ?? name
  const rows = data.rows.map((row) => {
    const place = [row.panel, row.color, String(row.x)].filter((part) => part !== '').join(', ')
    const number = (value: number): string => formatted(row.measure, value)
    const bars = row.low === null || row.high === null ? '' : ` (${number(row.low)} to ${number(row.high)})`
    return `${measure(row.measure)} at ${place}: ${number(row.estimate)}${bars}`
  })
  return `${kind === 'line' ? 'Line chart' : 'Bar chart'}. ${data.title}. ${rows.join('; ')}.`
}

/** Whether a report block shows this evaluation's whole table, which then need not stand under the evaluation too. */
export function tableAsked(evaluation: string, { results }: Gathered): boolean {
  const blocks = results.program.declarations.flatMap((declaration) => (declaration.kind === 'report' ? declaration.blocks : []))
  return blocks.filter(({ kind }) => kind === 'table').flatMap(references)
    .some(({ name, member }) => name === evaluation && member === undefined)
}

function tableExhibits(block: Declaration, gathered: Gathered): Exhibit[] {
  return references(block).map(({ name, member }) => fullTable(name, gathered, member))
}

function references(block: Declaration) {
  const values = Object.values(block.arguments).flatMap(({ value }) => items(value))
  return values.flatMap((value) => (value.kind === 'reference' ? [value] : []))
}

/** Every model, round and variant of an evaluation; one measure of it, or all. */
export function fullTable(evaluation: string, { results, measures, axes, points, name }: Gathered, measure?: string): Exhibit {
  const whole = points(usualLevel).filter((point) => point.evaluation === evaluation)
  const found = measure === undefined ? whole : whole.filter((point) => point.measure === measure)
  const title = measure === undefined ? `${evaluation}: all measures` : `${evaluation}: ${measures[measure]?.label ?? measure}`
  if (found.length === 0) return { kind: 'missing', title, because: 'not available: nothing was evaluated' }
  const declaration = results.program.declarations.find((candidate) => candidate.name === evaluation)
  const baseline = declaration === undefined ? undefined : baselineName(declaration)
  return evaluationTable({ name: name(`table-${evaluation}`), title, points: found, measures, axes, baseline })
}
