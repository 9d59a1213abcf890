// The safetensors format: a JSON header that names tensors and where their bytes lie, then the bytes.
// Read from one file or several, always as float32; written in the order of names, so that equal tensors are equal bytes.
import { StageFailure } from '../run/stage.ts'
import type { Weights, WeightTensor } from './config.ts'
import { bfloat16Bytes, float16Bytes, float32Bytes, readBfloat16, readFloat16, readFloat32 } from './floats.ts'

/** A tensor in a file, converted to float32 only when it is asked for. */
export interface StoredTensor {
  readonly file: string
  readonly dtype: string
  readonly shape: readonly number[]
  /** Throws a StageFailure for a type that is no floating-point type we read. */
  read(): Float32Array
}

export type StoredTensors = ReadonlyMap<string, StoredTensor>

interface Entry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

const readers: Readonly<Record<string, (bytes: Uint8Array, offset: number, count: number) => Float32Array>> = {
  F32: readFloat32, F16: readFloat16, BF16: readBfloat16,
}

/** How weights may be stored; arithmetic is in float32 all the same. */
export const weightTypes = {
  float32: { tag: 'F32', bytes: float32Bytes },
  bfloat16: { tag: 'BF16', bytes: bfloat16Bytes },
  float16: { tag: 'F16', bytes: float16Bytes },
} as const

export type WeightType = keyof typeof weightTypes

/** Bytes of one element, for every type of the format. */
const elementBytes: Readonly<Record<string, number>> = {
  BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, F8_E8M0: 1, I16: 2, U16: 2, F16: 2, BF16: 2,
  I32: 4, U32: 4, F32: 4, I64: 8, U64: 8, F64: 8,
}

/**
 * The tensors of a safetensors file; `file` is what messages call it. The header is checked whole before any tensor is read:
 * throws a StageFailure when it is cut off, is not JSON, or its offsets overlap, leave gaps or do not fit shape and type.
 */
export function readSafetensors(bytes: Uint8Array, file: string): StoredTensors {
  const { entries, start } = readHeader(bytes, file)
  checkOffsets(entries, bytes.length - start, file)
  return new Map(entries.map(({ name, dtype, shape, begin }) => [name, {
    file, dtype, shape,
    read: () => {
      const reader = readers[dtype]
      if (reader === undefined) {
        throw new StageFailure(
          `${file}: tensor ${name} is ${dtype}; F32, F16 and BF16 can be read`,
          'convert the weights to one of these, for example with model.to(torch.bfloat16)',
        )
      }
      return reader(bytes, start + begin, elements(shape))
    },
  }]))
}

/** The tensors of several files together. Throws a StageFailure when two files hold the same name. */
export function joinSafetensors(parts: readonly StoredTensors[]): StoredTensors {
  const all = new Map<string, StoredTensor>()
  for (const part of parts) {
    for (const [name, tensor] of part) {
      const other = all.get(name)
      if (other !== undefined) {
        throw new StageFailure(
          `tensor ${name} is both in ${other.file} and in ${tensor.file}`,
          'keep the files of one model only',
        )
      }
      all.set(name, tensor)
    }
  }
  return all
}

function readHeader(bytes: Uint8Array, file: string): { entries: Entry[]; start: number } {
  if (bytes.length < 8) throw damaged(file, `it has ${bytes.length} bytes; its header's length alone takes 8`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  const start = 8 + length
  if (start > bytes.length) throw damaged(file, `its header should have ${length} bytes, but ${bytes.length - 8} follow`)
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, start)))
  } catch (error) {
    throw damaged(file, `its header is not JSON (${error instanceof Error ? error.message : String(error)})`)
  }
  if (!isObject(header)) throw damaged(file, 'its header is not a JSON object')
  const described = Object.entries(header).filter(([name]) => name !== '__metadata__')
  return { entries: described.map(([name, value]) => readEntry(name, value, file)), start }
}

function readEntry(name: string, value: unknown, file: string): Entry {
  if (!isObject(value)) throw damaged(file, `its header describes tensor ${name} by no object`)
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string' || !Object.hasOwn(elementBytes, dtype)) {
    throw damaged(file, `tensor ${name} has the unknown type ${JSON.stringify(dtype)}`)
  }
  if (!isCounts(shape)) throw damaged(file, `tensor ${name} has the shape ${JSON.stringify(shape)}`)
  if (!isCounts(offsets) || offsets.length !== 2) throw damaged(file, `tensor ${name} has the offsets ${JSON.stringify(offsets)}`)
  return { name, dtype, shape, begin: offsets[0]!, end: offsets[1]! }
}

