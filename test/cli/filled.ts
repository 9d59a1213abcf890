// One completed run of tiny.dice, shared by every test that only needs a filled store.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { dice, digests, folder, tiny } from './dice.ts'
import type { Ended } from './dice.ts'

export interface Filled {
  /** Holds tiny.dice, its store `.dice` and its report. Tests leave what is there as it is. */
  readonly directory: string
  readonly store: string
  readonly run: Ended
  /** Of every result, by key. */
  readonly digests: Readonly<Record<string, string>>
}

const running: { first?: Promise<Filled> } = {}

export function filled(): Promise<Filled> {
  return (running.first ??= fill())
}

async function fill(): Promise<Filled> {
  const directory = folder({ 'tiny.dice': tiny })
  const run = await dice(['run', 'tiny.dice', '--json'], { directory })
  assert.is(run.status, 0, run.stderr)
  const store = join(directory, '.dice')
  return { directory, store, run, digests: digests(store) }
}

/** A folder with these files and a copy of the filled store, for tests that change what is stored. */
export async function copyOfFilled(files: Readonly<Record<string, string | Uint8Array>> = { 'tiny.dice': tiny }): Promise<string> {
  const directory = folder(files)
  cpSync((await filled()).store, join(directory, '.dice'), { recursive: true })
  return directory
}

/** That every result of the shared run is still there, unchanged: whatever a test did, it lost nothing. */
export async function nothingLost(store?: string): Promise<void> {
  const shared = await filled()
  const now = digests(store ?? shared.store)
  for (const [key, digest] of Object.entries(shared.digests)) assert.is(now[key], digest, `the result ${key} was lost or changed`)
}
