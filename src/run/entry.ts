// One stored result as a folder of files: writing it durably, and saying what is wrong with one.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, readSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { canonical, keyOf } from '../plan/key.ts'
import type { Key } from '../plan/node.ts'
import { fileDigest } from './hash.ts'
import { type Digest, isFileName, type Result, type Why, wholeOf } from './store.ts'

const pieceBytes = 2 ** 24

/** Writes a result into a folder that does not exist yet; when it returns, a crash of the machine cannot undo it. */
export function writeEntry(folder: string, result: Result, digest: Digest): void {
  mkdirSync(folder)
  for (const [name, bytes] of Object.entries(result.files)) writeFile(join(folder, name), bytes)
  writeFile(join(folder, 'why.json'), pretty({ identity: result.identity, label: result.label }))
  writeFile(join(folder, 'digest.json'), pretty(digest))
  syncFolder(folder)
}

/**
 * The digest of an entry, or what is wrong with it. Cheaply: the tables are sound and the files have their sizes.
 * `full` reads every file and compares its SHA-256. Throws only what says nothing about the entry (permissions, open files).
 */
export function inspectEntry(folder: string, key: Key, full: boolean): Digest | Problem {
  try {
    const digest = readTables(folder, key)
    if ('problem' in digest) return digest
    for (const [name, file] of Object.entries(digest.files)) {
      const status = statSync(join(folder, name))
      if (!status.isFile()) return { problem: `${name} is not a file` }
      if (status.size !== file.bytes) return { problem: `${name} has ${status.size} bytes instead of ${file.bytes}` }
      if (full && fileDigest(join(folder, name)) !== file.sha256) return { problem: `the content of ${name} has changed` }
    }
    return digest
  } catch (error) {
    const problem = damage(error)
    if (problem === undefined) throw error
    return { problem }
  }
}

export interface Problem {
  readonly problem: string
}

export function readWhy(folder: string): Why {
  return JSON.parse(readFileSync(join(folder, 'why.json'), 'utf8')) as Why
}

/** What a system error says about an entry; undefined when it is about the machine and the entry may be whole. */
export function damage(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'a file is missing'
  if (code === 'ENOTDIR' || code === 'EISDIR') return 'a file stands where a folder belongs, or the other way round'
  return undefined
}

/** Any size (the runtime's own function stops at 2 GiB), in a buffer of its own, so that typed arrays may lie over it. */
export function readFile(path: string): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(statSync(path).size)
    let length = 0
    while (length < bytes.length) {
      const count = readSync(file, bytes, length, Math.min(pieceBytes, bytes.length - length), null)
      if (count === 0) break
      length += count
    }
    return length === bytes.length ? bytes : bytes.slice(0, length)
  } finally {
    closeSync(file)
  }
}

/** Makes the names in a folder durable. Some systems cannot open folders; they order renames by themselves. */
export function syncFolder(folder: string): void {
  try {
    const file = openSync(folder, 'r')
    try {
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'EPERM' && code !== 'EISDIR' && code !== 'EINVAL' && code !== 'EACCES') throw error
  }
}

function writeFile(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx')
  try {
    for (let start = 0; start < bytes.length;) start += writeSync(file, bytes, start, Math.min(pieceBytes, bytes.length - start))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function readTables(folder: string, key: Key): Digest | Problem {
  const texts = ['digest.json', 'why.json'].map((name) => readFileSync(join(folder, name), 'utf8'))
  try {
    const [digest, why] = texts.map((text) => JSON.parse(text) as unknown) as [Digest, Why]
    if (!Object.keys(digest.files).every(isFileName)) return { problem: 'digest.json names a file outside the entry' }
    if (digest.whole !== wholeOf(digest.files)) return { problem: 'digest.json does not agree with itself' }
    if (keyOf(why.identity) !== key) return { problem: 'why.json is not about this key' }
    return digest
  } catch (error) {
    return { problem: `digest.json or why.json cannot be read (${error instanceof Error ? error.message : String(error)})` }
  }
}

function pretty(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(JSON.parse(canonical(value)), null, 2)}\n`)
}
