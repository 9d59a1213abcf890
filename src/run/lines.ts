// What a run prints, sentence by sentence: each function gives the text of one event or of the sum of all.
import { shortKey } from '../plan/key.ts'
import type { Node } from '../plan/node.ts'
import type { Event } from './event.ts'
import type { Progress } from './stage.ts'
import { duration, numberText, type Painter } from './terminal.ts'

type EventOf<K extends Event['kind']> = Extract<Event, { kind: K }>

export interface Lines {
  started(node: Node): string
  running(node: Node, progress: Progress): string
  finished(node: Node, seconds: number): string
  failed(node: Node, event: EventOf<'failed'>): string
  warning(node: Node, message: string): string
  skipped(node: Node, because: Node): string
  stopped(node: Node, progress: Progress | undefined): string
  /** `counts` by kind of event; kinds that did not occur are left out, except that something always ran, if only 0. */
  sum(counts: Readonly<Partial<Record<Event['kind'], number>>>, failures: readonly Node[], seconds: number): string
}

/** `reproduce` gives the command that runs one stage again by itself. */
export function linesOf(paint: Painter, reproduce: (node: Node) => string): Lines {
  const name = (node: Node) => `${node.label} ${paint.dim(shortKey(node.key))}`
  const failedName = (node: Node) => `${paint.red('failed')}    ${name(node)}\n`
  return {
    started: (node) => `started   ${name(node)}\n`,
    running: (node, progress) => `running   ${name(node)}: ${progressText(progress)}\n`,
    finished: (node, seconds) => `${paint.green('finished')}  ${name(node)} in ${duration(seconds)}\n`,
    failed: (node, event) => `${failedName(node)}${indented([...causeOf(event), `reproduce: ${reproduce(node)}`])}`,
    warning: (node, message) => `${paint.yellow('note')}      ${name(node)}: ${message}\n`,
    skipped: (node, because) => `${paint.yellow('skipped')}   ${name(node)}: it needs ${because.label}\n`,
    stopped: (node, progress) => {
      const place = progress === undefined ? '' : ` at ${progressText(progress)}`
      return `${paint.yellow('stopped')}   ${name(node)}${place}\n`
    },
    sum: (counts, failures, seconds) => {
      const words = {
        finished: 'ran', cached: 'stored before', failed: 'failed', skipped: 'skipped', interrupted: 'stopped',
      } as const
      const kinds = (Object.keys(words) as (keyof typeof words)[]).filter((kind) => kind === 'finished' || counts[kind])
      const text = `${kinds.map((kind) => `${counts[kind] ?? 0} ${words[kind]}`).join(', ')} in ${duration(seconds)}`
      return `${failures.map(failedName).join('')}${paint.bold(text)}\n`
    },
  }
}

/** `120 of 600 steps · loss 1.234`. */
export function progressText({ done, total, unit, metrics }: Progress): string {
  const numbers = Object.entries(metrics ?? {}).map(([metric, value]) => ` · ${metric} ${numberText(value)}`)
  return `${done} of ${total} ${unit}${numbers.join('')}`
}

/** A stack begins with the message in most runtimes; that of a crash may be empty. */
function causeOf(event: EventOf<'failed'>): string[] {
  if (event.remedy !== '') return [event.message, `remedy: ${event.remedy}`]
  const told = event.stack.includes(event.message) ? [event.stack] : [event.message, event.stack]
  return [...told.filter((text) => text !== ''), 'this is a fault of dice or of what it runs on, not of your file']
}

function indented(texts: readonly string[]): string {
  return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => `  ${line}\n`).join('')
}
