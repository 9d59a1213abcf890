// `dice run`: carries a plan out, shows how it goes, and writes the report.
import { availableParallelism } from 'node:os'
import { carriedOut } from '../dice.ts'
import { shortKey } from '../plan/key.ts'
import type { Key, Node } from '../plan/node.ts'
import type { Event } from '../run/event.ts'
import type { Damage } from '../run/moving.ts'
import { openPrinter } from '../run/progress.ts'
import { mostThreads } from '../tensor/index.ts'
import { common, UsageError } from './command.ts'
import type { Command, Input } from './command.ts'
import { commandAgain, damageText, fits, heading, prepare } from './prepare.ts'
import type { Prepared } from './prepare.ts'
import type { ExitCode, Terminal } from './terminal.ts'
import { openReportFolder, readReport, writeReport } from './write-report.ts'

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
    memory: common.memory,
    target: { value: 'KEY', multiple: true, doc: 'only this stage and what it needs, by the key `dice plan` shows; writes no report' },
    jobs: { short: 'j', value: 'N', doc: 'stages at a time (default: one for each core)' },
    'fail-fast': { doc: 'start nothing more after a stage has failed' },
    json: { doc: 'end with one line of JSON on standard output' },
    quiet: { short: 'q', doc: 'show failures and the summary only' },
  },
  async run(input, terminal) {
    const wanted = jobsOf(input)
    const prepared = prepare(input, terminal, 'run')
    if (prepared === undefined) return 2
    const jobs = mostThreads(prepared.engine, wanted)
    const targets = targetsOf(input, prepared)
    if (!fits(prepared, input, terminal, targets)) return 2
    const folder = openReportFolder(input, prepared.experiment, terminal)
    const began = terminal.now()
    const ended: Endings = new Map()
    const end = (report: string | null, damaged: number): ExitCode => {
      if (input.on('json')) terminal.out(`${JSON.stringify(outcome(prepared, ended, (terminal.now() - began) / 1000, report))}\n`)
      return damaged > 0 || [...ended.values()].includes('failed') ? 1 : 0
    }
    await watch(prepared, jobs, targets, input, terminal, ended)
    if (terminal.interrupt().aborted) return interrupted(prepared, input, terminal)
    if (targets !== undefined) return end(null, 0)
    let found = readReport(prepared)
    if (found.damaged > 0) {
      // Damage that shows only when the report reads a result: what was set aside is computed again, once.
      await watch(prepared, jobs, targets, input, terminal, ended)
      if (terminal.interrupt().aborted) return interrupted(prepared, input, terminal)
      found = readReport(prepared)
    }
    const { report, summary } = await writeReport(found.report, folder, terminal)
    if (!input.on('json')) terminal.out(`${summary}\n`)
    terminal.err(`report: ${report}\n`)
    return end(report, found.damaged)
  },
}

/** How each stage ended, by stage: one whose input was damaged ends twice. */
type Endings = Map<Key, Event['kind']>

function interrupted(prepared: Prepared, input: Input, terminal: Terminal): ExitCode {
  terminal.err(`interrupted; what finished is stored. Go on with: ${commandAgain(prepared, input, ['memory'])}\n`)
  return 130
}

function outcome({ experiment, plan }: Prepared, ended: Endings, seconds: number, report: string | null) {
  const count = (kind: Event['kind']): number => [...ended.values()].filter((last) => last === kind).length
  const stages = { total: plan.nodes.length, ran: count('finished'), cached: count('cached'), failed: count('failed') }
  return { experiment, stages, seconds: Number(seconds.toFixed(2)), report }
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

/** Runs what is left to run, and notes how each stage ended. */
async function watch(
  prepared: Prepared, jobs: number, targets: readonly Key[] | undefined, input: Input, terminal: Terminal, ended: Endings,
): Promise<void> {
  const { plan, store, storeRoot, engine } = prepared
  const quiet = input.on('quiet')
  const printer = openPrinter(plan, {
    live: terminal.live && !quiet, color: terminal.color, columns: terminal.columns, now: terminal.now,
    reproduce: (node: Node) => `${commandAgain(prepared, input, ['memory'])} --target ${shortKey(node.key)}`,
  })
  if (!quiet) terminal.err(`${heading(terminal, prepared)} · ${plan.nodes.length} stages · ${engine} · ${jobs} at a time\n`)
  const signal = terminal.interrupt()
  const onStop = () => terminal.err(printer.note('stopping: what is running ends at its next step; Ctrl-C again ends it at once'))
  signal.addEventListener('abort', onStop)
  const beat = setInterval(() => terminal.err(printer.tick()), 1000)
  try {
    const onDamage = (damage: Damage) => terminal.err(printer.note(damageText(damage)))
    for await (const event of carriedOut(plan, {
      store, storeRoot, engine, jobs, signal, keepGoing: !input.on('fail-fast'), onDamage,
      ...(targets === undefined ? {} : { targets }),
    })) {
      note(event, ended)
      if (!quiet || event.kind === 'failed') terminal.err(printer.accept(event))
      else printer.accept(event)
    }
  } finally {
    clearInterval(beat)
    signal.removeEventListener('abort', onStop)
    terminal.err(printer.finish())
  }
}

/** What was computed by this command stays so, even if a second look finds it stored. */
function note(event: Event, ended: Endings): void {
  if (event.kind === 'progress' || event.kind === 'warning') return
  if (event.kind !== 'cached' || !ended.has(event.key)) ended.set(event.key, event.kind)
}
