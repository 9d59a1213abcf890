// Events → what a person sees on stderr: a block that is redrawn in place on a terminal, plain lines elsewhere.
// Returns text and writes nothing; the clock is passed in. Failures appear when they happen and again at the end.
import type { Key, Node, Plan } from '../plan/node.ts'
import type { Event } from './event.ts'
import { linesOf, progressText } from './lines.ts'
import type { Progress } from './stage.ts'
import { bar, duration, painter, truncate } from './terminal.ts'

export interface PrinterOptions {
  /** Redraw in place: stderr is a terminal. */
  readonly live: boolean
  readonly color: boolean
  /** Of the terminal. */
  readonly columns: number
  /** Milliseconds, from any origin. */
  readonly now: () => number
  /** The command that runs one stage again by itself. */
  readonly reproduce: (node: Node) => string
  /** How many stages will be heard of; all of the plan unless given. */
  readonly total?: number
}

export interface Printer {
  /** What to write for an event. */
  accept(event: Event): string
  /** What to write because time has passed: call it about once a second. */
  tick(): string
  /** A line of somebody else's, kept clear of the block. */
  note(text: string): string
  /** The last lines: takes the block away and sums up. */
  finish(): string
}

interface Running {
  readonly node: Node
  readonly since: number
  readonly progress?: Progress
  /** When a line was last printed of it. */
  readonly said: number
}

/** Milliseconds between two drawings of the block, and between two plain lines about the same stage. */
const redrawInterval = 100
const lineInterval = 10_000
const runningShown = 8

export function openPrinter(plan: Plan, options: PrinterOptions): Printer {
  const { now, live } = options
  const lines = linesOf(painter(options.color), options.reproduce)
  const state = openState(plan, options.total ?? plan.nodes.length, now())
  const block = openBlock(() => (live ? draw(state, options) : []), now)
  const seconds = () => (now() - state.began) / 1000

  const progressed = (node: Node, progress: Progress): string => {
    const before = state.running.get(node.key)
    if (before === undefined) return ''
    const due = now() - before.said >= lineInterval
    state.running.set(node.key, { ...before, progress, said: due ? now() : before.said })
    return live ? block.print('') : due ? lines.running(node, progress) : ''
  }
  const textOf = (event: Exclude<Event, { kind: 'progress' | 'warning' }>, node: Node): string => {
    switch (event.kind) {
      case 'started': return live ? '' : lines.started(node)
      case 'cached': return ''
      case 'finished': return lines.finished(node, event.seconds)
      case 'failed': return lines.failed(node, event)
      case 'skipped': return lines.skipped(node, state.node(event.because))
      case 'interrupted': return lines.stopped(node, state.running.get(node.key)?.progress)
    }
  }
  return {
    accept: (event) => {
      const node = state.node(event.key)
      if (event.kind === 'progress') return progressed(node, event.progress)
      if (event.kind === 'warning') return block.print(lines.warning(node, event.message))
      const text = textOf(event, node)
      state.record(event.kind, node, now())
      return block.print(text)
    },
    tick: () => block.print(''),
    note: (text) => block.print(`${text}\n`),
    finish: () => {
      const failures = plan.nodes.filter((node) => state.ended.get(node.key) === 'failed')
      return `${block.erase()}${lines.sum(state.counts(), failures, seconds())}`
    },
  }
}

interface State {
  readonly began: number
  readonly total: number
  readonly running: Map<Key, Running>
  /** How each stage ended that has. */
  readonly ended: ReadonlyMap<Key, Event['kind']>
  node(key: Key): Node
  record(kind: Event['kind'], node: Node, now: number): void
  counts(): Partial<Record<Event['kind'], number>>
}

function openState(plan: Plan, total: number, began: number): State {
  const nodes = new Map(plan.nodes.map((node) => [node.key, node]))
  const running = new Map<Key, Running>()
  const ended = new Map<Key, Event['kind']>()
  const node = (key: Key): Node => {
    const found = nodes.get(key)
    if (found === undefined) throw new Error(`an event of a stage outside the plan: ${key}`)
    return found
  }
  const record = (kind: Event['kind'], { key }: Node, now: number) => {
    // A stage may start a second time, when its input was found damaged and is mended.
    if (kind === 'started') {
      ended.delete(key)
      running.set(key, { node: node(key), since: now, said: now })
    } else {
      running.delete(key)
      ended.set(key, kind)
    }
  }
  const counts = () => {
    const result: Partial<Record<Event['kind'], number>> = {}
    for (const kind of ended.values()) result[kind] = (result[kind] ?? 0) + 1
    return result
  }
  return { began, total, running, ended, node, record, counts }
}

interface Block {
  /** The text above the block, and the block anew; nothing when there is no text and the block is fresh. */
  print(text: string): string
  erase(): string
}

/** Keeps some lines at the end of the output, which `content` gives; no lines, no escapes. */
function openBlock(content: () => readonly string[], now: () => number): Block {
  let shown = 0
  let shownAt = -Infinity
  const erase = () => {
    const escapes = '\x1b[1A\x1b[2K'.repeat(shown)
    shown = 0
    return escapes
  }
  const print = (text: string) => {
    if (text === '' && now() - shownAt < redrawInterval) return ''
    const output = `${erase()}${text}`
    const lines = content()
    shown = lines.length
    shownAt = now()
    return `${output}${lines.map((line) => `${line}\n`).join('')}`
  }
  return { print, erase }
}

/** One line for each running stage, as far as there is room, and one for the whole. */
function draw(state: State, { now, columns, color }: PrinterOptions): string[] {
  const all = [...state.running.values()]
  const shown = all.slice(0, runningShown).map(({ node, since, progress }) => {
    const parts = [node.label, ...(progress === undefined ? [] : [progressText(progress)]), duration((now() - since) / 1000)]
    return truncate(`${bar(progress?.done ?? 0, progress?.total ?? 1, 12)} ${parts.join(' · ')}`, columns)
  })
  const { finished = 0, cached = 0, failed = 0, skipped = 0 } = state.counts()
  const parts = [`${finished + cached} of ${state.total} stages`, `${all.length} running`]
  if (failed > 0) parts.push(`${failed} failed`, `${skipped} skipped`)
  const whole = `${bar(finished + cached, state.total, 12)} ${[...parts, duration((now() - state.began) / 1000)].join(' · ')}`
  return [...shown, painter(color).bold(truncate(whole, columns))]
}
