// Keys and values of the positions already read, kept on the host: only a step's new rows leave the engine, and are written in here.
// Row = sequence of the running batch; slot = position. One array a layer for keys and one for values, each [rows, G, slots, W]:
// what one head of one sequence reads lies in one piece, where an engine that can borrow finds it.
import type { Engine, Spec, Value } from '../tensor/engine.ts'
import { masked } from './attention.ts'
import type { ModelConfig } from './config.ts'

/** Keys and values of positions from an engine: all layers one after the other, [layers, rows, G, positions, W]. */
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
  readonly shape: CacheShape
  /** Changes the shape; rows and slots that exist before and after keep what they hold. */
  resize(shape: CacheShape): void
  /** Copies the first `count` positions of a row of `source` into slots `slot` … of a row. */
  write(row: number, slot: number, source: NewPositions, sourceRow: number, count: number): void
  /** Copies a row over another. */
  move(from: number, to: number): void
  /** What the decoding step reads, `lengths` being the filled slots of each row; to be disposed before the cache changes. */
  values(engine: Engine, lengths: readonly number[]): Record<string, Value>
}

export const pastKeys = (layer: number): string => `${layer}.pastKeys`
export const pastValues = (layer: number): string => `${layer}.pastValues`

/** Sizes may be negative: free. */
export function cacheSpecs(config: ModelConfig, { rows, slots }: CacheShape): Record<string, Spec> {
  const specs: Record<string, Spec> = { mask: { shape: [rows, slots], dtype: 'float32' } }
  for (let layer = 0; layer < config.layers; layer++) {
    specs[pastKeys(layer)] = { shape: [rows, config.kvHeads, slots, config.headWidth], dtype: 'float32' }
    specs[pastValues(layer)] = { shape: [rows, config.kvHeads, slots, config.headWidth], dtype: 'float32' }
  }
  return specs
}

/**
 * A cache that may grow up to `most`: its memory is laid out anew in place, and pages that were never reached take no room.
 * The arrays of keys and values take turns: those of layer l are number 2l and 2l + 1.
 */
export function createCache(config: ModelConfig, most: CacheShape): Cache {
  const { kvHeads: groups, headWidth: width } = config
  let shape: CacheShape = { rows: 0, slots: 0 }
  const memory = Array.from({ length: 2 * config.layers }, () => new Float32Array(most.rows * groups * most.slots * width))
  const rowSize = (): number => groups * shape.slots * width

  return {
    get shape() {
      return shape
    },
    resize(next) {
      if (next.rows > most.rows || next.slots > most.slots) throw new Error(`the cache cannot hold ${next.rows} × ${next.slots}`)
      const blocks = Math.min(next.rows, shape.rows) * groups
      for (const data of memory) relay(data, blocks, shape.slots * width, next.slots * width)
      shape = next
    },
    write(row, slot, { keys, values, rows, positions }, sourceRow, count) {
      for (let index = 0; index < memory.length; index++) {
        const [source, target] = [index % 2 === 0 ? keys : values, memory[index]!]
        const layer = index >> 1
        for (let group = 0; group < groups; group++) {
          const from = ((layer * rows + sourceRow) * groups + group) * positions * width
          const to = row * rowSize() + (group * shape.slots + slot) * width
          // A loop: for a few numbers a view costs more than copying them.
          for (let offset = 0; offset < count * width; offset++) target[to + offset] = source[from + offset]!
        }
      }
    },
    move(from, to) {
      for (const data of memory) data.copyWithin(to * rowSize(), from * rowSize(), (from + 1) * rowSize())
    },
    values(engine, lengths) {
      const specs = cacheSpecs(config, shape)
      const borrow = engine.borrow ?? engine.value
      const result: Record<string, Value> = { mask: engine.value(maskOf(shape, lengths), specs['mask']!.shape) }
      memory.forEach((data, index) => {
        const name = (index % 2 === 0 ? pastKeys : pastValues)(index >> 1)
        result[name] = borrow.call(engine, data.subarray(0, shape.rows * rowSize()), specs[name]!.shape)
      })
      return result
    },
  }
}

/** Moves blocks that lie `before` numbers apart to lie `after` apart, none over one that has still to move. */
function relay(data: Float32Array, blocks: number, before: number, after: number): void {
  if (before === after) return
  for (let turn = 0; turn < blocks; turn++) {
    const block = after > before ? blocks - 1 - turn : turn
    data.copyWithin(block * after, block * before, block * before + Math.min(before, after))
  }
}

/** 0 for a filled slot, `masked` for an empty one; rows beyond `lengths` are empty. */
function maskOf({ rows, slots }: CacheShape, lengths: readonly number[]): Float32Array {
  const mask = new Float32Array(rows * slots).fill(masked)
  lengths.forEach((length, row) => mask.fill(0, row * slots, row * slots + length))
  return mask
}
