// Under the cell of a training, an iteration or a sweep: how the loss fell.
import type { CurvePoint, TrainingCurve } from '../data/result.ts'
import type { Declaration } from '../language/program.ts'
import { valueText, variantText } from './axis.ts'
import type { Axis } from './axis.ts'
import { curve } from './charts/curve.ts'
import type { CurveRow } from './charts/curve.ts'
import type { Gathered } from './exhibits.ts'
import { mean, range, rounded } from './number.ts'
import { notDrawn, readAll } from './read.ts'
import type { Read } from './read.ts'
import type { Exhibit } from './report.ts'
import type { Subject } from './results.ts'

/** Points that are kept along one curve, and in a whole chart: enough for the eye, few enough for the page. */
const curvePoints = 80
const chartPoints = 1200

export function curveExhibits(declaration: Declaration, { results, axes, name }: Gathered): Exhibit[] {
  const { present, missing } = readAll<TrainingCurve>(results, declaration, 'training', 'curve.json')
  const title = `Training of ${declaration.name}`
  const [first] = present
  if (first === undefined) return missing.length === 0 ? [] : [{ kind: 'missing', title, because: missing.join('; ') }]
  const color = curveColor(present.map(({ subject }) => subject), axes)
  const most = Math.max(8, Math.min(curvePoints, Math.floor(chartPoints / present.length)))
  const rows = present.flatMap((read) => curveRows(read, color, axes, most))
  const seeds = first.values.length
  const panels = [
    { name: 'loss', title: `Loss (${first.values[0]?.unit ?? ''})` },
    { name: 'accuracy', title: 'Pairs ranked right (%)' },
  ]
  return [{
    kind: 'chart',
    name: name(`curve-${declaration.name}`),
    title,
    caption: notDrawn(missing),
    description: `Line chart. ${title}. ${inWords(present, axes)}`,
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

/** Neighbouring steps are averaged, so that thinning a curve does not pick lucky steps. */
function curveRows(
  { subject, values }: Read<TrainingCurve>, color: CurveColor | undefined, axes: readonly Axis[], most: number,
): CurveRow[] {
  const length = Math.min(...values.map(({ points }) => points.length))
  const stride = Math.max(1, Math.ceil(length / most))
  const line = `${variantText(subject.variant, axes)} round ${subject.round}`
  const rows: CurveRow[] = []
  for (let start = 0; start < length; start += stride) {
    const end = Math.min(start + stride, length)
    const windows = values.map(({ points }) => points.slice(start, end))
    const step = windows[0]?.at(-1)?.step ?? end
    const place = { color: color?.of(subject) ?? '', line, step }
    rows.push(...spread('loss', place, windows.map((points) => points.map(({ loss }) => loss))))
    rows.push(...spread('accuracy', place, windows.map((points) => points.flatMap(percentRight))))
  }
  return rows
}

function percentRight({ accuracy }: CurvePoint): number[] {
  return accuracy === undefined ? [] : [100 * accuracy]
}

/** Mean and range over seeds; nothing when this training has no such quantity. */
function spread(
  panel: string, place: Pick<CurveRow, 'color' | 'line' | 'step'>, seeds: readonly (readonly number[])[],
): CurveRow[] {
  const means = seeds.filter((values) => values.length > 0).map(mean)
  if (means.length === 0) return []
  return [{ panel, ...place, mean: rounded(mean(means)), low: rounded(Math.min(...means)), high: rounded(Math.max(...means)) }]
}

function inWords(present: readonly Read<TrainingCurve>[], axes: readonly Axis[]): string {
  return present.slice(0, 12).map(({ subject, values }) => {
    const ends = (at: number): string => range(values.map(({ points }) => points.at(at)?.loss ?? NaN), 3)
    const parts = [variantText(subject.variant, axes), subject.round > 0 ? `round ${subject.round}` : '']
    const who = parts.filter((part) => part !== '').join(', ')
    const steps = values[0]?.points.at(-1)?.step ?? 0
    return `${who === '' ? 'The loss' : `${who}: the loss`} goes from ${ends(0)} to ${ends(-1)} in ${steps} steps.`
  }).join(' ')
}
