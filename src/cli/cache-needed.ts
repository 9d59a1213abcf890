// What experiments need of a store: the stages of their plans.
import { plannedOn } from '../dice.ts'
import type { Key } from '../plan/node.ts'
import { engineNames } from '../tensor/index.ts'
import type { Input } from './command.ts'
import { checkedProgram, overridesOf, readSource, showDiagnostics } from './load.ts'
import { engineOf } from './prepare.ts'
import type { Terminal } from './terminal.ts'

/**
 * The keys of all stages of all files, on whichever engine they are computed unless `--engine` names one. Undefined, after
 * the mistakes have been shown, when any file has no plan: then nobody knows what it needs.
 */
export function neededBy(files: readonly string[], input: Input, terminal: Terminal): Set<Key> | undefined {
  const engines = input.text('engine') === undefined ? engineNames : [engineOf(input)]
  const needed = new Set<Key>()
  let whole = true
  for (const file of files) {
    const program = checkedProgram(readSource(file, terminal), overridesOf(input), terminal)
    const expansions = program === undefined ? [] : plannedOn(program, engines, terminal.directory)
    if (expansions[0] !== undefined) showDiagnostics(expansions[0].diagnostics, terminal)
    if (expansions.length === 0 || expansions.some(({ plan }) => plan === undefined)) whole = false
    for (const { plan } of expansions) for (const { key } of plan?.nodes ?? []) needed.add(key)
  }
  return whole ? needed : undefined
}
