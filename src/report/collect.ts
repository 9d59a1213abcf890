// From results to a report: a pure fold over the file's cells, in the file's order.
import type { Cell, Declaration } from '../language/program.ts'
import type { Key } from '../plan/node.ts'
import type { Artifact } from '../run/stage.ts'
import { answer } from './answer.ts'
import { curveExhibits } from './curves.ts'
import { evaluations, measureNames } from './evaluations.ts'
import { fullTable, names, reportExhibits, sweptAxes, tableAsked, usualLevel } from './exhibits.ts'
import type { Gathered } from './exhibits.ts'
import { judgedGenerations, sampledGenerations } from './generations.ts'
import { highlight } from './highlight.ts'
import { landscapeExhibits } from './landscapes.ts'
import { measureInfo } from './measure.ts'
import { mixtureExhibits } from './mixtures.ts'
import { measurePoints } from './points.ts'
import type { Exhibit, Fact, MeasureInfo, Point, Report, Section } from './report.ts'
import type { Results } from './results.ts'
import { settings } from './settings.ts'

/** Reads what the stages left, changes nothing, and gives the same report for the same results. */
export function collect(given: Results): Report {
  const results = remembering(given)
  const { program } = results
  const gathered = gather(results)
  const points = gathered.points(usualLevel)
  const first = program.cells.findIndex(({ kind }) => kind === 'prose')
  return {
    title: title(results),
    question: program.cells[first]?.text ?? '',
    answer: answer(results, points, gathered.measures, gathered.axes),
    sizes: sizes(results, points),
    sections: program.cells.flatMap((cell, index) => (index === first ? [] : [section(cell, index, gathered)])),
    measures: gathered.measures,
    points,
    provenance: {
      source: fileName(program.source.path),
      engine: results.engine,
      seeds: seeds(results),
      stages: results.plan.nodes.map(({ key, label }) => ({ key, label, available: results.read(key) !== undefined })),
    },
  }
}

/** Asks for each stage's result once, however many numbers depend on it. */
function remembering(results: Results): Results {
  const known = new Map<Key, Artifact | undefined>()
  return {
    ...results,
    read: (key) => {
      if (!known.has(key)) known.set(key, results.read(key))
      return known.get(key)
    },
  }
}

function gather(results: Results): Gathered {
  const levels = new Map<number, readonly Point[]>()
  const used = [...new Set(evaluations(results.program).flatMap(measureNames))]
  const measures: Readonly<Record<string, MeasureInfo>> = Object.fromEntries(used.map((name) => [name, measureInfo(name)]))
  const points = (level: number): readonly Point[] => {
    const known = levels.get(level) ?? measurePoints(results, level)
    levels.set(level, known)
    return known
  }
  return { results, measures, axes: sweptAxes(results), points, name: names() }
}

function section(cell: Cell, index: number, gathered: Gathered): Section {
  if (cell.kind === 'prose') return cell
  const { program, vocabulary } = gathered.results
  const declarations = program.declarations.filter((declaration) => declaration.cell === index)
  return {
    kind: 'code',
    title: cell.title,
    tokens: highlight(cell.text, vocabulary),
    settings: declarations.filter(({ kind }) => kind !== 'report').map((declaration) => settings(declaration, vocabulary)),
    exhibits: declarations.flatMap((declaration) => exhibits(declaration, gathered)),
  }
}

const ofLoop = [curveExhibits, landscapeExhibits, mixtureExhibits, sampledGenerations]

function exhibits(declaration: Declaration, gathered: Gathered): Exhibit[] {
  switch (declaration.kind) {
    case 'train': return curveExhibits(declaration, gathered)
    case 'sweep': return [...curveExhibits(declaration, gathered), ...mixtureExhibits(declaration, gathered)]
    case 'iterate': return ofLoop.flatMap((make) => make(declaration, gathered))
    case 'evaluate': {
      const table = tableAsked(declaration.name, gathered) ? [] : [fullTable(declaration.name, gathered)]
      return [...table, ...judgedGenerations(declaration, gathered)]
    }
    case 'report': return reportExhibits(declaration, gathered)
    default: return []
  }
}

function title({ program }: Results): string {
  const written = program.settings['title']?.value
  if (written?.kind === 'text' && written.value.trim() !== '') return written.value
  return fileName(program.source.path).replace(/\.dice$/, '')
}

/** Never the folder: reports are the same wherever they are made. */
function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path
}

function seeds({ plan, program }: Results): number[] {
  const written = program.settings['seeds']?.value
  if (written?.kind === 'list') return written.items.flatMap((item) => (item.kind === 'number' ? [item.value] : []))
  return [...new Set(plan.targets.map(({ seed }) => seed))].sort((a, b) => a - b)
}

function sizes(results: Results, points: readonly Point[]): Fact[] {
  const models = new Set(points.map(({ model, round, variant }) => JSON.stringify([model, round, variant])))
  const failed = results.plan.nodes.filter(({ key }) => results.read(key) === undefined).length
  const facts: [string, number][] = [
    ['seeds', seeds(results).length], ['models measured', models.size],
    ['prompts each', Math.max(0, ...points.map(({ prompts }) => prompts))],
    ['numbers', points.length], ['stages', results.plan.nodes.length],
    ...(failed > 0 ? [['stages without result', failed] as [string, number]] : []),
  ]
  return facts.map(([label, value]) => ({ label, value: value.toLocaleString('en-US').replaceAll(',', ' ') }))
}
