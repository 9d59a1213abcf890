// The state of unfinished stages: kept whole, checked when read, gone when the stage has finished.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { keyOf } from '../../src/plan/key.ts'
import type { Identity, Key } from '../../src/plan/node.ts'
import { openStore } from '../../src/run/folder.ts'
import { halfwayOf } from '../../src/run/halfway.ts'
import { memoryStore } from '../../src/run/store.ts'
import type { Store } from '../../src/run/store.ts'
import { describe } from '../describe.ts'

const identity: Identity = { stage: 'train', version: 1, params: {}, inputs: {} }
const key: Key = keyOf(identity)
const state = Uint8Array.of(1, 2, 3, 250)

function inFolder(test: (store: Store, folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'dice-halfway-'))
  try {
    test(openStore(folder), folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('unfinished state', (it) => {
  for (const [name, use] of [['in a folder', inFolder], ['in memory', (test: (store: Store) => void) => test(memoryStore())]] as const) {
    it(`is what was saved last, and goes when the result is put (${name})`, () => use((store) => {
      assert.is(store.halfway(key), undefined)
      store.saveHalfway(key, Uint8Array.of(9))
      store.saveHalfway(key, state)
      assert.equal([...store.halfway(key)!], [...state])
      assert.not.ok(store.has(key), 'half a result is no result')
      store.put({ key, identity, label: 'train', files: { 'a.txt': state }, seconds: 1 })
      assert.is(store.halfway(key), undefined)
    }))
  }

  it('survives the process that wrote it', () => inFolder((store, folder) => {
    store.saveHalfway(key, state)
    assert.equal([...openStore(folder).halfway(key)!], [...state])
  }))

  for (const [what, spoil] of [
    ['changed', (bytes: Uint8Array) => bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte))],
    ['cut off', (bytes: Uint8Array) => bytes.slice(0, -1)],
    ['empty', () => new Uint8Array()],
  ] as const) {
    it(`is not trusted when ${what}: the stage begins anew`, () => inFolder((store, folder) => {
      store.saveHalfway(key, state)
      const path = join(folder, 'halfway', key)
      writeFileSync(path, spoil(new Uint8Array(readFileSync(path))))
      assert.is(store.halfway(key), undefined)
      assert.equal(readdirSync(join(folder, 'halfway')), [])
    }))
  }

  it('is due 5 seconds after the stage began or was last saved', () => {
    let now = 0
    const halfway = halfwayOf(memoryStore(), key, () => now)
    now = 4_999
    assert.not.ok(halfway.due())
    now = 5_000
    assert.ok(halfway.due())
    halfway.save(state)
    assert.not.ok(halfway.due())
    assert.equal([...halfway.load()!], [...state])
  })

  it('is due less often when saving is slow: a twentieth of the time at most', () => {
    let now = 0
    const slow: Store = { ...memoryStore(), saveHalfway: () => void (now += 1_000) }
    const halfway = halfwayOf(slow, key, () => now)
    halfway.save(state)
    now += 19_999
    assert.not.ok(halfway.due())
    now += 1
    assert.ok(halfway.due())
  })
})
