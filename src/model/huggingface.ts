// Models as Hugging Face folders: config.json, safetensors, tokenizer.json. The same folder, with a small dice.json beside it for
// what Hugging Face has no field for, is how every stage leaves a model. Weights in such folders have their rotary pairs in halves;
// a model whose pairs are interleaved is converted once, when it is written, so that every later stage sees one layout.
import type { Json } from '../plan/node.ts'
import { jsonFile } from '../run/files.ts'
import { StageFailure, type Files } from '../run/stage.ts'
import { weightShapes, type ModelConfig, type Special, type Weights, type WeightTensor } from './config.ts'
import { findSpecial, readHuggingFaceConfig, writeHuggingFaceConfig } from './huggingface-config.ts'
import { inHalves } from './layout.ts'
import type { LanguageModel } from './model.ts'
import { adapterFromPeft, peftConfigFile } from './peft.ts'
import { joinSafetensors, readSafetensors, takeTensor, writeSafetensors, type StoredTensors, type WeightType } from './safetensors.ts'
import { isTurned, storedName, turned } from './stored-names.ts'
import { tokenizerFromJson, type Tokenizer } from './tokenizer.ts'

export type ReadFile = (name: string) => Uint8Array
export type HasFile = (name: string) => boolean

const singleFile = 'model.safetensors'
const indexFile = 'model.safetensors.index.json'

/** dice.json: what config.json cannot say. */
interface OwnFacts {
  readonly template: string
  readonly special: Special
}

/**
 * The model in a Hugging Face folder, whose files are read by name. The template says what precedes a response.
 * Throws a StageFailure that names the file for another architecture, a missing or misshapen tensor, and anything damaged.
 */
export function modelFromHuggingFace(read: ReadFile, has: HasFile, template: string): LanguageModel {
  const described = json(read, has, 'config.json')
  const config = readHuggingFaceConfig(described)
  const tokenizer = readTokenizer(read, has, config)
  const own = has('dice.json') ? readOwnFacts(read, has) : undefined
  const generation = has('generation_config.json') ? json(read, has, 'generation_config.json') : {}
  const special = own?.special ?? findSpecial(described, generation, tokenizer, config.vocabulary)
  return { config, special, weights: readWeights(read, has, config), tokenizer, template }
}

/**
 * The files of a Hugging Face folder that holds this model without its adapter, weights rounded to `dtype`.
 * Equal models give equal bytes. Throws a StageFailure for a weight too large for float16.
 */
export function toHuggingFace(model: LanguageModel, dtype: WeightType = 'float32'): Files {
  const { config, special, weights, tokenizer } = inHalves(model)
  const stored = new Map<string, WeightTensor>()
  for (const name of weightShapes(config).keys()) stored.set(storedName(name), turned(weights.get(name)!, isTurned(name)))
  return {
    'config.json': jsonFile(writeHuggingFaceConfig(config, special, dtype)),
    [singleFile]: writeSafetensors(stored, { format: 'pt' }, dtype),
    'tokenizer.json': jsonFile(tokenizer.definition.json),
    'tokenizer_config.json': jsonFile(tokenizerConfig(tokenizer, special, config.context)),
  }
}

/** What a stage leaves for a model without an adapter: its Hugging Face folder and dice.json. */
export function modelToFiles(model: LanguageModel, dtype?: WeightType): Files {
  if (model.adapter !== undefined) throw new Error('bug: an adapter is stored apart from its base')
  const own: OwnFacts = { template: model.template, special: model.special }
  return { ...toHuggingFace(model, dtype), 'dice.json': jsonFile(own) }
}

/**
 * The model that a stage left; an adapter's files lie over those of its `base`. Float32 weights have every bit of those that were
 * written, with rotary pairs in halves.
 */
export function modelFromFiles(read: ReadFile, has: HasFile, base?: { readonly read: ReadFile; readonly has: HasFile }): LanguageModel {
  if (!has(peftConfigFile)) return modelFromHuggingFace(read, has, readOwnFacts(read, has).template)
  if (base === undefined) throw new Error('bug: an adapter was read without its base')
  const model = modelFromFiles(base.read, base.has)
  return { ...model, adapter: adapterFromPeft(read, model.config) }
}

function readOwnFacts(read: ReadFile, has: HasFile): OwnFacts {
  const facts = json(read, has, 'dice.json') as unknown as Partial<OwnFacts> | null
  const { template, special } = facts ?? {}
  const isId = (id: unknown) => typeof id === 'number' && Number.isInteger(id) && id >= 0
  const ids = Array.isArray(special?.ends) ? [special.begin, special.pad, ...special.ends] : [undefined]
  if (typeof template !== 'string' || !ids.every(isId)) {
    throw new StageFailure(
      'dice.json does not hold a template and the special tokens of a model',
      'write the model again, or remove dice.json from a folder that did not come from here',
    )
  }
  return { template, special: special! }
}

