// Under the cell of a training, an iteration or a sweep: loss curves, the search for α, and what each round was trained on.
import type { ReplayRecord, ShapingRecord, TrainingCurve } from '../data/result.ts'
import type { Declaration } from '../language/program.ts'
import type { Json } from '../plan/node.ts'
import { valueText, variantText } from './axis.ts'
import type { Axis } from './axis.ts'
import { curve } from './charts/curve.ts'
import type { CurveRow } from './charts/curve.ts'
import { landscape } from './charts/landscape.ts'
import type { Gathered } from './exhibits.ts'
import { mean, range, rounded } from './number.ts'
import type { Cell, Exhibit } from './report.ts'
import { notAvailable, subjects } from './results.ts'
import type { Results, Subject } from './results.ts'

/** Points that are kept along one curve, and in a whole chart: enough for the eye, few enough for the page. */
const curvePoints = 80
const chartPoints = 1200

export function trainingExhibits(declaration: Declaration, gathered: Gathered): Exhibit[] {
  return [...curveExhibits(declaration, gathered), ...landscapeExhibits(declaration, gathered), ...mixtureExhibits(declaration, gathered)]
}

function held(results: Results, declaration: Declaration, holds: string): Subject[] {
  return subjects(results.plan, holds, (target) => target.declaration === declaration.name)
}

interface Read<T> {
  readonly subject: Subject
  /** One for each seed. */
  readonly values: readonly T[]
}

/** Subjects whose every seed is there, and the reasons for the others. */
function readAll<T>(results: Results, found: readonly Subject[], file: string): { present: Read<T>[]; missing: string[] } {
  const present: Read<T>[] = []
  const missing: string[] = []
  for (const subject of found) {
    const artifacts = subject.targets.map(({ key }) => results.read(key))
    const absent = subject.targets.filter((_, index) => artifacts[index] === undefined)
    if (absent.length > 0) missing.push(notAvailable(results, absent.map(({ key }) => key)))
    // A stage writes what its type in data/result.ts says.
    else present.push({ subject, values: artifacts.flatMap((artifact) => (artifact === undefined ? [] : [artifact.json(file) as unknown as T])) })
  }
  return { present, missing: [...new Set(missing)] }
}

function curveExhibits(declaration: Declaration, { results, axes, name }: Gathered): Exhibit[] {
  const found = held(results, declaration, 'training')
  if (found.length === 0) return []
  const { present, missing } = readAll<TrainingCurve>(results, found, 'curve.json')
  const title = `Training of ${declaration.name}`
  if (present.length === 0) return [{ kind: 'missing', title, because: missing.join('; ') }]
  const color = curveColor(found, axes)
  const most = Math.max(8, Math.min(curvePoints, Math.floor(chartPoints / present.length)))
  const rows = present.flatMap((read) => curveRows(read, color, axes, most))
  const seeds = present[0]?.values.length ?? 0
  const panels = [{ name: 'loss', title: `Loss (${present[0]?.values[0]?.unit ?? ''})` }, { name: 'accuracy', title: 'Pairs ranked right (%)' }]
  return [{
    kind: 'chart',
    name: name(`curve-${declaration.name}`),
    title,
    caption: missing.length === 0 ? '' : `Not drawn: ${missing.join('; ')}.`,
    description: `Line chart. ${title}. ${curveWords(present, axes)}`,
    spec: curve({
      title,
      subtitle: seeds === 1 ? 'One seed.' : `Mean over ${seeds} seeds; the shade spans them.`,
      panels: panels.filter((panel) => rows.some((row) => row.panel === panel.name)),
      color: color === undefined ? undefined : { title: color.title, values: [...new Set(rows.map((row) => row.color))] },
      rows,
    }),
  }]
}

interface CurveColor {
  readonly title: string
  readonly of: (subject: Subject) => string
}

