import * as assert from 'uvu/assert'
import type { Pair } from '../../src/data/record.ts'
import { mixReplay } from '../../src/method/replay.ts'
import type { Replay } from '../../src/method/replay.ts'
import { stream } from '../../src/random.ts'
import { describe } from '../describe.ts'

function pairs(origin: Pair['origin'], prompts: readonly number[]): Pair[] {
  return prompts.map((prompt, row) => ({
    id: `${origin}-${row}`, text: `prompt ${prompt}`, chosen: { text: 'good' }, rejected: { text: 'bad' }, origin,
  }))
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)
const random = stream('replay')

function mixed(replay: Replay): Replay & { kind: 'mixed' } {
  if (replay.kind !== 'mixed') throw new Error(JSON.stringify(replay))
  return replay
}

describe('replay', (it) => {
  // [γ, generated, offline, size] → [generated drawn, offline drawn], worked by hand
  const cases: [gamma: number, generated: number, offline: number, size: number | undefined, expected: [number, number]][] = [
    [0, 100, 40, undefined, [40, 0]],
    [0, 30, 40, undefined, [30, 0]],
    [0.25, 100, 40, undefined, [30, 10]],
    [0.25, 12, 40, undefined, [12, 4]],
    [0.5, 100, 40, undefined, [20, 20]],
    [0.5, 7, 40, undefined, [7, 7]],
    [0.75, 100, 40, undefined, [10, 30]],
    [0.9, 100, 10, undefined, [1, 9]],
    [1, 100, 40, undefined, [0, 40]],
    [0.5, 100, 40, 11, [5, 5]],
    [0.1, 100, 40, 33, [29, 3]],
    [1, 100, 40, 15, [0, 15]],
    [1, 100, 40, 90, [0, 40]],
  ]
  for (const [gamma, generated, offline, size, expected] of cases) {
    const title = `γ ${gamma} of ${generated} generated and ${offline} offline pairs, size ${size ?? 'unwritten'}`
    it(`${title}: ${expected.join(' + ')}`, () => {
      const given = pairs('generated', range(0, generated)), old = pairs('offline', range(1000, 1000 + offline))
      const { pairs: found, record } = mixed(mixReplay(given, old, gamma, random, size))
      assert.equal([record.generated, record.offline], expected)
      assert.is(record.gamma, gamma)
      assert.is(record.share, expected[1] / (expected[0] + expected[1]))
      assert.equal(record.available, { generated, offline })
      assert.equal(found.map(({ origin }) => origin), [
        ...Array.from({ length: expected[0] }, () => 'generated'), ...Array.from({ length: expected[1] }, () => 'offline'),
      ])
      assert.is(new Set(found.map(({ text }) => text)).size, found.length)
    })
  }

  it('draws from every part of the data, and the same for the same stream only', () => {
    const given = pairs('generated', range(0, 200)), old = pairs('offline', range(0, 200))
    const ids = (seed: string): string[] => mixed(mixReplay(given, old, 0.5, stream(seed))).pairs.map(({ id }) => id)
    assert.equal(ids('a'), ids('a'))
    assert.not.equal(ids('a'), ids('b'))
    const drawn = ids('a').filter((id) => id.startsWith('generated')).map((id) => Number(id.split('-')[1]))
    assert.equal(drawn, [...drawn].sort((one, other) => one - other))
    for (const quarter of [0, 50, 100, 150]) {
      assert.ok(drawn.some((index) => index >= quarter && index < quarter + 50), `none from ${quarter}`)
    }
  })

  it('with the same prompts on both sides, every γ is feasible and no prompt is used twice', () => {
    const given = pairs('generated', range(0, 37)), old = pairs('offline', range(0, 37))
    for (let percent = 0; percent <= 100; percent++) {
      const replay = mixReplay(given, old, percent / 100, random)
      if (replay.kind === 'empty') continue
      const { pairs: found } = mixed(replay)
      assert.is(new Set(found.map(({ text }) => text)).size, found.length)
    }
  })

  it('uses each prompt once when several offline pairs share it', () => {
    const old = pairs('offline', [...range(0, 20), ...range(0, 20)])
    const { pairs: found } = mixed(mixReplay([], old, 1, random))
    assert.is(found.length, 20)
    assert.is(new Set(found.map(({ text }) => text)).size, 20)
    assert.ok(found.some(({ id }) => Number(id.split('-')[1]) >= 20), 'always the first of them')
  })

  it('names the largest feasible γ when offline prompts run out, hand-computed', () => {
    // 40 offline pairs of 20 prompts, all used by the 20 generated pairs, n = 40.
    // γ = 0.25: 20 generated leave no offline prompt. γ > 0 gives offline pairs only from 1/21 on: ⌊20γ/(1 − γ)⌋ ≥ 1.
    const given = pairs('generated', range(0, 20)), old = pairs('offline', [...range(0, 20), ...range(0, 20)])
    const replay = mixReplay(given, old, 0.25, random)
    assert.equal(replay, { kind: 'shortage', needed: 6, unused: 0, largest: 0.047 })
  })

  it('the γ it names is feasible, and every thousandth between it and the one asked for is not', () => {
    const given = pairs('generated', range(0, 60)), old = pairs('offline', [...range(30, 90), ...range(30, 90), ...range(30, 90)])
    const asked = 0.6
    const replay = mixReplay(given, old, asked, random)
    if (replay.kind !== 'shortage') throw new Error(replay.kind)
    assert.ok(replay.largest > 0 && replay.largest < asked)
    assert.is(mixReplay(given, old, replay.largest, random).kind, 'mixed')
    for (let thousandths = Math.round(replay.largest * 1000) + 1; thousandths < 1000 * asked; thousandths++) {
      assert.is(mixReplay(given, old, thousandths / 1000, random).kind, 'shortage', String(thousandths))
    }
  })

  it('says why when there is nothing to mix', () => {
    const some = pairs('offline', range(0, 5))
    assert.match(JSON.stringify(mixReplay([], some, 0.5, random)), /no generated pairs/)
    assert.match(JSON.stringify(mixReplay(some, [], 1, random)), /no offline pairs/)
    assert.match(JSON.stringify(mixReplay(some, some, 0.95, random)), /too few for γ = 0.95/)
  })
})
