// `dice run`: carries a plan out, shows how it goes, and writes the report.
import { availableParallelism } from 'node:os'
import { carriedOut, reported } from '../dice.ts'
import { shortKey } from '../plan/key.ts'
import type { Key, Node } from '../plan/node.ts'
import type { Event } from '../run/event.ts'
import { openPrinter } from '../run/progress.ts'
import { mostThreads } from '../tensor/index.ts'
import { common, UsageError } from './command.ts'
import type { Command, Input } from './command.ts'
import { commandAgain, heading, prepare } from './prepare.ts'
import type { Prepared } from './prepare.ts'
import type { Terminal } from './terminal.ts'
import { openReportFolder, writeReport } from './write-report.ts'

export const run: Command = {
  examples: [
    ['dice run experiments/quickstart.dice', 'writes reports/quickstart/report.html'],
    ['dice run FILE --set replay.gamma=0.25', 'only what depends on γ runs'],
    ['dice run FILE --json', 'ends with one line of JSON'],
  ],
  options: {
    set: common.set,
    store: common.store,
    out: { value: 'DIR', doc: 'where the report goes (default reports/<experiment>)' },
    engine: common.engine,
    target: { value: 'KEY', multiple: true, doc: 'only this stage and what it needs, by the key `dice plan` shows; writes no report' },
    jobs: { short: 'j', value: 'N', doc: 'stages at a time (default: one for each core)' },
    'fail-fast': { doc: 'start nothing more after a stage has failed' },
    json: { doc: 'end with one line of JSON on standard output' },
    quiet: { short: 'q', doc: 'show failures and the summary only' },
  },
  async run(input, terminal) {
    const wanted = jobsOf(input)
    const prepared = prepare(input, terminal)
    if (prepared === undefined) return 2
    const jobs = mostThreads(prepared.engine, wanted)
    const targets = targetsOf(input, prepared)
    const folder = openReportFolder(input, prepared.experiment, terminal)
    const began = terminal.now()
    const counts = await watch(prepared, jobs, targets, input, terminal)
    if (counts.interrupted) {
      terminal.err(`interrupted; what finished is stored. Go on with: ${commandAgain(prepared, input)}\n`)
      return 130
    }
    if (targets !== undefined) {
      if (input.on('json')) terminal.out(`${JSON.stringify(outcome(prepared, counts, (terminal.now() - began) / 1000, null))}\n`)
      return counts.failed > 0 ? 1 : 0
    }
    const { program, plan, engine, store } = prepared
    const { report, summary } = await writeReport(reported(program, plan, engine, store), folder, terminal)
    if (!input.on('json')) terminal.out(`${summary}\n`)
    terminal.err(`report: ${report}\n`)
    if (input.on('json')) terminal.out(`${JSON.stringify(outcome(prepared, counts, (terminal.now() - began) / 1000, report))}\n`)
    return counts.failed > 0 ? 1 : 0
  },
}

interface Counts {
  readonly ran: number
  readonly cached: number
  readonly failed: number
  readonly interrupted: boolean
}

function outcome({ experiment, plan }: Prepared, { ran, cached, failed }: Counts, seconds: number, report: string | null) {
  return { experiment, stages: { total: plan.nodes.length, ran, cached, failed }, seconds: Number(seconds.toFixed(2)), report }
}

function jobsOf(input: Input): number {
  const word = input.text('jobs')
  if (word === undefined) return availableParallelism()
  const jobs = Number(word)
  if (!Number.isInteger(jobs) || jobs < 1) throw new UsageError(`--jobs wants a whole number from 1, not \`${word}\``)
  return jobs
}

/** The stages asked for by `--target`; undefined when all are wanted. */
function targetsOf(input: Input, { plan, file }: Prepared): readonly Key[] | undefined {
  const words = input.texts('target')
  if (words.length === 0) return undefined
  return words.map((word) => {
    const [found, other] = plan.nodes.filter(({ key }) => word.length > 3 && key.startsWith(word))
    if (found === undefined) throw new UsageError(`no stage of ${file} has a key that begins with \`${word}\`; \`dice plan ${file}\` shows them`)
    if (other !== undefined) throw new UsageError(`several stages have a key that begins with \`${word}\`; give more of it`)
    return found.key
  })
}

async function watch(prepared: Prepared, jobs: number, targets: readonly Key[] | undefined, input: Input, terminal: Terminal): Promise<Counts> {
  const { plan, store, storeRoot, engine } = prepared
  const quiet = input.on('quiet')
  const printer = openPrinter(plan, {
    live: terminal.live && !quiet, color: terminal.color, columns: terminal.columns, now: terminal.now,
    reproduce: (node: Node) => `${commandAgain(prepared, input)} --target ${shortKey(node.key)}`,
  })
  // By stage, since one whose input was damaged ends twice.
  const ended = new Map<Key, Event['kind']>()
  if (!quiet) terminal.err(`${heading(terminal, prepared)} · ${plan.nodes.length} stages · ${engine} · ${jobs} at a time\n`)
  const onStop = () => terminal.err(printer.note('stopping: what is running ends at its next step; Ctrl-C again ends it at once'))
  terminal.signal.addEventListener('abort', onStop)
  const beat = setInterval(() => terminal.err(printer.tick()), 1000)
  try {
    const onDamage = ({ key, problem }: { key: string; problem: string }) =>
      terminal.err(printer.note(`a stored result was damaged and is computed again: ${key.slice(0, 12)} (${problem})`))
    for await (const event of carriedOut(plan, {
      store, storeRoot, engine, jobs, signal: terminal.signal, keepGoing: !input.on('fail-fast'), onDamage,
      ...(targets === undefined ? {} : { targets }),
    })) {
      if (event.kind !== 'progress' && event.kind !== 'warning') ended.set(event.key, event.kind)
      if (!quiet || event.kind === 'failed') terminal.err(printer.accept(event))
      else printer.accept(event)
    }
  } finally {
    clearInterval(beat)
    terminal.signal.removeEventListener('abort', onStop)
    terminal.err(printer.finish())
  }
  const count = (kind: Event['kind']): number => [...ended.values()].filter((last) => last === kind).length
  return { ran: count('finished'), cached: count('cached'), failed: count('failed'), interrupted: terminal.signal.aborted }
}

