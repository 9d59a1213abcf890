// The store in a folder. A result appears in one step (a rename) and is never changed, so any number of
// processes may share the folder; what turns out to be damaged is set aside, never trusted and never deleted.
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Key } from '../plan/node.ts'
import { readHalfway, removeHalfway, writeHalfway } from './halfway.ts'
import { sha256 } from './hash.ts'
import { damage, inspectEntry, readFile, readWhy, syncFolder, writeEntry } from './entry.ts'
import { type Damage, discard, moveIn, setAside, unusable } from './moving.ts'
import type { Artifact } from './stage.ts'
import { artifactOf, checkResult, DamagedResult, type Digest, digestOf, type Result, type Store } from './store.ts'
import { removeStale, temporaryName } from './temporary.ts'

export interface StoreOptions {
  readonly onDamage?: (damage: Damage) => void
  readonly now?: () => Date
}

/** Opens the store, creating it where there is none. Throws a StageFailure when the folder cannot be written. */
export function openStore(folder: string, options: StoreOptions = {}): Store {
  const root = resolve(folder)
  prepare(root)
  removeStale(join(root, 'tmp'))
  const place = (key: Key) => placeOf(root, key)
  const aside = (key: Key, problem: string) => setAside(root, place(key), key, problem, options.onDamage ?? (() => {}))

  const digest = (key: Key): Digest | undefined => {
    if (!existsSync(place(key))) return undefined
    const found = inspectEntry(place(key), key, false)
    if (!('problem' in found)) return found
    aside(key, found.problem)
    return undefined
  }
  return {
    has: (key) => digest(key) !== undefined,
    digest,
    artifact: (key) => lazyArtifact(place(key), key, () => digest(key), (problem) => aside(key, problem)),
    put: (result) => {
      checkResult(result)
      const made = digestOf(result.files, result.seconds, (options.now ?? (() => new Date()))().toISOString())
      const kept = put(root, place(result.key), result, made, () => digest(result.key))
      removeHalfway(root, result.key)
      return kept
    },
    why: (key) => (digest(key) === undefined ? undefined : readWhy(place(key))),
    keys: () => list(join(root, 'objects')).flatMap((prefix) => list(join(root, 'objects', prefix))).filter(isKey).sort(),
    remove: (key) => discard(root, place(key)),
    halfway: (key) => readHalfway(root, key),
    saveHalfway: (key, state) => writeHalfway(root, key, state),
  }
}

/** The folder of a result. */
export function placeOf(root: string, key: Key): string {
  return join(root, 'objects', key.slice(0, 2), key)
}

function prepare(root: string): void {
  try {
    for (const name of ['objects', 'tmp', 'corrupt']) {
      mkdirSync(join(root, name), { recursive: true })
      accessSync(join(root, name), constants.W_OK)
    }
  } catch (error) {
    throw unusable(root, error)
  }
}

function put(root: string, place: string, result: Result, digest: Digest, known: () => Digest | undefined): Digest {
  const stored = known()
  if (stored !== undefined) return stored
  const folder = join(root, 'tmp', temporaryName())
  try {
    writeEntry(folder, result, digest)
    mkdirSync(dirname(place), { recursive: true })
    // A rename onto an entry fails; asking for that entry sets it aside when it is damaged, and then there is room.
    for (let attempt = 0; attempt < 3; attempt++) {
      if (moveIn(folder, place)) {
        syncFolder(dirname(place))
        return digest
      }
      const first = known()
      if (first !== undefined) return first
    }
    throw new Error(`${place} can neither be read nor replaced`)
  } catch (error) {
    throw unusable(root, error)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Checks each file when it is read, once for each reading: what is returned is what was written. */
function lazyArtifact(place: string, key: Key, digest: () => Digest | undefined, aside: (problem: string) => void): Artifact {
  let known: Digest | undefined
  const table = (): Digest['files'] => {
    known ??= digest()
    if (known === undefined) throw new DamagedResult(key, 'it is not in the store')
    return known.files
  }
  const read = (name: string): Uint8Array | undefined => {
    const expected = Object.hasOwn(table(), name) ? table()[name] : undefined
    if (expected === undefined) return undefined
    const { bytes, problem } = attempt(join(place, name), name, expected.sha256)
    if (bytes !== undefined) return bytes
    known = undefined
    aside(problem)
    throw new DamagedResult(key, problem)
  }
  return artifactOf(key, (name) => Object.hasOwn(table(), name), read)
}

type Attempt = { readonly bytes: Uint8Array; readonly problem?: never } | { readonly bytes?: never; readonly problem: string }

function attempt(path: string, name: string, expected: string): Attempt {
  try {
    const bytes = readFile(path)
    return sha256(bytes) === expected ? { bytes } : { problem: `the content of ${name} has changed` }
  } catch (error) {
    const problem = damage(error)
    if (problem === undefined) throw error
    return { problem: `${name}: ${problem}` }
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (damage(error) !== undefined) return []
    throw error
  }
}

export function isKey(name: string): name is Key {
  return /^[0-9a-f]{64}$/.test(name)
}
