// Entries change place in one step: into the store, out of the way, out of sight. Also what the system's refusals mean.
import { randomBytes } from 'node:crypto'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Key } from '../plan/node.ts'
import { inspectEntry } from './entry.ts'
import { StageFailure } from './stage.ts'
import { temporaryName } from './temporary.ts'

/** A damaged result that was found and set aside. */
export interface Damage {
  readonly key: Key
  readonly problem: string
  readonly movedTo: string
}

/** False when something stands at the target. */
export function moveIn(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (existsSync(from) && existsSync(to)) return false
    throw error
  }
}

/**
 * Moves a damaged entry out of the way. Between finding and moving, another process may have replaced it by a good one:
 * then that one goes back.
 */
export function setAside(root: string, place: string, key: Key, problem: string, onDamage: (damage: Damage) => void): void {
  const movedTo = join(root, 'corrupt', `${key}.${randomBytes(4).toString('hex')}`)
  try {
    renameSync(place, movedTo)
  } catch (error) {
    if (!existsSync(place)) return
    throw unusable(root, error)
  }
  if ('problem' in inspectEntry(movedTo, key, true)) onDamage({ key, problem, movedTo })
  else if (!moveIn(movedTo, place)) rmSync(movedTo, { recursive: true, force: true })
}

/** Out of sight first, in one step, so that nobody reads a half-removed result. */
export function discard(root: string, place: string): boolean {
  const folder = join(root, 'tmp', temporaryName())
  try {
    renameSync(place, folder)
  } catch (error) {
    if (!existsSync(place)) return false
    throw unusable(root, error)
  }
  rmSync(folder, { recursive: true, force: true })
  return true
}

/** The system's errors while writing are the user's to mend: a full disk, a folder that became read-only. */
export function unusable(root: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
  if (code === undefined || error instanceof StageFailure) return error
  const reasons: Record<string, string> = {
    EACCES: 'permission denied', EPERM: 'permission denied', EROFS: 'the file system is read-only', ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up', ENOTDIR: 'a file stands in its way', EEXIST: 'a file stands in its way',
  }
  const reason = reasons[code] ?? code
  const remedy = 'choose another folder with --store DIR, or make this one writable'
  return new StageFailure(`cannot write to the store ${root}: ${reason}`, remedy)
}
