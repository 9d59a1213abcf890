// `dice cache verify`: is every stored result still what was written?
import { shortKey } from '../plan/key.ts'
import { plural } from '../plan/quantity.ts'
import { verifyEntry } from '../run/upkeep.ts'
import type { Broken } from '../run/upkeep.ts'
import { neededBy } from './cache-needed.ts'
import type { Input } from './command.ts'
import type { Opened } from './stored.ts'
import type { ExitCode, Terminal } from './terminal.ts'

export function verify(files: readonly string[], { root, store }: Opened, input: Input, terminal: Terminal): ExitCode {
  const needed = files.length === 0 ? undefined : neededBy(files, input, terminal)
  if (files.length > 0 && needed === undefined) return 2
  const keys = store.keys().filter((key) => needed?.has(key) ?? true)
  const broken: Broken[] = []
  for (const key of keys) {
    const found = verifyEntry(root, key)
    if (found === undefined) continue
    broken.push(found)
    if (!input.on('json')) terminal.out(`${shortKey(key)}  ${found.label ?? '(its label is lost)'}: ${found.problem}\n`)
  }
  if (input.on('json')) terminal.out(`${JSON.stringify({ verified: keys.length, damaged: broken }, undefined, 2)}\n`)
  else terminal.out(`${plural(keys.length, 'result')} verified: ${outcome(broken.length)}\n`)
  return broken.length === 0 ? 0 : 1
}

function outcome(count: number): string {
  if (count === 0) return 'all are what was written'
  const them = count === 1 ? 'it' : 'them'
  return `${count} damaged and set aside; \`dice run\` computes ${them} again, \`dice cache prune\` clears ${them} away`
}