/** Tensors must follow one another without overlap or gap and fill the file, as the format demands. */
function checkOffsets(entries: readonly Entry[], available: number, file: string): void {
  let reached = 0
  let before = ''
  for (const { name, dtype, shape, begin, end } of [...entries].sort((one, two) => one.begin - two.begin || one.end - two.end)) {
    const expected = elements(shape) * elementBytes[dtype]!
    if (end - begin !== expected) {
      const kind = `${dtype} of shape [${shape.join(', ')}]`
      throw damaged(file, `tensor ${name}, ${kind}, takes ${expected} bytes, but its offsets are ${begin} and ${end}`)
    }
    if (end > available) throw damaged(file, `tensor ${name} ends at byte ${end} of ${available} that follow the header`)
    if (begin < reached) throw damaged(file, `tensors ${before} and ${name} overlap`)
    if (begin > reached) throw damaged(file, `bytes ${reached} to ${begin} belong to no tensor`)
    reached = end
    before = name
  }
  if (reached < available) throw damaged(file, `${available - reached} bytes follow the last tensor`)
}

/**
 * One file, its tensors rounded to `dtype` and sorted by name (UTF-16 order), data beginning at a multiple of eight bytes.
 * Metadata are texts that other tools look for, such as `format: "pt"`. Throws a StageFailure for a number too large for float16.
 */
export function writeSafetensors(
  tensors: Weights, metadata: Readonly<Record<string, string>> = {}, dtype: WeightType = 'float32',
): Uint8Array {
  const { tag } = weightTypes[dtype]
  const sorted = [...tensors].sort(([one], [two]) => (one < two ? -1 : one > two ? 1 : 0))
  const header: Record<string, unknown> = Object.keys(metadata).length === 0 ? {} : { __metadata__: metadata }
  let offset = 0
  for (const [name, { shape, data }] of sorted) {
    if (elements(shape) !== data.length) throw new Error(`bug: tensor ${name} of shape [${shape}] holds ${data.length} numbers`)
    const end = offset + data.length * elementBytes[tag]!
    header[name] = { dtype: tag, shape, data_offsets: [offset, end] }
    offset = end
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const length = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + length + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.fill(0x20, 8, 8 + length)
  bytes.set(text, 8)
  let position = 8 + length
  for (const [name, { data }] of sorted) {
    const stored = rounded(name, data, dtype)
    bytes.set(stored, position)
    position += stored.length
  }
  return bytes
}

/** Largest float32 that rounds to a finite float16. */
const largestHalf = 65519.996

function rounded(name: string, data: Float32Array, dtype: WeightType): Uint8Array {
  const beyond = dtype === 'float16' ? data.find((value) => Number.isFinite(value) && Math.abs(value) > largestHalf) : undefined
  if (beyond !== undefined) {
    throw new StageFailure(`tensor ${name} holds ${beyond}, and float16 ends at 65504`, 'store the weights as bfloat16, which has the range of float32')
  }
  return weightTypes[dtype].bytes(data)
}

/**
 * The tensor of a name, as float32 and with the shape asked for.
 * Throws a StageFailure with name, expected and found shape when it is missing or of another shape.
 */
export function takeTensor(tensors: StoredTensors, name: string, shape: readonly number[], file: string): WeightTensor {
  const found = tensors.get(name)
  const expected = `[${shape.join(', ')}]`
  if (found === undefined) {
    throw new StageFailure(
      `${file}: there is no tensor ${name} of shape ${expected}`,
      'check that config.json and the weights belong together and that all files are there',
    )
  }
  if (found.shape.length !== shape.length || found.shape.some((size, axis) => size !== shape[axis])) {
    throw new StageFailure(
      `${found.file}: tensor ${name} has the shape [${found.shape.join(', ')}]; config.json asks for ${expected}`,
      'check that config.json and the weights belong together',
    )
  }
  return { shape, data: found.read() }
}

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

function damaged(file: string, reason: string): StageFailure {
  return new StageFailure(
    `${file} is not a sound safetensors file: ${reason}`,
    'fetch the file again: it is cut off, damaged, or something else (a Git LFS pointer?)',
  )
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0)
}
