// Under the cell of an iteration: the search for the length penalty α, round by round.
import type { ShapingRecord } from '../data/result.ts'
import type { Declaration } from '../language/program.ts'
import { landscape } from './charts/landscape.ts'
import type { LandscapeData } from './charts/landscape.ts'
import type { Gathered } from './exhibits.ts'
import { range, rounded } from './number.ts'
import { notDrawn, readAll } from './read.ts'
import type { Read } from './read.ts'
import type { Exhibit } from './report.ts'
import type { Subject } from './results.ts'

/** Values of α kept for each curve. */
const mostAlphas = 120

/** Nothing where no α was searched. A sweep's variants search the same landscapes again, so only iterations have this. */
export function landscapeExhibits(declaration: Declaration, { results, name }: Gathered): Exhibit[] {
  const { present, missing } = readAll<ShapingRecord>(results, declaration, 'pairs', 'shaping.json')
  const title = `Length penalty of ${declaration.name}: gap between chosen and rejected answers`
  if (present.length === 0 && missing.length > 0) return [{ kind: 'missing', title, because: missing.join('; ') }]
  const searched = present.filter(({ values }) => values.some(({ trace }) => trace.length > 1))
  if (searched.length === 0) return []
  return [{
    kind: 'chart',
    name: name(`landscape-${declaration.name}`),
    title,
    caption: notDrawn(missing),
    description: `Line chart. ${title}. ${searched.map(inWords).join('; ')}.`,
    spec: landscape({ title, ...data(searched) }),
  }]
}

function data(searched: readonly Read<ShapingRecord>[]): Omit<LandscapeData, 'title'> {
  const seeds = searched.flatMap(({ subject, values }) => values.map((record, index) =>
    ({ record, place: { panel: panel(subject), seed: String(subject.targets[index]?.seed ?? index) } })))
  return {
    subtitle: 'Solid: the absolute mean gap in length at each α tried, one line for each seed. Dashed: the α used.',
    unit: searched[0]?.values[0]?.unit ?? 'characters',
    panels: searched.map(({ subject }) => panel(subject)),
    trace: seeds.flatMap(({ place, record }) =>
      thinned(record.trace).map(({ alpha, difference }) => ({ ...place, alpha: rounded(alpha), difference: rounded(difference) }))),
    chosen: seeds.map(({ place, record }) => ({ ...place, alpha: rounded(record.alpha) })),
  }
}

function panel({ round }: Subject): string {
  return `round ${round}`
}

function inWords({ subject, values }: Read<ShapingRecord>): string {
  const gap = range(values.map(({ meanDifference }) => meanDifference), 1)
  return `${panel(subject)}: α = ${values.map(({ alpha }) => rounded(alpha)).join(', ')}, mean gap ${gap} ${values[0]?.unit ?? ''}`
}

/** Evenly thinned, but always with the last and the lowest point: the lowest is what the chart is about. */
function thinned(trace: ShapingRecord['trace']): ShapingRecord['trace'] {
  const stride = Math.ceil(trace.length / mostAlphas)
  const lowest = Math.min(...trace.map(({ difference }) => difference))
  return trace.filter(({ difference }, index) => index % stride === 0 || index === trace.length - 1 || difference === lowest)
}
