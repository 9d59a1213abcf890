// Checkpoints of karpathy/llama2.c: the legacy float32 file (called version 0), the "ak42" float32 file (version 1)
// and the "ak42" file of int8 groups (version 2, Q8_0). Rotary pairs are interleaved in all of them.
import { StageFailure } from '../run/stage.ts'
import { weightShapes, type ModelConfig, type Weights, type WeightTensor } from './config.ts'
import { readFloat32 } from './floats.ts'
import { transpose } from './layout.ts'
import { llama2cSpecial, readLlama2cTokenizer } from './llama2c-tokenizer.ts'
import type { LanguageModel } from './model.ts'

export interface Checkpoint {
  readonly config: ModelConfig
  readonly weights: Weights
}

export interface NamedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

interface Header {
  readonly version: 0 | 1 | 2
  readonly config: ModelConfig
  /** Where the weights begin, in bytes. */
  readonly start: number
  /** Numbers that share one scale; version 2 only. */
  readonly group: number
}

const magic = 0x616b3432
const legacyHeader = 28
const versionedHeader = 256

const matricesOfBlocks = ['*.query', '*.key', '*.value', '*.attention', '*.gate', '*.down', '*.up']
/** What follows the header, in order; `*` stands for each block in turn. The rotary tables of legacy files are computed anew. */
const stored = {
  0: [
    'embedding', '*.norm1', '*.query', '*.key', '*.value', '*.attention', '*.norm2', '*.gate', '*.down', '*.up',
    'norm', 'rotary', 'output',
  ],
  1: ['*.norm1', '*.norm2', 'norm', 'embedding', ...matricesOfBlocks, 'output'],
  2: ['*.norm1', '*.norm2', 'norm', 'embedding', ...matricesOfBlocks, 'output'],
} as const

/**
 * Reads a checkpoint of any of the three versions; `name` is what messages call the file.
 * Throws a StageFailure when the header is not one of llama2.c or the length is not what the header asks for.
 */
export function readLlama2c(bytes: Uint8Array, name: string): Checkpoint {
  const header = readHeader(bytes, name)
  const expected = header.start + contentBytes(header)
  if (bytes.length !== expected) {
    const kind = `a llama2.c checkpoint of version ${header.version} with ${describe(header.config)}`
    throw new StageFailure(
      `${name}: ${kind} has ${expected} bytes, this file has ${bytes.length}`,
      bytes.length < expected
        ? 'fetch the file again: it is cut off, or not a llama2.c checkpoint'
        : 'check that the file is a llama2.c checkpoint and nothing was appended to it',
    )
  }
  return { config: header.config, weights: readWeights(bytes, header) }
}

/** The shape alone, from the file's first 256 bytes (or more); throws a StageFailure when they are no header. */
export function readLlama2cConfig(bytes: Uint8Array, name: string): ModelConfig {
  return readHeader(bytes, name).config
}

/**
 * The model of a checkpoint and its tokenizer.bin, given with the names that messages call them by.
 * Rotary pairs stay interleaved until the model is written. The template says what precedes a response.
 */
export function modelFromLlama2c(weights: NamedFile, tokenizer: NamedFile, template: string): LanguageModel {
  const checkpoint = readLlama2c(weights.bytes, weights.name)
  const read = readLlama2cTokenizer(tokenizer.bytes, tokenizer.name)
  const { vocabulary } = checkpoint.config
  if (read.vocabulary !== vocabulary) {
    throw new StageFailure(
      `${tokenizer.name} holds ${read.vocabulary} tokens, but ${weights.name} has a vocabulary of ${vocabulary}`,
      'give the tokenizer.bin that belongs to the checkpoint',
    )
  }
  return { ...checkpoint, special: llama2cSpecial, tokenizer: read, template }
}

function describe({ layers, width, vocabulary }: ModelConfig): string {
  return `${layers} layers, width ${width} and vocabulary ${vocabulary}`
}

