// `dice cache prune`: removes what none of the given experiments needs. It only says what would go unless --yes is given.
import { bytesText, plural } from '../plan/quantity.ts'
import { removeLeftover, setAsideBefore, unfinished } from '../run/upkeep.ts'
import { counted, entryJson, entryLines, totalText } from './cache-list.ts'
import { neededBy } from './cache-needed.ts'
import { UsageError } from './command.ts'
import type { Input } from './command.ts'
import { allStored } from './stored.ts'
import type { Opened } from './stored.ts'
import type { ExitCode, Terminal } from './terminal.ts'

export function prune(files: readonly string[], { root, store }: Opened, input: Input, terminal: Terminal): ExitCode {
  if (files.length === 0) throw new UsageError('which experiments are to keep their results? give their .dice files')
  const needed = neededBy(files, input, terminal)
  if (needed === undefined) {
    terminal.err('nothing is removed: what a file with mistakes needs is not known\n')
    return 2
  }
  const stored = allStored(store)
  const unneeded = stored.filter(({ key }) => !needed.has(key))
  // A state is of no use once the stage has finished, or nobody asks for it.
  const states = unfinished(root).filter(({ key }) => !needed.has(key) || store.has(key))
  const aside = setAsideBefore(root)
  const yes = input.on('yes')
  const kept = stored.length - unneeded.length
  if (yes) {
    for (const { key } of unneeded) store.remove(key)
    for (const leftover of [...states, ...aside]) removeLeftover(leftover)
  }
  if (input.on('json')) {
    const json = { removed: yes, results: unneeded.map(entryJson), unfinished: counted(states), setAside: counted(aside), kept }
    terminal.out(`${JSON.stringify(json, undefined, 2)}\n`)
    return 0
  }
  const parts = [
    ...(unneeded.length === 0 ? [] : [totalText(unneeded)]),
    ...leftoverText('unfinished state', counted(states)), ...leftoverText('damaged result', counted(aside)),
  ]
  if (unneeded.length > 0) terminal.out(`${entryLines(unneeded, terminal.now()).join('\n')}\n\n`)
  const what = parts.length === 0 ? 'nothing' : parts.join('; ')
  terminal.out(`${yes ? 'removed' : 'would remove'} ${what}; ${plural(kept, 'result')} ${yes ? 'kept' : 'would stay'}\n`)
  if (!yes && parts.length > 0) terminal.err('nothing is removed yet: the same with --yes removes it\n')
  return 0
}

function leftoverText(noun: string, { count, bytes }: { readonly count: number; readonly bytes: number }): string[] {
  return count === 0 ? [] : [`${plural(count, noun)}, ${bytesText(bytes)}`]
}
