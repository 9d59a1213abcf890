// The command line as a child process, run the way the tests themselves run (from source under Deno, from the build
// under Node), each time in a folder of its own that is removed when the tests end.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { entryBeside } from '../../src/run/pool.ts'
import type { Why } from '../../src/run/store.ts'
import { root } from '../root.ts'

export interface Ended {
  /** As a shell tells it: 128 + its number when a signal ended it. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

export interface Started {
  readonly child: ChildProcess
  /** What has come on standard error so far. */
  readonly stderr: () => string
  readonly ended: Promise<Ended>
}

export interface Surroundings {
  /** Where it runs; a new empty folder unless given. */
  readonly directory?: string
  /** Standard input; null leaves it open and silent. */
  readonly input?: string | null
  readonly environment?: Readonly<Record<string, string>>
}

const main = fileURLToPath(entryBeside(import.meta.url, '../../src/cli/main'))
const interpreter = process.versions['deno'] === undefined ? [] : ['run', '--allow-all', '--quiet']

/** Runs `dice` with these words to its end. */
export function dice(words: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  return start(words, surroundings).ended
}

/** The same, for tests that interfere. */
export function start(words: readonly string[], surroundings: Surroundings = {}): Started {
  const { directory = folder(), input = '', environment = {} } = surroundings
  const began = performance.now()
  const { FORCE_COLOR: _, ...inherited } = process.env
  const child = spawn(process.execPath, [...interpreter, main, ...words], {
    cwd: directory, env: { ...inherited, NO_COLOR: '1', ...environment }, stdio: 'pipe',
  })
  const texts = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (texts[stream] += text))
  }
  // A child that ends before it has read its input is not the test's concern.
  child.stdin.on('error', () => {})
  if (input !== null) child.stdin.end(input)
  const ended = new Promise<Ended>((settle, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const status = code ?? 128 + constants.signals[signal!]
      settle({ status, ...texts, seconds: (performance.now() - began) / 1000 })
    })
  })
  return { child, stderr: () => texts.stderr, ended }
}

const folders = { made: 0, root: '' }

/** A new folder that holds these files, by relative path. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  if (folders.root === '') {
    const made = (folders.root = mkdtempSync(join(tmpdir(), 'dice-cli-')))
    process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  }
  const path = join(folders.root, String((folders.made += 1)))
  mkdirSync(path)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

/** A .dice file of the project: `test/fixtures/tiny.dice`. */
export const fixture = (name: string): string => readFileSync(join(root, 'test/fixtures', name), 'utf8')

export const tiny = fixture('tiny.dice')

/** A text with one place changed; a test whose place is gone must not pass. */
export function edited(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`\`${from}\` is in the text ${text.split(from).length - 1} times, not once`)
  return text.replace(from, () => to)
}

/** What people see, without what differs from one machine and moment to the next. */
export function normal(text: string): string {
  return text
    .replaceAll(folders.root === '' ? '\0' : folders.root, '<folder>')
    .replaceAll(/<folder>\/\d+/g, '<folder>')
    .replaceAll(/\b\d+(\.\d+)? s\b/g, '<time>')
    .replaceAll(/\b[0-9a-f]{8,64}\b/g, '<key>')
}

/** Where the store keeps a result. */
export const entry = (store: string, key: string): string => join(store, 'objects', key.slice(0, 2), key)

/** The digest of every stored result, by key. */
export function digests(store: string): Record<string, string> {
  return Object.fromEntries(keys(store).map((key) => [key, (readJson(join(entry(store, key), 'digest.json')) as { whole: string }).whole]))
}

/** What was computed for every stored result. */
export function whys(store: string): (Why & { readonly key: string })[] {
  return keys(store).map((key) => ({ key, ...readJson(join(entry(store, key), 'why.json')) as Why }))
}

function keys(store: string): string[] {
  const objects = join(store, 'objects')
  return existsSync(objects) ? readdirSync(objects).flatMap((prefix) => readdirSync(join(objects, prefix))).sort() : []
}

export function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