function readHeader(bytes: Uint8Array, name: string): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < legacyHeader) {
    throw notACheckpoint(name, `it has ${bytes.length} bytes; the header alone has ${legacyHeader}`)
  }
  if (view.getUint32(0, true) !== magic) {
    const vocabulary = view.getInt32(20, true)
    return { version: 0, config: readConfig(view, 0, vocabulary > 0, name), start: legacyHeader, group: 0 }
  }
  if (bytes.length < versionedHeader) {
    throw notACheckpoint(name, `it has ${bytes.length} bytes; an ak42 header has ${versionedHeader}`)
  }
  const version = view.getInt32(4, true)
  if (version !== 1 && version !== 2) {
    throw notACheckpoint(name, `its version is ${version}; versions 1 (float32) and 2 (int8 groups) are known`)
  }
  const config = readConfig(view, 8, view.getUint8(36) === 1, name)
  const group = version === 2 ? view.getInt32(37, true) : 0
  if (version === 2 && (group < 1 || matrixSizes(config).some((size) => size % group !== 0))) {
    throw notACheckpoint(name, `its group size ${group} does not divide its matrices`)
  }
  return { version, config, start: versionedHeader, group }
}

function readConfig(view: DataView, offset: number, tied: boolean, name: string): ModelConfig {
  const field = (index: number) => view.getInt32(offset + 4 * index, true)
  const [width, hidden, layers, heads, kvHeads, context] = [field(0), field(1), field(2), field(3), field(4), field(6)]
  const vocabulary = Math.abs(field(5))
  const sizes = { width, hidden, layers, heads, kvHeads, vocabulary, context }
  for (const [size, value] of Object.entries(sizes)) {
    if (value < 1) throw notACheckpoint(name, `its header gives ${size} = ${value}`)
  }
  if (width % heads !== 0 || heads % kvHeads !== 0 || (width / heads) % 2 !== 0) {
    const sizesGiven = `width ${width}, ${heads} heads and ${kvHeads} key/value heads`
    throw notACheckpoint(name, `its header gives ${sizesGiven}, which do not divide evenly`)
  }
  return { ...sizes, headWidth: width / heads, ropeTheta: 10_000, ropeLayout: 'interleaved', normEpsilon: 1e-5, tied }
}

function notACheckpoint(name: string, reason: string): StageFailure {
  return new StageFailure(
    `${name} is not a llama2.c checkpoint: ${reason}`,
    'give a .bin file written by llama2.c, or a Hugging Face directory',
  )
}

/** Element counts of the matrices of one block, then of the embedding. */
function matrixSizes({ width, heads, kvHeads, headWidth, hidden, vocabulary }: ModelConfig): readonly number[] {
  const queries = width * heads * headWidth
  const keys = width * kvHeads * headWidth
  return [queries, keys, keys, queries, width * hidden, width * hidden, width * hidden, vocabulary * width]
}

/** Computed from the sizes alone, so that a header of garbage is refused before anything is allocated. */
function contentBytes({ version, config, group }: Header): number {
  const { layers, width, vocabulary, context, headWidth, tied } = config
  const blocks = matrixSizes(config).slice(0, -1).reduce((sum, size) => sum + size, 0)
  const matrices = layers * blocks + (tied ? 1 : 2) * vocabulary * width
  const norms = (2 * layers + 1) * width
  if (version === 2) return 4 * norms + matrices + 4 * (matrices / group)
  return 4 * (norms + matrices + (version === 0 ? context * headWidth : 0))
}

function readWeights(bytes: Uint8Array, { version, config, start, group }: Header): Weights {
  const shapes = weightShapes(config)
  const found = new Map<string, WeightTensor>()
  let offset = start
  const floats = (count: number) => {
    const values = readFloat32(bytes, offset, count)
    offset += 4 * count
    return values
  }
  const quantised = (count: number) => {
    const integers = new Int8Array(bytes.buffer, bytes.byteOffset + offset, count)
    offset += count
    const scales = floats(count / group)
    return Float32Array.from(integers, (integer, index) => integer * scales[Math.floor(index / group)]!)
  }
  for (const name of namesInOrder(version, config.layers)) {
    if (name === 'rotary') offset += 4 * config.context * config.headWidth
    const shape = shapes.get(name)
    if (shape === undefined) continue
    const [rows, columns] = shape as readonly [number, number | undefined]
    if (columns === undefined) found.set(name, { shape, data: floats(rows) })
    else {
      const data = version === 2 ? quantised(rows * columns) : floats(rows * columns)
      found.set(name, { shape, data: name === 'embedding' ? data : transpose(data, columns, rows) })
    }
  }
  return new Map([...shapes.keys()].map((name) => [name, found.get(name)!]))
}

function namesInOrder(version: Header['version'], layers: number): readonly string[] {
  return stored[version].flatMap((part) =>
    part.startsWith('*') ? Array.from({ length: layers }, (_, layer) => part.replace('*', String(layer))) : [part])
}
