// The cache held to a plain list of moments: rows admitted, moved, freed and grown at random.
import * as assert from 'uvu/assert'
import { createCache, type NewPositions, pastKeys, pastValues } from '../../src/model/cache.ts'
import { type Stream, stream } from '../../src/random.ts'
import type { Engine, Shape, Value } from '../../src/tensor/engine.ts'
import { describe } from '../describe.ts'
import { smallConfig } from './small.ts'

const { layers, kvHeads, headWidth } = smallConfig
const width = kvHeads * headWidth

/** Each number tells which moment, layer and feature it belongs to. */
function positions(rows: number, count: number, first: number): NewPositions {
  const keys = new Float32Array(layers * rows * count * width)
  for (let index = 0; index < keys.length; index++) keys[index] = first + index
  return { keys, values: keys.map((number) => -number), rows, positions: count }
}

const rowOf = ({ keys, rows, positions }: NewPositions, layer: number, row: number, position: number): number[] => {
  const start = ((layer * rows + row) * positions + position) * width
  return [...keys.subarray(start, start + width)]
}

/** Hands back what the cache would give an engine. */
const copying = {
  value: (data: Float32Array, shape: Shape) => ({ data: data.slice(), shape }),
} as unknown as Engine

describe('cache', (it) => {
  for (const seed of ['a', 'b', 'c', 'd']) {
    it(`holds what a list of moments holds (seed '${seed}')`, () => {
      const random = stream(`cache ${seed}`)
      const cache = createCache(smallConfig)
      let expected: number[][][] = [[], [], [], []] // row → moment → features of all layers
      cache.resize(4)
      for (let turn = 0; turn < 120; turn++) {
        expected = act(cache, expected, random.child(turn), turn)
        check(cache, expected, turn % 3 === 0)
      }
    })
  }
})

function act(cache: ReturnType<typeof createCache>, expected: number[][][], random: Stream, turn: number): number[][][] {
  const row = Math.floor(random.at(0) * expected.length)
  const other = Math.floor(random.at(1) * expected.length)
  const layersOf = (source: NewPositions, from: number, position: number): number[] =>
    Array.from({ length: layers }, (_, layer) => rowOf(source, layer, from, position)).flat()
  const choice = random.at(2)
  if (choice < 0.1) {
    const count = 1 + Math.floor(random.at(3) * 9)
    const source = positions(3, 10, 1000 * turn)
    cache.admit(row, source, 1, count)
    return expected.with(row, Array.from({ length: count }, (_, position) => layersOf(source, 1, position)))
  }
  if (choice < 0.15) {
    cache.free(row)
    return expected.with(row, [])
  }
  if (choice < 0.2) {
    cache.move(row, other)
    return expected.with(other, expected[row]!)
  }
  if (choice < 0.24) {
    const rows = 2 + Math.floor(random.at(3) * 4)
    cache.resize(rows)
    return Array.from({ length: rows }, (_, index) => expected[index] ?? [])
  }
  if (expected.every((moments) => moments.length === 0)) return expected
  const source = positions(expected.length, 1, 1000 * turn)
  cache.append(source)
  return expected.map((moments, index) => (moments.length === 0 ? moments : [...moments, layersOf(source, index, 0)]))
}

function check(cache: ReturnType<typeof createCache>, expected: readonly (readonly number[][])[], larger: boolean): void {
  const lengths = expected.map((moments) => moments.length)
  assert.equal(cache.lengths, lengths)
  assert.is(cache.shape.slots, Math.max(...lengths))
  if (cache.shape.slots === 0) return
  const shape = { rows: cache.shape.rows + (larger ? 2 : 0), slots: cache.shape.slots + (larger ? 3 : 0) }
  const values = cache.values(copying, shape) as unknown as Record<string, Value & { data: Float32Array }>
  const mask = values['mask']!
  expected.forEach((moments, row) => {
    for (let slot = 0; slot < shape.slots; slot++) {
      const moment = moments[slot - (shape.slots - moments.length)]
      assert.is(mask.data[row * shape.slots + slot], moment === undefined ? -1e9 : 0)
      for (let layer = 0; moment !== undefined && layer < layers; layer++) {
        const start = (slot * shape.rows + row) * width
        const features = moment.slice(layer * width, (layer + 1) * width)
        assert.equal([...values[pastKeys(layer)]!.data.subarray(start, start + width)], features)
        assert.equal([...values[pastValues(layer)]!.data.subarray(start, start + width)], features.map((number) => -number))
      }
    }
  })
}
