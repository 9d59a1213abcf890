// What plan, run, report and graph have in common: the checked program, its plan, and the store it is held against.
import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { bestEngine, planned, unfit } from '../dice.ts'
import type { Program } from '../language/program.ts'
import { shortKey } from '../plan/key.ts'
import type { Key, Plan } from '../plan/node.ts'
import { readBytes } from '../plan/quantity.ts'
import { openStore } from '../run/folder.ts'
import type { Damage } from '../run/moving.ts'
import { StageFailure } from '../run/stage.ts'
import { memoryStore } from '../run/store.ts'
import type { Store } from '../run/store.ts'
import { engineNames, isEngineName } from '../tensor/index.ts'
import type { EngineName } from '../tensor/index.ts'
import { UsageError } from './command.ts'
import type { Input } from './command.ts'
import { checkedProgram, onlyFile, overridesOf, readSource, showDiagnostics } from './load.ts'
import { nearest } from './nearest.ts'
import { paint } from './terminal.ts'
import type { Terminal } from './terminal.ts'

export interface Prepared {
  readonly file: string
  /** The file's name without its ending: what its reports are filed under. */
  readonly experiment: string
  readonly program: Program
  readonly plan: Plan
  readonly engine: EngineName
  readonly storeRoot: string
  readonly store: Store
}

/** Undefined after the mistakes of the file have been shown. Who only looks creates no store where there is none. */
export function prepare(input: Input, terminal: Terminal, purpose: 'look' | 'run' = 'look'): Prepared | undefined {
  const file = onlyFile(input)
  const engine = engineOf(input)
  const program = checkedProgram(readSource(file, terminal), overridesOf(input), terminal)
  if (program === undefined) return undefined
  const { plan, diagnostics } = planned(program, engine, terminal.directory)
  showDiagnostics(diagnostics, terminal)
  if (plan === undefined) return undefined
  const storeRoot = resolve(terminal.directory, input.text('store') ?? '.dice')
  const store = purpose === 'look' && !existsSync(storeRoot) ? memoryStore() : storeAt(storeRoot, terminal)
  return { file, experiment: experimentName(file), program, plan, engine, storeRoot, store }
}

/** Whether all that would run fits into memory; says what does not. */
export function fits({ program, plan, store }: Prepared, input: Input, terminal: Terminal, targets?: readonly Key[]): boolean {
  const diagnostics = unfit(program, plan, { stored: storedKeys(plan, store), targets, memory: memoryOf(input) })
  showDiagnostics(diagnostics, terminal)
  return diagnostics.length === 0
}

function memoryOf(input: Input): number | undefined {
  const word = input.text('memory')
  if (word === undefined) return undefined
  const bytes = readBytes(word)
  if (bytes === undefined) throw new UsageError(`--memory wants a size, as in --memory 64GB, not \`${word}\``)
  return bytes
}

export function experimentName(file: string): string {
  return file === '-' ? 'stdin' : basename(file).replace(/\.dice$/, '')
}

export function engineOf(input: Input): EngineName {
  const wanted = input.text('engine') ?? 'auto'
  if (wanted === 'auto') return bestEngine()
  if (isEngineName(wanted)) return wanted
  const near = nearest(wanted, ['auto', ...engineNames])
  throw new UsageError(`there is no engine \`${wanted}\`${near === undefined ? '' : `; did you mean \`${near}\`?`} (known: auto, ${engineNames.join(', ')})`)
}

export function storeAt(root: string, terminal: Terminal): Store {
  try {
    return openStore(root, {
      onDamage: (damage) => terminal.err(`${damageText(damage)}\n`),
    })
  } catch (error) {
    if (error instanceof StageFailure) throw new UsageError(`${error.message}; ${error.remedy}`)
    throw error
  }
}

export const damageText = ({ key, problem }: Pick<Damage, 'key' | 'problem'>): string =>
  `a stored result was damaged and has been set aside: ${shortKey(key)} (${problem})`

/** The command that does (or goes on with) the same work: what determines the plan and where results are kept, as it was given, and `more`. */
export function commandAgain({ file }: Pick<Prepared, 'file'>, input: Input, more: readonly string[] = []): string {
  const options = ['set', 'store', 'engine', ...more].flatMap((name) => input.texts(name).map((value) => `--${name} ${quoted(value)}`))
  return ['dice run', quoted(file), ...options].join(' ')
}

const quoted = (word: string): string => (/^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

export function storedKeys(plan: Plan, store: Store): Set<Key> {
  return new Set(plan.nodes.map(({ key }) => key).filter((key) => store.has(key)))
}

export function heading(terminal: Terminal, { program, experiment }: Prepared): string {
  const title = program.settings['title']?.value
  return paint.bold(terminal, title?.kind === 'text' && title.value !== '' ? title.value : experiment)
}