function readTokenizer(read: ReadFile, has: HasFile, config: ModelConfig): Tokenizer {
  const settings = has('tokenizer_config.json') ? json(read, has, 'tokenizer_config.json') : {}
  const tokenizer = tokenizerFromJson(json(read, has, 'tokenizer.json'), settings)
  if (tokenizer.vocabulary > config.vocabulary) {
    throw new StageFailure(
      `tokenizer.json has ids up to ${tokenizer.vocabulary - 1}, but config.json gives the model a vocabulary of ${config.vocabulary}`,
      'use the tokenizer that the model was trained with, or resize the model\'s embedding')
  }
  return tokenizer
}

/** What AutoTokenizer needs to load the folder; whatever the tokenizer came with is kept. */
function tokenizerConfig({ definition }: Tokenizer, special: Special, context: number): Json {
  type Added = readonly { readonly id: number; readonly content: string }[]
  const { added_tokens: added } = definition.json as { readonly added_tokens?: Added }
  const text = (id: number | undefined): Json => added?.find((token) => token.id === id)?.content ?? null
  return {
    tokenizer_class: 'PreTrainedTokenizerFast', clean_up_tokenization_spaces: false, model_max_length: context,
    bos_token: text(special.begin), eos_token: text(special.ends[0]), pad_token: text(special.pad),
    ...definition.config as { readonly [name: string]: Json },
  }
}

function readWeights(read: ReadFile, has: HasFile, config: ModelConfig): Weights {
  const tensors = readTensors(read, has)
  if (config.layers > tensors.size) {
    throw new StageFailure(
      `config.json describes ${config.layers} layers, but the weights hold only ${tensors.size} tensors`,
      'check that config.json and the weights belong together',
    )
  }
  const weights = new Map<string, WeightTensor>()
  const taken = new Set<string>()
  for (const [name, shape] of weightShapes(config)) {
    const asStored = isTurned(name) ? [shape[1]!, shape[0]!] : shape
    weights.set(name, turned(takeTensor(tensors, storedName(name), asStored, singleFile), isTurned(name)))
    taken.add(storedName(name))
  }
  // Old checkpoints hold the rotary frequencies, which follow from config.json, and tied ones the embedding a second time.
  const left = [...tensors.keys()].filter((name) =>
    !taken.has(name) && !name.endsWith('.rotary_emb.inv_freq') && !(config.tied && name === 'lm_head.weight'))
  if (left.length > 0) {
    const shown = left.length > 3 ? `${left.slice(0, 3).join(', ')}, …` : left.join(', ')
    throw new StageFailure(
      `${tensors.get(left[0]!)!.file} holds ${left.length} tensors that config.json has no place for: ${shown}`,
      'use a model of plain Llama or Mistral architecture, its adapters merged and its weights not quantised')
  }
  return weights
}

function readTensors(read: ReadFile, has: HasFile): StoredTensors {
  if (!has(indexFile)) {
    if (has(singleFile)) return readSafetensors(read(singleFile), singleFile)
    throw new StageFailure(`there is neither ${singleFile} nor ${indexFile}`,
      has('pytorch_model.bin')
        ? 'convert pytorch_model.bin with model.save_pretrained(folder, safe_serialization=True)'
        : 'give the whole folder of the model')
  }
  const map = (json(read, has, indexFile) as { readonly weight_map?: Json } | null)?.weight_map
  const names = typeof map === 'object' && map !== null ? [...new Set(Object.values(map))].sort() : []
  if (names.length === 0) throw new StageFailure(`${indexFile} names no files`, 'fetch the file again')
  return joinSafetensors(names.map((name) => {
    if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) {
      throw new StageFailure(
        `${indexFile} names ${JSON.stringify(name)}, which is not the name of a file in its folder`,
        'fetch the file again',
      )
    }
    if (!has(name)) throw new StageFailure(
      `${indexFile} names ${name}, which is not there`,
      `put ${name} into the model's folder`,
    )
    return readSafetensors(read(name), name)
  }))
}

function json(read: ReadFile, has: HasFile, name: string): Json {
  if (!has(name)) throw new StageFailure(`there is no ${name}`, 'give the whole folder of the model')
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(read(name))) as Json
  } catch (error) {
    if (error instanceof StageFailure) throw error
    throw new StageFailure(
      `${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      'fetch the file again: it is cut off, damaged, or something else (a Git LFS pointer?)',
    )
  }
}
