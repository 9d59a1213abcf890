// What a plan will cost, given what is stored: as numbers, and as the text of `dice plan`.
import { shortKey } from './key.ts'
import type { Key, Node, Plan } from './node.ts'
import { bytesText, countText, plural } from './quantity.ts'
import { graphOf, toRun, wanted } from './walk.ts'

export interface Summary {
  readonly stages: number
  readonly stored: number
  readonly toRun: number
  /** Neither stored nor wanted: what they feed is stored already. */
  readonly notNeeded: number
  /** Stages that more than one declaration or variant needs. */
  readonly shared: number
  /** Through models, over the stages to run. */
  readonly tokens: number
  /** Of the largest stage to run. */
  readonly peakBytes: number
  /** By the stage's name, sorted. */
  readonly kinds: Readonly<Record<string, { readonly stages: number; readonly toRun: number }>>
}

type State = 'stored' | 'run' | 'idle'

const marks: Readonly<Record<State, string>> = { stored: '✓', run: '▸', idle: '·' }
const colors: Readonly<Record<State, string>> = { stored: '\x1b[2m', run: '\x1b[36m', idle: '\x1b[2m' }

export function summarise(plan: Plan, stored: ReadonlySet<Key>): Summary {
  const state = stateOf(plan, stored)
  const running = plan.nodes.filter((node) => state(node) === 'run')
  const kinds: Record<string, { stages: number; toRun: number }> = {}
  for (const name of plan.nodes.map((node) => node.identity.stage).sort()) {
    const before = kinds[name]?.stages ?? 0
    kinds[name] = { stages: before + 1, toRun: running.filter((node) => node.identity.stage === name).length }
  }
  return {
    stages: plan.nodes.length,
    stored: plan.nodes.filter((node) => state(node) === 'stored').length,
    toRun: running.length,
    notNeeded: plan.nodes.filter((node) => state(node) === 'idle').length,
    shared: plan.nodes.filter((node) => node.neededBy.length > 1).length,
    tokens: running.reduce((sum, node) => sum + node.cost.tokens, 0),
    peakBytes: running.reduce((peak, node) => Math.max(peak, node.cost.bytes), 0),
    kinds,
  }
}

/** One line for each stage in run order, then the totals. Ends with a newline. */
export function planText(plan: Plan, stored: ReadonlySet<Key>, options: { readonly color: boolean }): string {
  const state = stateOf(plan, stored)
  const paint = (text: string, color: string) => (options.color ? `${color}${text}\x1b[0m` : text)
  const rows = plan.nodes.map((node) => ({ state: state(node), cells: cellsOf(node, state(node)) }))
  const heading = [' ', 'key', 'stage', 'shared by', 'tokens', 'memory']
  const widths = heading.map((title, column) => Math.max(...[title, ...rows.map((row) => row.cells[column]!)].map(width)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => pad(cell, widths[column]!, column > 2)).join('  ').trimEnd()
  const lines = [paint(line(heading), '\x1b[1m'), ...rows.map((row) => paint(line(row.cells), colors[row.state]))]
  return `${[...lines, '', ...totals(summarise(plan, stored))].join('\n')}\n`
}

function stateOf(plan: Plan, stored: ReadonlySet<Key>): (node: Node) => State {
  const running = toRun(graphOf(plan), wanted(plan), (key) => stored.has(key))
  return (node) => (stored.has(node.key) ? 'stored' : running.has(node.key) ? 'run' : 'idle')
}

function cellsOf(node: Node, state: State): string[] {
  const sharers = node.neededBy.length
  const { tokens, bytes } = node.cost
  return [
    marks[state],
    shortKey(node.key),
    node.label,
    sharers > 1 ? String(sharers) : '',
    tokens > 0 ? countText(tokens) : '',
    bytes > 0 ? bytesText(bytes) : '',
  ]
}

function totals(summary: Summary): string[] {
  const parts = [`${marks.stored} ${summary.stored} stored`, `${marks.run} ${summary.toRun} to run`]
  if (summary.notNeeded > 0) parts.push(`${marks.idle} ${summary.notNeeded} not needed`)
  const shared = `${summary.shared} ${summary.shared === 1 ? 'is' : 'are'} shared by more than one declaration or variant`
  const lines = [`${plural(summary.stages, 'stage')}: ${parts.join(', ')}; ${shared}.`]
  if (summary.toRun === 0) return [...lines, 'Nothing is left to run.']
  const kinds = Object.entries(summary.kinds).filter(([, counts]) => counts.toRun > 0)
  lines.push(`To run: ${kinds.map(([name, counts]) => `${counts.toRun} × ${name}`).join(', ')}.`)
  if (summary.tokens > 0) lines.push(`About ${countText(summary.tokens)} tokens will pass through models.`)
  if (summary.peakBytes > 0) lines.push(`The largest stage to run takes about ${bytesText(summary.peakBytes)} of memory.`)
  return lines
}

/** Code points: near enough to columns for the labels people write. */
function width(text: string): number {
  return [...text].length
}

function pad(text: string, columns: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)))
  return right ? space + text : text + space
}