/** Rounds are told apart by colour; a sweep's variants by the first swept axis. */
function curveColor(found: readonly Subject[], axes: readonly Axis[]): CurveColor | undefined {
  const swept = axes.find(({ path }) => found.some(({ variant }) => path in variant))
  if (swept !== undefined) return { title: swept.name, of: ({ variant }) => valueText(variant[swept.path] ?? null) }
  if (found.some(({ round }) => round > 1)) return { title: 'Round', of: ({ round }) => String(round) }
  return undefined
}

function curveRows({ subject, values }: Read<TrainingCurve>, color: CurveColor | undefined, axes: readonly Axis[], most: number): CurveRow[] {
  const length = Math.min(...values.map(({ points }) => points.length))
  const stride = Math.max(1, Math.ceil(length / most))
  const rows: CurveRow[] = []
  const line = `${variantText(subject.variant, axes)} round ${subject.round}`
  for (let index = 0; index < length; index += stride) {
    // Neighbouring steps are averaged, so that thinning a curve does not pick lucky steps.
    const across = (read: (point: TrainingCurve['points'][number]) => number | undefined): number[] =>
      values.flatMap(({ points }) => {
        const window = points.slice(index, Math.min(index + stride, length)).map(read).filter((value) => value !== undefined)
        return window.length === 0 ? [] : [mean(window)]
      })
    const step = values[0]?.points[Math.min(index + stride, length) - 1]?.step ?? index
    const quantities: [string, number[]][] = [['loss', across(({ loss }) => loss)],
      ['accuracy', across(({ accuracy }) => (accuracy === undefined ? undefined : 100 * accuracy))]]
    for (const [panel, seeds] of quantities) {
      if (seeds.length === 0) continue
      rows.push({ panel, color: color?.of(subject) ?? '', line, step, mean: rounded(mean(seeds)), low: rounded(Math.min(...seeds)), high: rounded(Math.max(...seeds)) })
    }
  }
  return rows
}

function curveWords(present: readonly Read<TrainingCurve>[], axes: readonly Axis[]): string {
  return present.slice(0, 12).map(({ subject, values }) => {
    const ends = (at: number): string => range(values.map(({ points }) => points.at(at)?.loss ?? NaN), 3)
    const who = [variantText(subject.variant, axes), subject.round > 0 ? `round ${subject.round}` : ''].filter((part) => part !== '').join(', ')
    return `${who === '' ? 'The loss' : `${who}: the loss`} goes from ${ends(0)} to ${ends(-1)} in ${values[0]?.points.at(-1)?.step ?? 0} steps.`
  }).join(' ')
}

/** Only for the iteration as declared: its sweeps search the same landscapes again. */
function landscapeExhibits(declaration: Declaration, { results, name }: Gathered): Exhibit[] {
  const found = held(results, declaration, 'pairs').filter(({ variant }) => Object.keys(variant).length === 0)
  const { present, missing } = readAll<ShapingRecord>(results, found, 'shaping.json')
  const searched = present.filter(({ values }) => values.some(({ trace }) => trace.length > 1))
  if (missing.length > 0 && present.length === 0) return [{ kind: 'missing', title: `Length shaping of ${declaration.name}`, because: missing.join('; ') }]
  if (searched.length === 0) return []
  const panel = ({ round }: Subject): string => `round ${round}`
  const seedOf = (subject: Subject, index: number): string => String(subject.targets[index]?.seed ?? index)
  const title = `Length penalty of ${declaration.name}: gap between chosen and rejected answers`
  const words = searched.map(({ subject, values }) =>
    `${panel(subject)}: α = ${values.map(({ alpha }) => alpha).join(', ')}, mean gap ${range(values.map(({ meanDifference }) => meanDifference), 1)} ${values[0]?.unit ?? ''}`)
  return [{
    kind: 'chart',
    name: name(`landscape-${declaration.name}`),
    title,
    caption: missing.length === 0 ? '' : `Not drawn: ${missing.join('; ')}.`,
    description: `Line chart. ${title}. ${words.join('; ')}.`,
    spec: landscape({
      title,
      subtitle: 'Solid: the absolute mean gap in length at each α tried, one line for each seed. Dashed: the α used.',
      unit: searched[0]?.values[0]?.unit ?? 'characters',
      panels: searched.map(({ subject }) => panel(subject)),
      trace: searched.flatMap(({ subject, values }) => values.flatMap(({ trace }, index) =>
        thinned(trace, 120).map(({ alpha, difference }) => ({ panel: panel(subject), seed: seedOf(subject, index), alpha: rounded(alpha), difference: rounded(difference) })))),
      chosen: searched.flatMap(({ subject, values }) => values.map(({ alpha }, index) => ({ panel: panel(subject), seed: seedOf(subject, index), alpha }))),
    }),
  }]
}

