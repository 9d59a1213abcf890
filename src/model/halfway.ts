// The state of unfinished training as bytes, and back: with it, training goes on to the same weights, bit for bit.
import type { CurvePoint } from '../data/result.ts'

export interface UnfinishedTraining {
  /** One point for each step that was taken. */
  readonly curve: readonly CurvePoint[]
  /** The optimiser's vectors by name, all of one length, float32. */
  readonly vectors: Readonly<Record<string, Float32Array>>
}

/** A header of JSON, its length (32 bits, little-endian) before it, and the vectors after it in the order of their names. */
export function packUnfinished({ curve, vectors }: UnfinishedTraining): Uint8Array {
  const names = Object.keys(vectors).sort()
  const size = vectors[names[0]!]!.length
  const header = new TextEncoder().encode(JSON.stringify({ names, size, curve }))
  const bytes = new Uint8Array(4 + header.length + 4 * size * names.length)
  new DataView(bytes.buffer).setUint32(0, header.length, true)
  bytes.set(header, 4)
  names.forEach((name, index) => {
    const vector = vectors[name]!
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), 4 + header.length + 4 * size * index)
  })
  return bytes
}

/** Undefined when the bytes are those of other vectors, as after a change of this program. */
export function unpackUnfinished(bytes: Uint8Array, names: readonly string[], size: number): UnfinishedTraining | undefined {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as {
    names: readonly string[]; size: number; curve: readonly CurvePoint[]
  }
  const wanted = [...names].sort()
  if (header.size !== size || header.names.join() !== wanted.join()) return undefined
  // Copied, since a float32 view must begin at a multiple of four.
  const vectors = wanted.map((name, index): [string, Float32Array] => {
    const start = 4 + length + 4 * size * index
    return [name, new Float32Array(bytes.slice(start, start + 4 * size).buffer)]
  })
  return { curve: header.curve, vectors: Object.fromEntries(vectors) }
}
