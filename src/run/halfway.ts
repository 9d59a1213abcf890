// The state of stages that have not finished, a file each: written whole or not at all, and checked when read.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Key } from '../plan/node.ts'
import { sha256 } from './hash.ts'
import type { Halfway } from './stage.ts'
import type { Store } from './store.ts'
import { temporaryName } from './temporary.ts'

/** Hexadecimal digits of the digest that precedes the state. */
const digestLength = 64

/** Milliseconds between two saves of one stage, at least: what an interruption costs, beside the step that was running. */
const saveInterval = 5_000

/** Saving takes at most one part in this many of a stage's time, however large its state. */
const share = 20

const place = (root: string, key: Key): string => join(root, 'halfway', key)

/** Undefined when there is none; a damaged one is removed, since the stage can begin anew. */
export function readHalfway(root: string, key: Key): Uint8Array | undefined {
  const path = place(root, key)
  if (!existsSync(path)) return undefined
  const bytes = readFileSync(path)
  const state = new Uint8Array(bytes.subarray(digestLength))
  if (sha256(state) === bytes.subarray(0, digestLength).toString('latin1')) return state
  removeHalfway(root, key)
  return undefined
}

export function writeHalfway(root: string, key: Key, state: Uint8Array): void {
  mkdirSync(join(root, 'halfway'), { recursive: true })
  const beside = join(root, 'tmp', temporaryName())
  writeFileSync(beside, Buffer.concat([Buffer.from(sha256(state), 'latin1'), state]))
  renameSync(beside, place(root, key))
}

export function removeHalfway(root: string, key: Key): void {
  rmSync(place(root, key), { force: true })
}

/** One stage's view of it. */
export function halfwayOf(store: Store, key: Key, now: () => number = () => performance.now()): Halfway {
  let saved = now()
  let wait = saveInterval
  return {
    load: () => store.halfway(key),
    due: () => now() - saved >= wait,
    save: (state) => {
      const began = now()
      store.saveHalfway(key, state)
      saved = now()
      wait = Math.max(saveInterval, share * (saved - began))
    },
  }
}
