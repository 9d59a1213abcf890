// `dice repro`: the command that computes one result, found by planning the experiments that may hold it.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { plannedOn } from '../dice.ts'
import type { Program } from '../language/program.ts'
import { shortKey } from '../plan/key.ts'
import type { Node } from '../plan/node.ts'
import { engineNames } from '../tensor/index.ts'
import type { EngineName } from '../tensor/index.ts'
import { common, UsageError } from './command.ts'
import type { Command, Input } from './command.ts'
import { checkedProgram, overridesOf, readSource, showDiagnostics } from './load.ts'
import { commandAgain, engineOf, storeAt } from './prepare.ts'
import { allStored } from './stored.ts'
import type { Terminal } from './terminal.ts'

interface Found {
  readonly file: string
  readonly node: Node
  readonly engine: EngineName
  /** As much of the key as the plan needs to tell its stages apart. */
  readonly prefix: string
}

export const repro: Command = {
  examples: [
    ['dice repro 57d69fa7 FILE', 'prints dice run FILE --target 57d69fa7'],
    ['dice repro 57d69fa7 *.dice', 'with the first experiment that has it'],
  ],
  options: { set: common.set, store: common.store, engine: common.engine, json: common.json },
  async run(input, terminal) {
    const { key, files } = wordsOf(input)
    const checked = (file: string) => checkedProgram(readSource(file, terminal), overridesOf(input), terminal)
    const programs = files.map((file) => [file, checked(file)] as const)
    const wanted = engineOf(input)
    const engines = input.text('engine') === undefined ? [wanted, ...engineNames.filter((name) => name !== wanted)] : [wanted]
    for (const [file, program] of programs) {
      const found = program === undefined ? undefined : search(key, file, program, engines, terminal)
      if (found === undefined) continue
      tell(found, found.engine === wanted ? [] : ['--engine', found.engine], input, terminal)
      return 0
    }
    if (programs.some(([, program]) => program === undefined)) return 2
    terminal.err(`${absent(key, files, input, terminal)}\n`)
    return 1
  },
}

/** The key may stand before or after the files. */
function wordsOf(input: Input): { key: string; files: readonly string[] } {
  const isKey = (word: string): boolean => /^[0-9a-f]{4,64}$/.test(word)
  const [key, extra] = input.files.filter(isKey)
  const files = input.files.filter((word) => !isKey(word))
  if (key === undefined) throw new UsageError('which result? give the beginning of its key; `dice plan FILE` shows keys')
  if (extra !== undefined) throw new UsageError(`one result at a time; \`${extra}\` is one too many`)
  if (files.length === 0) throw new UsageError(`in which experiment? give the .dice files that may hold ${key}`)
  return { key, files }
}

/** Keys differ from engine to engine, also of stages that take what an engine has made: where one has none, another may. */
function search(
  key: string, file: string, program: Program, engines: readonly EngineName[], terminal: Terminal,
): Found | undefined {
  for (const [index, { plan, diagnostics }] of plannedOn(program, engines, terminal.directory).entries()) {
    if (index === 0) showDiagnostics(diagnostics, terminal)
    const [node, other] = plan?.nodes.filter((each) => each.key.startsWith(key)) ?? []
    if (node === undefined) continue
    if (other !== undefined) throw new UsageError(`several keys of ${file} begin with \`${key}\`; give more of it`)
    return { file, node, engine: engines[index]!, prefix: leastPrefix(node, plan!.nodes) }
  }
  return undefined
}

function leastPrefix({ key }: Node, nodes: readonly Node[]): string {
  let length = shortKey(key).length
  while (nodes.filter((node) => node.key.startsWith(key.slice(0, length))).length > 1) length += 1
  return key.slice(0, length)
}

function tell({ file, node, prefix }: Found, engine: readonly string[], input: Input, terminal: Terminal): void {
  const command = [commandAgain({ file }, input), ...engine, '--target', prefix].join(' ')
  const root = storeRoot(input, terminal)
  const stored = existsSync(join(root, 'objects')) && storeAt(root, terminal).has(node.key)
  if (input.on('json')) {
    terminal.out(`${JSON.stringify({ key: node.key, label: node.label, file, stored, command }, undefined, 2)}\n`)
    return
  }
  terminal.out(`${command}\n`)
  const again = 'it is stored and would not run again: to compute it beside the stored result, name an empty folder with --store'
  terminal.err(`${node.label}${stored ? `; ${again}` : ''}\n`)
}

/** What can be said of a key that no plan holds. */
function absent(key: string, files: readonly string[], input: Input, terminal: Terminal): string {
  const root = storeRoot(input, terminal)
  const all = existsSync(join(root, 'objects')) ? allStored(storeAt(root, terminal)) : []
  const stored = all.filter((each) => each.key.startsWith(key))
  const known = stored.length === 1 ? `${shortKey(stored[0]!.key)} is \`${stored[0]!.label}\`, and ` : ''
  const where = files.length === 1 ? files[0]! : `these ${files.length} files`
  const why = "it is another experiment's, or settings, data or versions have changed since"
  return `${known}no stage of ${where} has the key ${shortKey(key)}: ${why}`
}

const storeRoot = (input: Input, terminal: Terminal): string => resolve(terminal.directory, input.text('store') ?? '.dice')
