// The whole pipeline on one page: text → checked program → plan → run → report. No logic lives here, only the order.
import { availableParallelism } from 'node:os'
import type { Diagnostic } from './diagnostic.ts'
import { gatherFacts } from './edge/facts.ts'
import { availableMemory } from './edge/memory.ts'
import type { WorkerSettings } from './edge/worker.ts'
import { expand } from './kinds/expand.ts'
import type { Expansion } from './kinds/expand.ts'
import { oversized } from './kinds/fit.ts'
import { vocabulary } from './kinds/index.ts'
import { analyze } from './language/analyze.ts'
import type { Analysis } from './language/analyze.ts'
import type { Override, Program } from './language/program.ts'
import type { Key, Plan } from './plan/node.ts'
import { graphOf, toRun, wanted } from './plan/walk.ts'
import { collect } from './report/collect.ts'
import type { Report } from './report/report.ts'
import type { Event } from './run/event.ts'
import type { Damage } from './run/moving.ts'
import { entryBeside, openPool } from './run/pool.ts'
import { run } from './run/run.ts'
import type { Store } from './run/store.ts'
import type { Source } from './source.ts'
import { stages } from './stages/index.ts'
import { engineIdentity, mostThreads, presentEngines } from './tensor/index.ts'
import type { EngineName } from './tensor/index.ts'

/** 1. Text → checked program, or every mistake in it. */
export function check(source: Source, overrides: readonly Override[] = []): Analysis {
  return analyze(source, vocabulary, overrides)
}

/** 2. Checked program → plan, or the mistakes that only show across entries and in files. `directory` is where its path starts. */
export function planned(program: Program, engine: EngineName, directory: string): Expansion {
  return plannedOn(program, [engine], directory)[0]!
}

/** The same for several engines, in their order; the files that the program names are read once. */
export function plannedOn(program: Program, engines: readonly EngineName[], directory: string): Expansion[] {
  const facts = gatherFacts(program, directory)
  return engines.map((engine) => expand(program, { stages, engine: engineIdentity(engine), facts }))
}

export interface Limits {
  /** Whose results are there, so that they need no memory. */
  readonly stored: ReadonlySet<Key>
  /** Only these stages and what they need; everything unless given. */
  readonly targets?: readonly Key[] | undefined
  /** Bytes; what this machine has unless given. */
  readonly memory?: number | undefined
}

/** The stages of a plan that would run and cannot fit into memory, one mistake for each declaration. */
export function unfit(program: Program, plan: Plan, { stored, targets, memory }: Limits): Diagnostic[] {
  const running = toRun(graphOf(plan), targets ?? wanted(plan), (key) => stored.has(key))
  return oversized(program, plan, running, memory ?? availableMemory())
}

export interface RunSettings {
  readonly store: Store
  /** The folder of the store, which workers open for themselves. */
  readonly storeRoot: string
  readonly engine: EngineName
  /** Stages at a time, each in a thread of its own; one where the engine allows no more. */
  readonly jobs: number
  readonly signal: AbortSignal
  /** Whether stages that do not depend on a failed one still run. */
  readonly keepGoing: boolean
  /** Only these stages and what they need; everything unless given. */
  readonly targets?: readonly Key[]
  readonly onDamage: (damage: Damage) => void
}

/** 3. Plan → results in the store, told as events. */
export async function* carriedOut(plan: Plan, settings: RunSettings): AsyncGenerator<Event, void, void> {
  const { storeRoot, engine, store, signal, keepGoing, targets, onDamage } = settings
  const jobs = mostThreads(engine, settings.jobs)
  const threads = Math.max(1, Math.floor(availableParallelism() / jobs))
  const data: WorkerSettings = { storeRoot, engine, threads }
  const pool = openPool({ size: jobs, entry: entryBeside(import.meta.url, './edge/worker'), data, onDamage })
  try {
    yield* run(plan, { store, executor: pool, signal, keepGoing, ...(targets === undefined ? {} : { targets }) })
  } finally {
    await pool.close()
  }
}

/** 4. Results → report, as plain data; `report/files.ts` renders it. */
export function reported(program: Program, plan: Plan, engine: EngineName, store: Store): Report {
  const read = (key: Plan['nodes'][number]['key']) => (store.has(key) ? store.artifact(key) : undefined)
  return collect({ program, plan, vocabulary, engine: engineIdentity(engine), read })
}

/** What `--engine auto` means here and now, without loading anything. */
export function bestEngine(): EngineName {
  const [best] = presentEngines()
  if (best === undefined) throw new Error('bug: the plain TensorFlow.js engine is always there')
  return best
}

