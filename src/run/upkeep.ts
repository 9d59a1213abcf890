// Looking after a store's folder: reading every result through, and finding what is left over in it.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Key } from '../plan/node.ts'
import { damage, inspectEntry, readWhy } from './entry.ts'
import { isKey, placeOf } from './folder.ts'
import { setAside } from './moving.ts'
import type { Damage } from './moving.ts'

/** A damaged result, and what it was where that can still be read. */
export interface Broken extends Damage {
  readonly label?: string
}

/** Reads all files of a result; a damaged one is set aside and returned. Undefined for one that is whole, or gone by now. */
export function verifyEntry(root: string, key: Key): Broken | undefined {
  const place = placeOf(root, key)
  if (!existsSync(place)) return undefined
  const found = inspectEntry(place, key, true)
  if (!('problem' in found)) return undefined
  const label = labelOf(place)
  let broken: Broken | undefined
  setAside(root, place, key, found.problem, (moved) => (broken = { ...moved, ...(label === undefined ? {} : { label }) }))
  return broken
}

function labelOf(place: string): string | undefined {
  try {
    const { label } = readWhy(place)
    return typeof label === 'string' ? label : undefined
  } catch {
    return undefined
  }
}

export interface Leftover {
  /** Absolute. */
  readonly path: string
  readonly bytes: number
}

export interface Unfinished extends Leftover {
  readonly key: Key
}

/** The states of stages that were interrupted. */
export function unfinished(root: string): Unfinished[] {
  const folder = join(root, 'halfway')
  return names(folder).filter(isKey).map((key) => ({ key, path: join(folder, key), bytes: bytesOf(join(folder, key)) }))
}

/** Damaged results that were set aside. */
export function setAsideBefore(root: string): Leftover[] {
  const folder = join(root, 'corrupt')
  return names(folder).map((name) => ({ path: join(folder, name), bytes: bytesOf(join(folder, name)) }))
}

export function removeLeftover({ path }: Leftover): void {
  rmSync(path, { recursive: true, force: true })
}

/** Of a file, or of all files of a folder; 0 for what another process has removed. */
function bytesOf(path: string): number {
  try {
    const status = statSync(path)
    return status.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0) : status.size
  } catch (error) {
    if (damage(error) === undefined) throw error
    return 0
  }
}

function names(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : []
}
