import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import type { Key } from '../../src/plan/node.ts'
import { integer, stream } from '../../src/random.ts'
import { openStore } from '../../src/run/folder.ts'
import { type Damage, setAside } from '../../src/run/moving.ts'
import { entryBeside } from '../../src/run/pool.ts'
import { StageFailure } from '../../src/run/stage.ts'
import { DamagedResult, memoryStore, type Store } from '../../src/run/store.ts'
import { describe } from '../describe.ts'
import { numbered } from './fixtures/results.ts'

async function inFolder(test: (root: string) => void | Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'dice-store-'))
  try {
    await test(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const now = () => new Date(0)
const one = numbered(1)
const place = (root: string, key: Key) => join(root, 'objects', key.slice(0, 2), key)

function sameForAnyStore(name: string, open: (root: string) => Store): void {
  describe(name, (it) => {
    it('gives back what was put', () => inFolder((root) => {
      const store = open(root)
      assert.is(store.has(one.key), false)
      assert.is(store.digest(one.key), undefined)
      const digest = store.put(one)
      assert.is(store.has(one.key), true)
      assert.equal(store.digest(one.key), digest)
      assert.equal([digest.bytes, digest.seconds, digest.finishedAt], [12, 1, '1970-01-01T00:00:00.000Z'])
      const artifact = store.artifact(one.key)
      assert.is(artifact.text('text.txt'), 'result 1\n')
      assert.equal(artifact.bytes('weights.bin'), new Uint8Array([1, 1, 1]))
      assert.equal([artifact.has('text.txt'), artifact.has('other'), artifact.has('digest.json'), artifact.has('constructor')], [true, false, false, false])
      assert.throws(() => artifact.bytes('other'), /has no file other/)
      assert.equal(store.why(one.key)?.identity, one.identity)
      assert.is(store.why(one.key)?.label, 'toy 1')
    }))

    it('lays bytes over a buffer of their own', () => inFolder((root) => {
      const store = open(root)
      store.put(one)
      const bytes = store.artifact(one.key).bytes('weights.bin')
      assert.equal([bytes.byteOffset, bytes.buffer.byteLength, bytes.constructor], [0, 3, Uint8Array])
    }))

    it('keeps the first of two results', () => inFolder((root) => {
      const store = open(root)
      const first = store.put(one)
      assert.equal(store.put({ ...one, files: {}, seconds: 99 }), first)
      assert.is(store.artifact(one.key).has('text.txt'), true)
    }))

    it('has a digest of the content alone', () => inFolder((root) => {
      const store = open(root)
      const other = numbered(2)
      const [a, b, c] = [store.put(one), store.put({ ...other, files: one.files }), store.put({ ...numbered(3), files: { ...one.files, more: new Uint8Array() } })]
      assert.is(a.whole, b.whole)
      assert.is.not(a.whole, c.whole)
      assert.is(memoryStore().put(one).whole, a.whole)
    }))

    it('lists and removes', () => inFolder((root) => {
      const store = open(root)
      const keys = [1, 2, 3].map((number) => store.put(numbered(number)) && numbered(number).key)
      assert.equal(store.keys(), [...keys].sort())
      assert.is(store.remove(keys[0]!), true)
      assert.is(store.remove(keys[0]!), false)
      assert.is(store.has(keys[0]!), false)
      assert.is(store.keys().length, 2)
    }))

    it('a result that is gone is a damaged one to its reader', () => inFolder((root) => {
      const store = open(root)
      store.put(one)
      const [early, late] = [store.artifact(one.key), store.artifact(one.key)]
      early.text('text.txt')
      store.remove(one.key)
      for (const artifact of [early, late]) assert.throws(() => artifact.text('text.txt'), (error: Error) => error instanceof DamagedResult)
    }))

    const rejects = (what: string, message: RegExp, changes: object) => it(`rejects ${what}`, () => inFolder((root) => {
      const store = open(root)
      assert.throws(() => store.put({ ...one, ...changes }), (error: Error) => message.test(error.message))
      assert.equal(store.keys(), [])
    }))
    rejects('an identity that is not the key\'s', /not that of the key/, { identity: numbered(2).identity })
    rejects('a file that would leave the folder', /cannot name a file/, { files: { '../x': new Uint8Array() } })
    rejects('the store\'s own names', /cannot name a file/, { files: { 'Digest.json': new Uint8Array() } })
    rejects('names that are one on some systems', /case/, { files: { 'A.txt': new Uint8Array(), 'a.txt': new Uint8Array() } })
  })
}
sameForAnyStore('the store in memory', () => memoryStore(now))
sameForAnyStore('the store in a folder', (root) => openStore(root, { now }))

describe('a folder that cannot be a store', (it) => {
  it('is refused with the path and a remedy', () => inFolder((root) => {
    writeFileSync(join(root, 'file'), '')
    try {
      openStore(join(root, 'file', 'store'))
      assert.unreachable()
    } catch (error) {
      assert.instance(error, StageFailure)
      assert.match((error as StageFailure).message, `cannot write to the store ${join(root, 'file', 'store')}: a file stands in its way`)
      assert.match((error as StageFailure).remedy, '--store DIR')
    }
  }))

  it('is told apart from our bugs when it fails later', () => inFolder((root) => {
    const store = openStore(root)
    rmSync(join(root, 'objects'), { recursive: true })
    writeFileSync(join(root, 'objects'), '')
    assert.throws(() => store.put(one), (error: Error) => error instanceof StageFailure)
    assert.equal(readdirSync(join(root, 'tmp')), [])
  }))
})

describe('a damaged result', (it) => {
  type Spoil = (folder: string) => void
  const edit = (folder: string, name: string, from: string, to: string) => {
    const text = readFileSync(join(folder, name), 'utf8')
    assert.ok(text.includes(from))
    writeFileSync(join(folder, name), text.replace(from, to))
  }
  const cheap: Record<string, Spoil> = {
    'a file is missing': (folder) => rmSync(join(folder, 'text.txt')),
    'a file is too short': (folder) => truncateSync(join(folder, 'text.txt'), 4),
    'a file is too long': (folder) => appendFileSync(join(folder, 'weights.bin'), 'x'),
    'a file is a folder': (folder) => (rmSync(join(folder, 'text.txt')), mkdirSync(join(folder, 'text.txt'))),
    'digest.json is missing': (folder) => rmSync(join(folder, 'digest.json')),
    'digest.json is not JSON': (folder) => writeFileSync(join(folder, 'digest.json'), '{"whole": '),
    'digest.json is null': (folder) => writeFileSync(join(folder, 'digest.json'), 'null'),
    'digest.json is another value': (folder) => writeFileSync(join(folder, 'digest.json'), '{"files": 3}'),
    'digest.json was edited': (folder) => edit(folder, 'digest.json', '"bytes": 3', '"bytes": 4'),
    'digest.json points elsewhere': (folder) => edit(folder, 'digest.json', '"text.txt"', '"../text.txt"'),
    'why.json is missing': (folder) => rmSync(join(folder, 'why.json')),
    'why.json is about something else': (folder) => edit(folder, 'why.json', '"number": 1', '"number": 2'),
    'the folder is empty': (folder) => (rmSync(folder, { recursive: true }), mkdirSync(folder)),
    'the folder is a file': (folder) => (rmSync(folder, { recursive: true }), writeFileSync(folder, 'x')),
  }
  for (const [name, spoil] of Object.entries(cheap)) it(`is found by asking, set aside, reported and replaced: ${name}`, () => inFolder((root) => {
    const found: Damage[] = []
    const store = openStore(root, { onDamage: (damage) => found.push(damage) })
    store.put(one)
    store.put(numbered(2))
    spoil(place(root, one.key))
    assert.is(store.has(one.key), false)
    assert.equal(found.map((damage) => damage.key), [one.key])
    assert.ok(found[0]!.problem.length > 0 && existsSync(found[0]!.movedTo))
    assert.is(store.has(one.key), false)
    assert.is(found.length, 1)
    store.put(one)
    assert.is(store.artifact(one.key).text('text.txt'), 'result 1\n')
    assert.is(store.artifact(numbered(2).key).text('text.txt'), 'result 2\n')
  }))

  for (const [name, spoil] of Object.entries(cheap)) it(`does not keep a good result out: ${name}`, () => inFolder((root) => {
    const store = openStore(root)
    store.put(one)
    spoil(place(root, one.key))
    store.put(one)
    assert.is(store.artifact(one.key).text('text.txt'), 'result 1\n')
  }))

  it('is found by reading when only the content changed', () => inFolder((root) => {
    const found: Damage[] = []
    const store = openStore(root, { onDamage: (damage) => found.push(damage) })
    store.put(one)
    const artifact = store.artifact(one.key)
    edit(place(root, one.key), 'text.txt', 'result 1', 'result 7')
    assert.is(store.has(one.key), true)
    assert.equal(artifact.bytes('weights.bin').length, 3)
    assert.throws(() => artifact.text('text.txt'), (error: Error) =>
      error instanceof DamagedResult && error.key === one.key && /the content of text\.txt has changed/.test(error.message))
    assert.equal(found.map((damage) => damage.problem), ['the content of text.txt has changed'])
    assert.is(store.has(one.key), false)
    store.put(one)
    assert.is(artifact.text('text.txt'), 'result 1\n')
  }))

  it('goes back when another process has replaced it by a good one before it was moved', () => inFolder((root) => {
    const found: Damage[] = []
    const store = openStore(root)
    store.put(one)
    setAside(root, place(root, one.key), one.key, 'was damaged a moment ago', (damage) => found.push(damage))
    assert.is(store.artifact(one.key).text('text.txt'), 'result 1\n')
    assert.equal([found, readdirSync(join(root, 'corrupt'))], [[], []])
  }))
})

describe('several processes', (it) => {
  it('what dead processes left half-written is cleared away, the rest is not', () => inFolder((root) => {
    openStore(root)
    const host = hostname().replace(/[^A-Za-z0-9-]/g, '-')
    const [dead, alive, foreign] = [`${host}.999999999.ab`, `${host}.${process.pid}.cd`, 'elsewhere.999999999.ef']
    for (const name of [dead, alive, foreign]) mkdirSync(join(root, 'tmp', name))
    writeFileSync(join(root, 'tmp', dead, 'weights.bin'), 'half')
    openStore(root)
    assert.equal(readdirSync(join(root, 'tmp')).sort(), [alive, foreign].sort())
  }))

  it('two writers of the same keys leave one whole result each', () => inFolder(async (root) => {
    const writers = [startWriter(root, 0), startWriter(root, 0)]
    await Promise.all(writers.map((writer) => writer.ready))
    await new Promise((resolve) => setTimeout(resolve, 150))
    await Promise.all(writers.map((writer) => writer.kill()))
    checkAll(root)
  }))

  const random = stream('kill')
  it('killed at 20 moments in the middle of writing, no store holds a bad result (seed kill)', () => inFolder(async (root) => {
    let kept = 0
    for (let batch = 0; batch < 5; batch++) {
      const writers = [0, 1, 2, 3].map((index) => startWriter(root, 1000 * batch + 10 * index))
      await Promise.all(writers.map(async (writer, index) => {
        await writer.ready
        await new Promise((resolve) => setTimeout(resolve, integer(random, 4 * batch + index, 60)))
        await writer.kill()
      }))
      kept += checkAll(root)
    }
    assert.ok(kept > 0)
  }))
})

interface Writer {
  readonly ready: Promise<void>
  kill(): Promise<void>
}

function startWriter(root: string, first: number): Writer {
  const script = fileURLToPath(entryBeside(import.meta.url, './fixtures/writer'))
  const runtime = script.endsWith('.ts') ? ['run', '-A', '--no-check'] : []
  const child = spawn(process.execPath, [...runtime, script, root, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    ready: Promise.race([new Promise<void>((resolve) => child.stdout.once('data', () => resolve())), ended]),
    kill: () => (child.kill('SIGKILL'), ended),
  }
}

/** Opens the store anew, reads every file of every result, and gives their number. */
function checkAll(root: string): number {
  const found: Damage[] = []
  const store = openStore(root, { onDamage: (damage) => found.push(damage) })
  assert.equal(readdirSync(join(root, 'tmp')), [])
  const keys = store.keys()
  for (const key of keys) {
    assert.ok(store.has(key))
    const { number } = store.why(key)!.identity.params as { number: number }
    const expected = numbered(number)
    const artifact = store.artifact(key)
    for (const [name, bytes] of Object.entries(expected.files)) assert.ok(Buffer.from(artifact.bytes(name)).equals(Buffer.from(bytes)))
  }
  assert.equal(found, [])
  assert.equal(readdirSync(join(root, 'corrupt')), [])
  return keys.length
}
