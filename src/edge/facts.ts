// What the plan must know of the files a program names: content digests, sizes, and the shape of models.
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { namedFiles } from '../kinds/expand.ts'
import type { FileFacts } from '../kinds/facts.ts'
import type { Program } from '../language/program.ts'
import type { ModelConfig } from '../model/config.ts'
import { readHuggingFaceConfig } from '../model/huggingface-config.ts'
import { readLlama2cConfig } from '../model/llama2c.ts'
import type { Json } from '../plan/node.ts'
import { fileDigest } from '../run/hash.ts'
import { StageFailure } from '../run/stage.ts'

/** Files of a Hugging Face folder that a model is read from; others (README, images) cannot change it. */
const folderFiles = /^(config|generation_config|tokenizer|tokenizer_config|model\.safetensors\.index)\.json$|\.safetensors$/

/** By path as written. Paths are relative to the folder of the .dice file. */
export function gatherFacts(program: Program, directory: string): Record<string, FileFacts | { problem: string }> {
  const base = dirname(resolve(directory, program.source.path))
  const paths = new Set(namedFiles(program).map(({ path }) => path))
  return Object.fromEntries([...paths].map((path) => [path, factsOf(resolve(base, path))]))
}

function factsOf(path: string): FileFacts | { problem: string } {
  try {
    const status = statSync(path)
    // Reading a device or a pipe might never end.
    if (!status.isDirectory() && !status.isFile()) return { problem: 'it is neither a file nor a folder' }
    return status.isDirectory() ? folderFacts(path) : fileFacts(path)
  } catch (error) {
    if (error instanceof StageFailure) return { problem: `${error.message}; ${error.remedy}` }
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'there is no such file' }
    if (code === 'EACCES' || code === 'EPERM') return { problem: 'permission denied' }
    return { problem: message }
  }
}

function fileFacts(path: string): FileFacts {
  const { size } = statSync(path)
  const file = { name: 'file', path, digest: fileDigest(path), bytes: size }
  const config = path.endsWith('.bin') ? checkpointConfig(path) : undefined
  return { files: [file], ...(config === undefined ? {} : { config }) }
}

/** Undefined for a file that is no checkpoint (a tokenizer is a `.bin` too): the import stage says what is wrong with it. */
function checkpointConfig(path: string): ModelConfig | undefined {
  try {
    return readLlama2cConfig(firstBytes(path, 256), path)
  } catch (error) {
    if (error instanceof StageFailure) return undefined
    throw error
  }
}

function firstBytes(path: string, count: number): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(count)
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0))
  } finally {
    closeSync(file)
  }
}

function folderFacts(path: string): FileFacts | { problem: string } {
  const names = readdirSync(path).filter((name) => folderFiles.test(name)).sort()
  const missing = ['config.json', 'tokenizer.json'].find((needed) => !names.includes(needed)) ??
    (names.some((name) => name.endsWith('.safetensors')) ? undefined : '.safetensors file')
  if (missing !== undefined) return { problem: `it is a folder, and not that of a model: it holds no ${missing}` }
  const files = names.map((name) => {
    const file = join(path, name)
    return { name, path: file, digest: fileDigest(file), bytes: statSync(file).size }
  })
  const config = jsonOf(join(path, 'config.json'))
  if (config === undefined) return { problem: 'its config.json is not JSON' }
  return { files, config: readHuggingFaceConfig(config, 'its config.json') }
}

function jsonOf(path: string): Json | undefined {
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
