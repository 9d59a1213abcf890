// config.json of a Hugging Face folder: the fields of Llama and Mistral that we compute with, and a clear refusal of those we do not.
import type { Json } from '../plan/node.ts'
import { StageFailure } from '../run/stage.ts'
import type { ModelConfig, Special } from './config.ts'
import type { Tokenizer } from './tokenizer.ts'

type Fields = { readonly [name: string]: Json }

/** Model types whose blocks are exactly ours: RMSNorm, rotary positions, grouped queries, SwiGLU, no biases. */
const modelTypes = ['llama', 'mistral']

/** What must have one of these values where it is written at all; anything else would change the arithmetic. */
const onlyThese: Readonly<Record<string, readonly Json[]>> = {
  hidden_act: ['silu', 'swish'],
  attention_bias: [false, null],
  mlp_bias: [false, null],
  quantization_config: [null],
  partial_rotary_factor: [1, null],
}

/**
 * The shape of the model that a config.json describes, rotary pairs in halves; `file` is what messages call it.
 * Fields that are not written have the defaults of Hugging Face's LlamaConfig. A sliding window shorter than the context
 * becomes the context, within which the window changes nothing.
 * Throws a StageFailure for another architecture, a scaled rotary embedding, biases, quantised weights, and sizes that do not fit.
 */
export function readHuggingFaceConfig(json: Json, file = 'config.json'): ModelConfig {
  if (!isFields(json)) throw unsupported(file, 'it is not a JSON object')
  refuseOtherArchitectures(json, file)
  const count = (name: string, otherwise?: number) => readCount(json, name, file, otherwise)
  const width = count('hidden_size')
  const heads = count('num_attention_heads')
  const headWidth = (json['head_dim'] ?? null) === null ? width / heads : count('head_dim')
  const positions = count('max_position_embeddings', 2048)
  const config: ModelConfig = {
    layers: count('num_hidden_layers'), width, heads, kvHeads: count('num_key_value_heads', heads), headWidth,
    hidden: count('intermediate_size'), vocabulary: count('vocab_size'),
    context: Math.min(positions, count('sliding_window', positions)),
    ropeTheta: readRopeTheta(json, file), ropeLayout: 'halves',
    normEpsilon: readPositive(json, 'rms_norm_eps', 1e-6, file),
    tied: json['tie_word_embeddings'] === true,
  }
  if (!Number.isInteger(headWidth) || headWidth % 2 !== 0) {
    throw unsupported(file, `its heads are ${headWidth} wide; rotary positions need an even number`)
  }
  if (heads % config.kvHeads !== 0) throw unsupported(file, `its ${heads} heads cannot share ${config.kvHeads} key/value heads`)
  return config
}

function refuseOtherArchitectures(json: Fields, file: string): void {
  const type = json['model_type']
  if (typeof type !== 'string' || !modelTypes.includes(type)) {
    throw unsupported(file, `model_type is ${JSON.stringify(type)}; ${modelTypes.join(' and ')} are supported`)
  }
  for (const [name, allowed] of Object.entries(onlyThese)) {
    const found = json[name]
    if (found !== undefined && !allowed.includes(found)) {
      const known = allowed.map((value) => JSON.stringify(value)).join(' or ')
      throw unsupported(file, `${name} is ${JSON.stringify(found)}; only ${known} is supported`)
    }
  }
}

/** `rope_theta` of its own, or within `rope_parameters` as newer versions write it; scaling types are refused by name. */
function readRopeTheta(json: Fields, file: string): number {
  let theta = readPositive(json, 'rope_theta', 10_000, file)
  for (const name of ['rope_scaling', 'rope_parameters']) {
    const rope = json[name] ?? null
    if (rope === null) continue
    if (!isFields(rope)) throw unsupported(file, `${name} is ${JSON.stringify(rope)}`)
    const type = rope['rope_type'] ?? rope['type'] ?? 'default'
    if (type !== 'default') {
      throw unsupported(file, `${name} scales rotary positions by ${JSON.stringify(type)}; only unscaled ("default") ones can be run`)
    }
    if (rope['partial_rotary_factor'] !== undefined && rope['partial_rotary_factor'] !== 1) {
      throw unsupported(file, `${name} rotates only a part of each head`)
    }
    theta = readPositive(rope, 'rope_theta', theta, file)
  }
  return theta
}

