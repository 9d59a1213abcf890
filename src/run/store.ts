// Where results are kept, by key: the interface, how a result's digest is made, and a store in memory.
import { canonical, keyOf, shortKey } from '../plan/key.ts'
import type { Identity, Json, Key } from '../plan/node.ts'
import { sha256 } from './hash.ts'
import { type Artifact, type Files, StageFailure } from './stage.ts'

export interface Store {
  /** Whether a whole result is there, judged cheaply. A damaged one is set aside and counts as absent. */
  has(key: Key): boolean
  /** Undefined when there is no whole result. */
  digest(key: Key): Digest | undefined
  /** Read lazily: nothing is opened before it is asked for. */
  artifact(key: Key): Artifact
  /** Keeps a result, whole or not at all. Where the key has one already, that one stays and its digest is returned. */
  put(result: Result): Digest
  /** What was hashed to give the key. */
  why(key: Key): Why | undefined
  keys(): Key[]
  /** Whether there was anything to remove. */
  remove(key: Key): boolean
  /** The state of a stage that has not finished; undefined when there is none, or it is damaged. Gone once the result is put. */
  halfway(key: Key): Uint8Array | undefined
  saveHalfway(key: Key, state: Uint8Array): void
}

export interface Result {
  readonly key: Key
  readonly identity: Identity
  readonly label: string
  readonly files: Files
  /** How long the stage took. */
  readonly seconds: number
}

export interface Why {
  readonly identity: Identity
  /** Of the node that was first computed: for people. */
  readonly label: string
}

export interface Digest {
  /** SHA-256 of the canonical table of `files`: equal for equal results, whenever and wherever they were computed. */
  readonly whole: string
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>
  readonly bytes: number
  readonly seconds: number
  /** ISO 8601. */
  readonly finishedAt: string
}

/** A stored result that is not what was written. By the time this is thrown it has been set aside, so running again mends it. */
export class DamagedResult extends StageFailure {
  readonly key: Key
  constructor(key: Key, problem: string) {
    super(`the stored result ${shortKey(key)} is damaged: ${problem}`, 'run again: it was set aside and will be computed afresh')
    this.name = 'DamagedResult'
    this.key = key
  }
}

export function digestOf(files: Files, seconds: number, finishedAt: string): Digest {
  const rows = Object.entries(files).map(([name, content]) => [name, { sha256: sha256(content), bytes: content.length }] as const)
  const table = Object.fromEntries(rows)
  const bytes = Object.values(table).reduce((sum, file) => sum + file.bytes, 0)
  return { whole: wholeOf(table), files: table, bytes, seconds, finishedAt }
}

export function wholeOf(files: Digest['files']): string {
  return sha256(new TextEncoder().encode(canonical(files)))
}

/** Throws our bugs: a key that is not the identity's, a file name that is not one plain name on every system. */
export function checkResult(result: Result): void {
  if (keyOf(result.identity) !== result.key) throw new Error(`${result.label}: the identity is not that of the key ${result.key}`)
  const names = Object.keys(result.files)
  const bad = names.find((name) => !isFileName(name))
  if (bad !== undefined) throw new Error(`${result.label}: ${JSON.stringify(bad)} cannot name a file of a result`)
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    throw new Error(`${result.label}: two files differ only in the case of their names`)
  }
}

/** Letters, digits, dots, dashes and underscores; neither hidden nor one of the store's own. */
export function isFileName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && !['why.json', 'digest.json'].includes(name.toLowerCase())
}

/** An artifact over a function that gives a file's checked bytes, or undefined when the result has no such file. */
export function artifactOf(key: Key, has: (name: string) => boolean, read: (name: string) => Uint8Array | undefined): Artifact {
  const bytes = (name: string): Uint8Array => {
    const found = read(name)
    if (found === undefined) throw new Error(`the result ${shortKey(key)} has no file ${name}`)
    return found
  }
  const text = (name: string) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes(name))
  return {
    key,
    bytes,
    text,
    json: (name) => JSON.parse(text(name)) as Json,
    rows: <T>(name: string) => text(name).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T),
    has,
  }
}

/** For tests and for running without a folder. */
export function memoryStore(now: () => Date = () => new Date()): Store {
  const results = new Map<Key, Result & { digest: Digest }>()
  const unfinished = new Map<Key, Uint8Array>()
  const filesOf = (key: Key): Files => {
    const result = results.get(key)
    if (result === undefined) throw new DamagedResult(key, 'it is not in the store')
    return result.files
  }
  return {
    has: (key) => results.has(key),
    digest: (key) => results.get(key)?.digest,
    artifact: (key) => artifactOf(key, (name) => Object.hasOwn(filesOf(key), name), (name) => filesOf(key)[name]?.slice()),
    put: (result) => {
      checkResult(result)
      const known = results.get(result.key)
      if (known !== undefined) return known.digest
      const digest = digestOf(result.files, result.seconds, now().toISOString())
      results.set(result.key, { ...result, digest })
      unfinished.delete(result.key)
      return digest
    },
    why: (key) => results.get(key),
    keys: () => [...results.keys()].sort(),
    remove: (key) => results.delete(key),
    halfway: (key) => unfinished.get(key)?.slice(),
    saveHalfway: (key, state) => void unfinished.set(key, state.slice()),
  }
}