function thinned<T>(rows: readonly T[], most: number): readonly T[] {
  const stride = Math.ceil(rows.length / most)
  return rows.filter((_, index) => index % stride === 0 || index === rows.length - 1)
}

/** Asked and actual counts, one line for each variant and round; a range where seeds differ. */
function mixtureExhibits(declaration: Declaration, { results, axes, name }: Gathered): Exhibit[] {
  const pairs = readAll<ShapingRecord>(results, held(results, declaration, 'pairs'), 'shaping.json')
  const mixed = readAll<ReplayRecord>(results, held(results, declaration, 'replay'), 'replay.json')
  const lines = new Map<string, { subject: Subject; shaping?: readonly ShapingRecord[]; replay?: readonly ReplayRecord[] }>()
  const id = ({ round, variant }: Subject): string => JSON.stringify([round, variant])
  for (const { subject, values } of pairs.present) lines.set(id(subject), { subject, shaping: values })
  for (const { subject, values } of mixed.present) lines.set(id(subject), { ...lines.get(id(subject)), subject, replay: values })
  const missing = [...new Set([...pairs.missing, ...mixed.missing])]
  if (lines.size === 0) return []
  const swept = axes.filter(({ path }) => [...lines.values()].some(({ subject }) => path in subject.variant))
  return [{
    kind: 'table',
    name: name(`mixture-${declaration.name}`),
    title: `What each round of ${declaration.name} was trained on`,
    headers: 1 + swept.length,
    columns: [
      ...swept.map(({ short }) => ({ label: short, unit: '' })),
      { label: 'round', unit: '' },
      { label: 'α used', unit: [...lines.values()].find(({ shaping }) => shaping !== undefined)?.shaping?.[0]?.unit.replace(/^/, 'per ').replace(/s$/, '') ?? '' },
      { label: 'gap in length', unit: [...lines.values()].find(({ shaping }) => shaping !== undefined)?.shaping?.[0]?.unit ?? '' },
      { label: 'γ asked', unit: '' }, { label: 'γ got', unit: '' },
      { label: 'offline', unit: 'pairs' }, { label: 'generated', unit: 'pairs' }, { label: 'generated, available', unit: 'pairs' },
    ],
    rows: [...lines.values()].map(({ subject, shaping, replay }) => mixtureRow(subject, swept, shaping, replay)),
    notes: ['A range where seeds differ. The gap is the mean of chosen minus rejected, after the penalty.', ...missing],
    reasons: [],
  }]
}

function mixtureRow(subject: Subject, swept: readonly Axis[], shaping: readonly ShapingRecord[] | undefined, replay: readonly ReplayRecord[] | undefined): Cell[] {
  const text = (value: string): Cell => ({ kind: 'text', text: value })
  const over = <T>(values: readonly T[] | undefined, read: (value: T) => number, places = 0): Cell =>
    text(values === undefined ? '–' : range(values.map(read), places))
  return [
    ...swept.map(({ path }) => text(valueText((subject.variant[path] ?? null) as Json))),
    text(String(subject.round)),
    text(shaping === undefined ? '–' : range(shaping.map(({ alpha }) => Number(alpha.toPrecision(3))))),
    over(shaping, ({ meanDifference }) => meanDifference, 1),
    over(replay, ({ gamma }) => gamma, 2),
    over(replay, ({ share }) => share, 2),
    over(replay, ({ offline }) => offline),
    replay === undefined ? over(shaping, ({ counts }) => counts.pairs) : over(replay, ({ generated }) => generated),
    over(shaping, ({ counts }) => counts.pairs),
  ]
}
