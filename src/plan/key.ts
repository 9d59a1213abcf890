// How a stage gets its name: the SHA-256 of the canonical text of everything that determines its result.
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Identity, Key } from './node.ts'

/**
 * The one JSON text of a value: names sorted by UTF-16 units, no space, −0 written as 0.
 * Throws (our bug) on what JSON would lose or change: NaN, ±Infinity, undefined, functions, class instances, holes.
 */
export function canonical(value: unknown): string {
  return write(value, [])
}

/** The key of an identity; equal for identities that differ only in the order of their properties. */
export function keyOf(identity: Identity): Key {
  return bytesToHex(sha256(utf8ToBytes(canonical(identity)))) as Key
}

/** The first eight digits: what people are shown. */
export function shortKey(key: string): string {
  return key.slice(0, 8)
}

function write(value: unknown, path: readonly (string | number)[]): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw notJson(path, String(value))
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${Array.from(value, (item, index) => write(item, [...path, index])).join(',')}]`
  if (!isPlain(value)) throw notJson(path, describe(value))
  const entries = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${write(value[name], [...path, name])}`)
  return `{${entries.join(',')}}`
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function describe(value: unknown): string {
  return typeof value === 'object' ? `a ${value?.constructor.name}` : value === undefined ? 'undefined' : `a ${typeof value}`
}

function notJson(path: readonly (string | number)[], found: string): Error {
  const place = path.length === 0 ? 'the value' : path.join('.')
  return new Error(`canonical text: ${place} is ${found}, which JSON cannot hold`)
}
