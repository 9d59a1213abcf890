// The cache held to plain lists of positions: rows written, extended, moved and resized at random.
import * as assert from 'uvu/assert'
import { type Cache, createCache, type NewPositions, pastKeys, pastValues } from '../../src/model/cache.ts'
import { type Stream, stream } from '../../src/random.ts'
import type { Engine, Shape, Value } from '../../src/tensor/engine.ts'
import { describe } from '../describe.ts'
import { smallConfig } from './small.ts'

const { layers, kvHeads: groups, headWidth: width } = smallConfig

/** Each number is another: which layer, row, head and feature it belongs to can be told. */
function positions(rows: number, count: number, first: number): NewPositions {
  const keys = Float32Array.from({ length: layers * rows * groups * count * width }, (_, index) => first + index)
  return { keys, values: keys.map((number) => -number), rows, positions: count }
}

/** The keys of one position, of all layers and heads. */
function keysOf({ keys, rows, positions }: NewPositions, row: number, position: number): number[] {
  return Array.from({ length: layers * groups }, (_, index) => {
    const [layer, group] = [Math.floor(index / groups), index % groups]
    const start = (((layer * rows + row) * groups + group) * positions + position) * width
    return [...keys.subarray(start, start + width)]
  }).flat()
}

/** Hands back what the cache would give an engine. */
const copying = { value: (data: Float32Array, shape: Shape) => ({ data: data.slice(), shape }) } as unknown as Engine

describe('cache', (it) => {
  for (const seed of ['a', 'b', 'c', 'd']) {
    it(`holds what lists of positions hold (seed '${seed}')`, () => {
      const random = stream(`cache ${seed}`)
      const cache = createCache(smallConfig, { rows: 5, slots: 12 })
      let expected: number[][][] = [[], [], []] // row → position → keys of all layers
      cache.resize({ rows: 3, slots: 4 })
      for (let turn = 0; turn < 150; turn++) {
        expected = act(cache, expected, random.child(turn), turn)
        check(cache, expected)
      }
    })
  }
})

function act(cache: Cache, expected: number[][][], random: Stream, turn: number): number[][][] {
  const [row, other] = [0, 1].map((index) => Math.floor(random.at(index) * expected.length)) as [number, number]
  const { rows, slots } = cache.shape
  const choice = random.at(2)
  if (choice < 0.1) {
    cache.move(row, other)
    return expected.with(other, expected[row]!)
  }
  if (choice < 0.3) {
    const next = { rows: 1 + Math.floor(random.at(3) * 5), slots: 1 + Math.floor(random.at(4) * 12) }
    cache.resize(next)
    return Array.from({ length: next.rows }, (_, index) => (expected[index] ?? []).slice(0, next.slots))
  }
  // A new sequence from the front, or further positions behind those that are there.
  const start = choice < 0.5 ? 0 : expected[row]!.length
  const count = Math.min(slots - start, choice < 0.5 ? 3 : 1)
  if (count < 1) return expected
  const source = positions(rows, 4, 1000 * turn)
  cache.write(row, start, source, other, count)
  const written = Array.from({ length: count }, (_, position) => keysOf(source, other, position))
  return expected.with(row, [...expected[row]!.slice(0, start), ...written])
}

function check(cache: Cache, expected: readonly (readonly number[][])[]): void {
  const { rows, slots } = cache.shape
  assert.is(rows, expected.length)
  const values = cache.values(copying, expected.map(({ length }) => length)) as unknown as Record<string, Value & { data: Float32Array }>
  expected.forEach((filled, row) => {
    const mask = [...values['mask']!.data.subarray(row * slots, (row + 1) * slots)]
    assert.equal(mask, Array.from({ length: slots }, (_, slot) => (slot < filled.length ? 0 : -1e9)))
    filled.forEach((keys, slot) => {
      for (let index = 0; index < layers * groups; index++) {
        const [layer, group] = [Math.floor(index / groups), index % groups]
        const start = ((row * groups + group) * slots + slot) * width
        const features = keys.slice(index * width, (index + 1) * width)
        assert.equal([...values[pastKeys(layer)]!.data.subarray(start, start + width)], features)
        assert.equal([...values[pastValues(layer)]!.data.subarray(start, start + width)], features.map((number) => -number))
      }
    })
  })
}
