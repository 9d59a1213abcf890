// `dice cache list` and `dice cache size`.
import { shortKey } from '../plan/key.ts'
import type { Key } from '../plan/node.ts'
import { bytesText, plural } from '../plan/quantity.ts'
import { setAsideBefore, unfinished } from '../run/upkeep.ts'
import type { Leftover } from '../run/upkeep.ts'
import { neededBy } from './cache-needed.ts'
import type { Input } from './command.ts'
import { allStored } from './stored.ts'
import type { Opened, Stored } from './stored.ts'
import type { ExitCode, Terminal } from './terminal.ts'

export function list(files: readonly string[], { store }: Opened, input: Input, terminal: Terminal): ExitCode {
  const needed = files.length === 0 ? undefined : neededBy(files, input, terminal)
  if (files.length > 0 && needed === undefined) return 2
  const found = chosen(allStored(store), needed).sort(latestFirst)
  if (input.on('json')) terminal.out(`${JSON.stringify(found.map(entryJson), undefined, 2)}\n`)
  else if (found.length === 0) terminal.out('nothing is stored\n')
  else terminal.out(`${[...entryLines(found, terminal.now()), '', totalText(found)].join('\n')}\n`)
  return 0
}

export function size(files: readonly string[], { root, store }: Opened, input: Input, terminal: Terminal): ExitCode {
  const needed = files.length === 0 ? undefined : neededBy(files, input, terminal)
  if (files.length > 0 && needed === undefined) return 2
  const found = chosen(allStored(store), needed)
  const kinds = [...new Set(found.map(({ identity }) => identity.stage))].map((stage) => {
    const alike = found.filter(({ identity }) => identity.stage === stage)
    return { stage, results: alike.length, bytes: sum(alike.map(({ digest }) => digest.bytes)) }
  }).sort((a, b) => b.bytes - a.bytes || (a.stage < b.stage ? -1 : 1))
  const halfway = counted(unfinished(root).filter(({ key }) => needed?.has(key) ?? true))
  // Damaged results belong to no experiment any more.
  const aside = counted(needed === undefined ? setAsideBefore(root) : [])
  const total = { results: found.length, bytes: sum(found.map(({ digest }) => digest.bytes)) }
  if (input.on('json')) {
    terminal.out(`${JSON.stringify({ kinds, total, unfinished: halfway, setAside: aside }, undefined, 2)}\n`)
    return 0
  }
  const rows = [
    ...kinds.map(({ stage, results, bytes }) => [stage, String(results), bytesText(bytes)]),
    ...(halfway.count === 0 ? [] : [['unfinished', String(halfway.count), bytesText(halfway.bytes)]]),
    ...(aside.count === 0 ? [] : [['damaged, set aside', String(aside.count), bytesText(aside.bytes)]]),
    ['all results', String(total.results), bytesText(total.bytes)],
  ]
  terminal.out(`${table([['stage', 'results', 'size'], ...rows], [1, 2]).join('\n')}\n`)
  return 0
}

const chosen = (stored: readonly Stored[], needed: ReadonlySet<Key> | undefined): Stored[] =>
  stored.filter(({ key }) => needed?.has(key) ?? true)

const latestFirst = (a: Stored, b: Stored): number =>
  (a.digest.finishedAt === b.digest.finishedAt ? (a.key < b.key ? -1 : 1) : a.digest.finishedAt < b.digest.finishedAt ? 1 : -1)

/** A table of results: key, stage, label, size, age. */
export function entryLines(found: readonly Stored[], now: number): string[] {
  const rows = found.map(({ key, identity, label, digest }) =>
    [shortKey(key), identity.stage, label, bytesText(digest.bytes), ageText((now - Date.parse(digest.finishedAt)) / 1000)])
  return table([['key', 'stage', 'label', 'size', 'age'], ...rows], [3, 4])
}

export function entryJson({ key, identity, label, digest }: Stored) {
  return { key, stage: identity.stage, label, bytes: digest.bytes, finishedAt: digest.finishedAt }
}

export function totalText(found: readonly Stored[]): string {
  return `${plural(found.length, 'result')}, ${bytesText(sum(found.map(({ digest }) => digest.bytes)))}`
}

export function counted(found: readonly Leftover[]): { readonly count: number; readonly bytes: number } {
  return { count: found.length, bytes: sum(found.map(({ bytes }) => bytes)) }
}

/** `40 s`, `12 min`, `5 h`, `3 days`: of a clock that may have been set back, at least nothing. */
export function ageText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min`
  return whole < 48 * 3600 ? `${Math.floor(whole / 3600)} h` : `${Math.floor(whole / 86_400)} days`
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Columns as wide as their cells; those of numbers end on the right. */
function table(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => [...row[column]!].length)))
  return rows.map((row) => row.map((cell, column) => {
    const space = ' '.repeat(widths[column]! - [...cell].length)
    return right.includes(column) ? space + cell : cell + space
  }).join('  ').trimEnd())
}
