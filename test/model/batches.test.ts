import * as assert from 'uvu/assert'
import { drawRows, shapeBatches } from '../../src/model/batches.ts'
import { stream } from '../../src/random.ts'
import { describe } from '../describe.ts'

const lengths = Array.from({ length: 50 }, (_, index) => 4 + Math.floor(60 * stream('lengths').at(index)))
const sequences = lengths.map((length) => ({ ids: Array<number>(length).fill(1), from: 3 }))
const pick = (rows: readonly number[]) => rows.map((row) => sequences[row]!)

describe('batches', (it) => {
  for (const window of [1, 4]) {
    it(`see every row once an epoch, epochs without gap or partial batch (window ${window})`, () => {
      const batches = drawRows(lengths, 25, 8, window, stream('draw'))
      assert.is(batches.length, 25)
      assert.ok(batches.every((rows) => rows.length === 8))
      const counts = new Array<number>(50).fill(0)
      for (const row of batches.flat()) counts[row]! += 1
      assert.ok(counts.every((count) => count === 4), String(counts))
    })
  }

  it('are the same for the same stream, other for another, and other in each epoch', () => {
    const draw = (seed: string) => drawRows(lengths, 10, 10, 1, stream(seed))
    assert.equal(draw('a'), draw('a'))
    assert.is.not(String(draw('a')), String(draw('b')))
    assert.is.not(String(draw('a').slice(0, 5)), String(draw('a').slice(5)))
  })

  it('begin alike however many steps follow', () => {
    const few = drawRows(lengths, 8, 8, 4, stream('a'))
    assert.equal(drawRows(lengths, 16, 8, 4, stream('a')).slice(0, 8), few)
  })

  it('gather rows of like length, in an order that does not climb with length', () => {
    const padding = (window: number) => {
      const batches = drawRows(lengths, 100, 8, window, stream('draw')).map((rows) => rows.map((row) => lengths[row]!))
      return batches.reduce((total, rows) => total + Math.max(...rows) * rows.length, 0)
    }
    assert.ok(padding(4) < 0.8 * padding(1), `${padding(4)} against ${padding(1)}`)
    const longest = drawRows(lengths, 4, 8, 4, stream('draw')).map((rows) => Math.max(...rows.map((row) => lengths[row]!)))
    assert.is.not(String(longest), String([...longest].sort((a, b) => a - b)))
  })

  it('repeat rows when there are fewer than a batch holds', () => {
    assert.equal(drawRows([5, 6], 2, 4, 4, stream('few')).map((rows) => [...rows].sort()), [[0, 0, 1, 1], [0, 0, 1, 1]])
  })

  it('take few shapes, each large enough for all its batches', () => {
    const batches = shapeBatches(drawRows(lengths, 60, 8, 4, stream('draw')), pick)
    const shapes = new Set(batches.map(({ shape }) => JSON.stringify(shape)))
    assert.ok(shapes.size > 1 && shapes.size <= 6, [...shapes].join(' '))
    for (const { rows, shape } of batches) {
      assert.is(shape.sequences, 8)
      assert.ok(rows.every((row) => lengths[row]! - 1 <= shape.length))
      assert.ok(rows.reduce((total, row) => total + lengths[row]! - 3, 0) <= shape.scored)
    }
  })
})
