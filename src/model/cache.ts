// Keys and values of the positions already read, kept on the host: only a step's new rows leave the engine, and are written in here.
// Time stands first: slot = a moment of the running batch, row = a sequence of it. The slots a step reads lie side by side, so an engine
// that can borrow reads them where they are, and a new moment is one copy a layer.
import type { Engine, Spec, Value } from '../tensor/engine.ts'
import { masked } from './attention.ts'
import type { ModelConfig } from './config.ts'

/** Keys and values of positions from an engine: all layers one after the other, [layers, rows, positions, G, W]. */
export interface NewPositions {
  readonly keys: Float32Array
  readonly values: Float32Array
  readonly rows: number
  readonly positions: number
}

export interface CacheShape {
  readonly rows: number
  readonly slots: number
}

export interface Cache {
  /** Rows, taken or not, and slots from the oldest that some row needs to the newest. */
  readonly shape: CacheShape
  /** Filled slots of each row: its last ones. 0 where the row is free. */
  readonly lengths: readonly number[]
  /** Rows beyond the new number are let go. */
  resize(rows: number): void
  /** A row takes over the first `count` positions of a row of `source`. */
  admit(row: number, source: NewPositions, sourceRow: number, count: number): void
  /** Appends the one position of every row of `source` as a new moment; free rows stay free. */
  append(source: NewPositions): void
  /** Copies a row over another. */
  move(from: number, to: number): void
  free(row: number): void
  /** What the decoding step reads, for `shape` or a larger one; to be disposed before the cache changes. */
  values(engine: Engine, shape: CacheShape): Record<string, Value>
}

export const pastKeys = (layer: number): string => `${layer}.pastKeys`
export const pastValues = (layer: number): string => `${layer}.pastValues`

/** A size may be negative: free. */
export function cacheSpecs(config: ModelConfig, { rows, slots }: CacheShape): Record<string, Spec> {
  const specs: Record<string, Spec> = { mask: { shape: [rows, slots], dtype: 'float32' } }
  for (let layer = 0; layer < config.layers; layer++) {
    specs[pastKeys(layer)] = { shape: [slots, rows, config.kvHeads, config.headWidth], dtype: 'float32' }
    specs[pastValues(layer)] = { shape: [slots, rows, config.kvHeads, config.headWidth], dtype: 'float32' }
  }
  return specs
}

/** Two arrays a layer, keys and values: [capacity, rows, G·W], of which the slots from `begin` to `end` are in use. */
export function createCache(config: ModelConfig): Cache {
  const width = config.kvHeads * config.headWidth
  let memory = Array.from({ length: 2 * config.layers }, () => new Float32Array())
  let lengths: number[] = []
  let capacity = 0
  let begin = 0
  let end = 0
  const used = (): number => lengths.reduce((most, length) => Math.max(most, length), 0)

  /** Brings the used slots to the end of the first `slots` of new arrays. */
  const rearrange = (rows: number, slots: number, nextCapacity: number): void => {
    const count = Math.min(end - begin, slots)
    const [former, kept] = [lengths.length * width, Math.min(rows, lengths.length) * width]
    memory = memory.map((data) => {
      const next = new Float32Array(nextCapacity * rows * width)
      for (let slot = 0; slot < count; slot++) {
        const from = (end - count + slot) * former
        next.set(data.subarray(from, from + kept), (slots - count + slot) * rows * width)
      }
      return next
    })
    lengths = Array.from({ length: rows }, (_, row) => lengths[row] ?? 0)
    begin = slots - count
    end = slots
    capacity = nextCapacity
  }
  const fromSource = (index: number, { keys, values, rows, positions }: NewPositions, row: number, count: number): Float32Array => {
    const start = ((index >> 1) * rows + row) * positions * width
    return (index % 2 === 0 ? keys : values).subarray(start, start + count * width)
  }

  return {
    get shape() {
      return { rows: lengths.length, slots: end - begin }
    },
    get lengths() {
      return lengths
    },
    resize(rows) {
      if (rows === lengths.length) return
      lengths = lengths.map((length, row) => (row < rows ? length : 0))
      begin = end - used()
      rearrange(rows, end - begin, end - begin + slack(end - begin))
    },
    admit(row, source, sourceRow, count) {
      lengths[row] = 0
      const slots = Math.max(used(), count)
      begin = end - used()
      if (slots > end) rearrange(lengths.length, slots, slots + slack(slots))
      begin = end - slots
      lengths[row] = count
      const rows = lengths.length
      memory.forEach((data, index) => {
        const numbers = fromSource(index, source, sourceRow, count)
        for (let position = 0; position < count; position++) {
          data.set(numbers.subarray(position * width, (position + 1) * width), ((end - count + position) * rows + row) * width)
        }
      })
    },
    append(source) {
      const rows = lengths.length
      if (end === capacity) rearrange(rows, end - begin, end - begin + slack(end - begin))
      memory.forEach((data, index) => data.set(fromSource(index, source, 0, rows), end * rows * width))
      end += 1
      lengths = lengths.map((length) => (length === 0 ? 0 : length + 1))
      begin = end - used()
    },
    move(from, to) {
      const rows = lengths.length
      for (const data of memory) {
        for (let slot = end - lengths[from]!; slot < end; slot++) {
          const start = (slot * rows + from) * width
          data.copyWithin((slot * rows + to) * width, start, start + width)
        }
      }
      lengths[to] = lengths[from]!
      begin = end - used()
    },
    free(row) {
      lengths[row] = 0
      begin = end - used()
    },
    values(engine, shape) {
      const specs = cacheSpecs(config, shape)
      const rows = lengths.length
      const whole = shape.rows === rows && shape.slots === end - begin
      const borrow = whole ? engine.borrow ?? engine.value : engine.value
      const result: Record<string, Value> = { mask: engine.value(maskOf(shape, lengths), specs['mask']!.shape) }
      memory.forEach((data, index) => {
        const name = (index % 2 === 0 ? pastKeys : pastValues)(index >> 1)
        const filled = data.subarray(begin * rows * width, end * rows * width)
        result[name] = borrow.call(engine, whole ? filled : padded(filled, rows * width, shape, width), specs[name]!.shape)
      })
      return result
    },
  }
}

/** Slots to hold beyond those in use, so that a new moment seldom moves the others. */
const slack = (slots: number): number => Math.max(32, slots >> 1)

/** Slots of `size` numbers as the last slots, and the first rows of each, of a larger shape. */
function padded(data: Float32Array, size: number, { rows, slots }: CacheShape, width: number): Float32Array {
  const result = new Float32Array(slots * rows * width)
  const count = data.length / size
  for (let slot = 0; slot < count; slot++) {
    result.set(data.subarray(slot * size, (slot + 1) * size), (slots - count + slot) * rows * width)
  }
  return result
}

/** 0 for a filled slot, `masked` for an empty one: each row's slots are the last; rows beyond `lengths` are empty. */
function maskOf({ rows, slots }: CacheShape, lengths: readonly number[]): Float32Array {
  const mask = new Float32Array(rows * slots).fill(masked)
  lengths.forEach((length, row) => mask.fill(0, (row + 1) * slots - length, (row + 1) * slots))
  return mask
}
