// Under the cell of an iteration or a sweep: how many pairs of which origin each round was trained on, and the α behind them.
import type { ReplayRecord, ShapingRecord } from '../data/result.ts'
import type { Declaration } from '../language/program.ts'
import { valueText } from './axis.ts'
import type { Axis } from './axis.ts'
import type { Gathered } from './exhibits.ts'
import { range } from './number.ts'
import { readAll } from './read.ts'
import type { Cell, Exhibit, Table } from './report.ts'
import type { Subject } from './results.ts'

interface Line {
  readonly subject: Subject
  readonly shaping?: readonly ShapingRecord[]
  readonly replay?: readonly ReplayRecord[]
}

export function mixtureExhibits(declaration: Declaration, { results, axes, name }: Gathered): Exhibit[] {
  const pairs = readAll<ShapingRecord>(results, declaration, 'pairs', 'shaping.json')
  const mixed = readAll<ReplayRecord>(results, declaration, 'replay', 'replay.json')
  const lines = new Map<string, Line>()
  const id = ({ round, variant }: Subject): string => JSON.stringify([round, variant])
  for (const { subject, values } of pairs.present) lines.set(id(subject), { subject, shaping: values })
  for (const { subject, values } of mixed.present) lines.set(id(subject), { ...lines.get(id(subject)), subject, replay: values })
  if (lines.size === 0) return []
  const found = [...lines.values()]
  const swept = axes.filter(({ path }) => found.some(({ subject }) => path in subject.variant))
  return [{
    kind: 'table',
    name: name(`mixture-${declaration.name}`),
    title: `What each round of ${declaration.name} was trained on`,
    headers: 1 + swept.length,
    columns: columns(swept, found.find(({ shaping }) => shaping !== undefined)?.shaping?.[0]?.unit ?? ''),
    rows: found.map((line) => row(line, swept)),
    notes: [
      'A range where seeds differ. The gap is the mean of chosen minus rejected, after the penalty.',
      ...new Set([...pairs.missing, ...mixed.missing]),
    ],
    reasons: [],
  }]
}

function columns(swept: readonly Axis[], unit: string): Table['columns'] {
  return [
    ...swept.map(({ short }) => ({ label: short, unit: '' })),
    { label: 'round', unit: '' },
    { label: 'α used', unit: unit === '' ? '' : `per ${unit.replace(/s$/, '')}` },
    { label: 'gap in length', unit },
    { label: 'γ asked', unit: '' },
    { label: 'γ got', unit: '' },
    { label: 'offline', unit: 'pairs' },
    { label: 'generated', unit: 'pairs' },
    { label: 'generated, available', unit: 'pairs' },
  ]
}

/** Without replay every pair is generated. */
function row({ subject, shaping, replay }: Line, swept: readonly Axis[]): Cell[] {
  const text = (value: string): Cell => ({ kind: 'text', text: value })
  const over = <T>(values: readonly T[] | undefined, read: (value: T) => number, places = 0): Cell =>
    text(values === undefined ? '–' : range(values.map(read), places))
  return [
    ...swept.map(({ path }) => text(valueText(subject.variant[path] ?? null))),
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
