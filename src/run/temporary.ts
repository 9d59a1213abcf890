// Names of folders that a process is still writing, and clearing away those whose process has died.
import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** Says which machine and process writes it; the rest is chance, since worker threads share a process. */
export function temporaryName(): string {
  return `${machine()}.${process.pid}.${randomBytes(6).toString('hex')}`
}

/** Removes what dead processes of this machine left. Other machines' folders are left alone: nobody here knows who lives there. */
export function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [host, pid] = name.split('.')
    if (host !== machine() || !/^\d+$/.test(pid ?? '') || isAlive(Number(pid))) continue
    try {
      rmSync(join(folder, name), { recursive: true, force: true })
    } catch {
      // Another user's, or another process is removing it just now: it harms nobody where it is.
    }
  }
}

/** The host's name without the characters that separate parts or folders. */
function machine(): string {
  return hostname().replace(/[^A-Za-z0-9-]/g, '-')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Only "no such process" says that it is dead: a process of another user may not be signalled, and lives.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
