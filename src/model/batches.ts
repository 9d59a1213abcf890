// Which rows each training step sees, decided before the first step from random numbers and lengths alone.
import { permutation, type Stream } from '../random.ts'
import { chooseLengths, fitting, roundUp } from './padding.ts'
import { type BatchShape, readCount, scoredCount, type Sequence } from './scored.ts'

/** A step compiled for one more shape costs about as much as this many steps. */
const compilation = 5

export interface Batch {
  /** Rows of the data, in the order in which they are laid out. */
  readonly rows: readonly number[]
  readonly shape: BatchShape
}

/**
 * The rows of each of `steps` batches. Every epoch is a fresh permutation of all rows and follows the one before without a gap,
 * so every batch is full. Within each window of at most `widest` batches, rows are sorted by length and the batches then shuffled: rows of like
 * length share a batch and little is padded. With a window of 1 batches are drawn without regard to length. A window never
 * spans more than an epoch, which would gather the repetitions of one row.
 */
export function drawRows(
  lengths: readonly number[], steps: number, size: number, widest: number, random: Stream,
): readonly (readonly number[])[] {
  const window = Math.max(1, Math.min(widest, Math.floor(lengths.length / size)))
  const order = epochs(lengths.length, steps * size, random.child('epoch'))
  const batches: number[][] = []
  for (let start = 0; start < order.length; start += window * size) {
    const near = order.slice(start, start + window * size)
    if (window > 1) near.sort((a, b) => lengths[a]! - lengths[b]!)
    const count = near.length / size
    const shuffled = window > 1 ? permutation(random.child('window').child(start), count) : [...Array(count).keys()]
    for (const batch of shuffled) batches.push(near.slice(batch * size, (batch + 1) * size))
  }
  return batches
}

function epochs(count: number, total: number, random: Stream): number[] {
  const order: number[] = []
  for (let epoch = 0; order.length < total; epoch++) {
    for (const row of permutation(random.child(epoch), count)) order.push(row)
  }
  return order.slice(0, total)
}

/**
 * Each batch cut into `parts` of equal size, one after the other; rows of like length share a part. Throws (our bug) when a batch
 * cannot be cut so.
 */
export function cutBatches(batches: readonly (readonly number[])[], parts: number, lengths: readonly number[]): readonly (readonly number[])[] {
  if (parts === 1) return batches
  return batches.flatMap((rows) => {
    const size = rows.length / parts
    if (!Number.isInteger(size)) throw new Error(`bug: a batch of ${rows.length} cannot be cut into ${parts} equal parts`)
    const sorted = [...rows].sort((a, b) => lengths[a]! - lengths[b]!)
    return Array.from({ length: parts }, (_, part) => sorted.slice(part * size, (part + 1) * size))
  })
}

/** Gives every batch one of a few shapes. `sequences` lists the sequences of a batch (two for each pair). */
export function shapeBatches(
  batches: readonly (readonly number[])[], sequences: (rows: readonly number[]) => readonly Sequence[],
): Batch[] {
  const measured = batches.map((rows) => {
    const laid = sequences(rows)
    const length = Math.max(...laid.map(readCount))
    return { rows, count: laid.length, length, scored: laid.reduce((total, sequence) => total + scoredCount(sequence), 0) }
  })
  const sizes = chooseLengths(measured.map(({ length }) => length), compilation)
  const most = new Map<number, number>()
  for (const { length, scored } of measured) {
    const size = fitting(sizes, length)
    most.set(size, Math.max(most.get(size) ?? 1, scored))
  }
  return measured.map(({ rows, count, length }) => {
    const size = fitting(sizes, length)
    return { rows, shape: { sequences: count, length: size, scored: roundUp(most.get(size)!, 8) } }
  })
}