function readCount(json: Fields, name: string, file: string, otherwise?: number): number {
  const found = json[name] ?? otherwise
  if (found === undefined) throw unsupported(file, `it lacks ${name}`)
  if (typeof found !== 'number' || !Number.isInteger(found) || found < 1) {
    throw unsupported(file, `${name} is ${JSON.stringify(found)}; a whole number from 1 is needed`)
  }
  return found
}

function readPositive(json: Fields, name: string, otherwise: number, file: string): number {
  const found = json[name] ?? otherwise
  if (typeof found !== 'number' || !(found > 0)) {
    throw unsupported(file, `${name} is ${JSON.stringify(found)}; a positive number is needed`)
  }
  return found
}

function unsupported(file: string, reason: string): StageFailure {
  return new StageFailure(
    `${file} does not describe a model we can run: ${reason}`,
    'use a model of plain Llama or Mistral architecture with float weights',
  )
}

/** The config.json from which `readHuggingFaceConfig` and Hugging Face's own library make this model. */
export function writeHuggingFaceConfig(config: ModelConfig, special: Special, dtype = 'float32'): Json {
  return {
    architectures: ['LlamaForCausalLM'],
    attention_bias: false,
    bos_token_id: special.begin,
    eos_token_id: special.ends.length === 1 ? special.ends[0]! : special.ends,
    head_dim: config.headWidth,
    hidden_act: 'silu',
    hidden_size: config.width,
    intermediate_size: config.hidden,
    max_position_embeddings: config.context,
    mlp_bias: false,
    model_type: 'llama',
    num_attention_heads: config.heads,
    num_hidden_layers: config.layers,
    num_key_value_heads: config.kvHeads,
    pad_token_id: special.pad,
    rms_norm_eps: config.normEpsilon,
    rope_scaling: null,
    rope_theta: config.ropeTheta,
    tie_word_embeddings: config.tied,
    torch_dtype: dtype,
    vocab_size: config.vocabulary,
  }
}

/**
 * The ids that begin, end and pad texts, from tokenizer_config.json, generation_config.json and config.json.
 * The tokenizer's end of sequence comes first, because that is the one other tools train with; the ends that only the others
 * name (the end of a turn, say) follow. Without a begin token the end stands there, as in GPT-2; without padding any end will do.
 * Throws a StageFailure when nothing names an end, or an id is not in the vocabulary.
 */
export function findSpecial(config: Json, generation: Json, tokenizer: Tokenizer, vocabulary: number, file = 'config.json'): Special {
  const named = (token: string): number[] => {
    const found = isFields(tokenizer.definition.config) ? tokenizer.definition.config[token] ?? null : null
    const content = isFields(found) ? found['content'] : found
    const id = typeof content === 'string' ? tokenizer.id(content) : undefined
    return id === undefined ? [] : [id]
  }
  const numbered = (json: Json, name: string): number[] => {
    const found = isFields(json) ? json[name] ?? [] : []
    return (Array.isArray(found) ? found : [found]).filter((id) => typeof id === 'number' && id >= 0)
  }
  const all = (name: string) =>
    [...new Set([...named(`${name}_token`), ...numbered(generation, `${name}_token_id`), ...numbered(config, `${name}_token_id`)])]
  const ends = all('eos')
  const end = ends[0]
  if (end === undefined) throw new StageFailure(
    `${file}: nothing says which token ends a text`,
    'write eos_token_id into config.json',
  )
  const special = { begin: all('bos')[0] ?? end, ends, pad: all('pad')[0] ?? end }
  for (const id of [special.begin, ...special.ends, special.pad]) {
    if (!Number.isInteger(id) || id >= vocabulary) {
      throw new StageFailure(
        `${file}: the special token ${id} is not in the vocabulary of ${vocabulary}`,
        'check the *_token_id fields of config.json and generation_config.json',
      )
    }
  }
  return special
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
