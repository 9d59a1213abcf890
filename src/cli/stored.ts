// Results that commands look up in a store by themselves, without an experiment that asks for them.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Key } from '../plan/node.ts'
import type { Digest, Store, Why } from '../run/store.ts'
import { UsageError } from './command.ts'
import type { Input } from './command.ts'
import { storeAt } from './prepare.ts'
import type { Terminal } from './terminal.ts'

export interface Stored extends Why {
  readonly key: Key
  readonly digest: Digest
}

export interface Opened {
  readonly root: string
  readonly store: Store
}

/** The store as it is: looking something up must not make one. */
export function existingStore(input: Input, terminal: Terminal): Opened {
  const root = resolve(terminal.directory, input.text('store') ?? '.dice')
  if (!existsSync(join(root, 'objects'))) {
    throw new UsageError(`there is no store at ${root}; \`dice run\` makes one, and --store DIR names another`)
  }
  return { root, store: storeAt(root, terminal) }
}

export function storedAt(store: Store, key: Key): Stored | undefined {
  const digest = store.digest(key)
  const why = digest === undefined ? undefined : store.why(key)
  return digest === undefined || why === undefined ? undefined : { key, ...why, digest }
}

export function allStored(store: Store): Stored[] {
  return store.keys().flatMap((key) => storedAt(store, key) ?? [])
}

/** The one result whose key begins so. */
export function storedBeginning(word: string, store: Store): Stored {
  if (!/^[0-9a-f]{4,64}$/.test(word)) throw new UsageError(`\`${word}\` begins no key: four or more of 0–9 and a–f do`)
  const keys = store.keys().filter((key) => key.startsWith(word))
  if (keys.length > 1) throw new UsageError(`${keys.length} results have a key that begins with \`${word}\`; give more of it`)
  const found = keys[0] === undefined ? undefined : storedAt(store, keys[0])
  if (found !== undefined) return found
  throw new UsageError(`no stored result has a key that begins with \`${word}\`; \`dice cache list\` shows them`)
}
