// `model name = source { … }`: a language model from scratch, from a llama2.c checkpoint, or from a Hugging Face folder.
import type { Declaration } from '../language/program.ts'
import type { ModelConfig } from '../model/config.ts'
import { parameterCount } from '../model/config.ts'
import { weightTypes } from '../model/safetensors.ts'
import type { Key } from '../plan/node.ts'
import type { Field, Row } from '../vocabulary/field.ts'
import { adapterField, withAdapter } from './adapter.ts'
import { number, optionalNumber, path, reference, text, value } from './context.ts'
import type { Context, FilePort, KindRow } from './context.ts'
import type { FileFacts } from './facts.ts'
import { optional, positive, templateField } from './fields.ts'
import { mistakes } from './mistakes.ts'
import { part } from './parts.ts'
import type { ModelProduct } from './product.ts'

export interface ModelRow extends Row {
  expand(declaration: Declaration, context: Context): ModelProduct
}

const dtype: Field = {
  doc: 'How the imported weights are stored. Arithmetic is in float32, and so are trained weights and adapters.',
  type: {
    kind: 'choice',
    of: {
      float32: 'as they are computed with, nothing is rounded',
      bfloat16: 'half the size: the range of float32 at 8 bits of precision',
      float16: 'half the size: 11 bits of precision, no weight beyond 65504',
    } satisfies Record<keyof typeof weightTypes, string>,
  },
  default: 'float32',
}

/** A model may be used for shorter sequences than it was made for, which take less memory. */
const shorter: Field = optional(positive("Longest sequence, prompt and answer together; the model's own when unwritten, and at most that.", undefined, 'tokens'))

const file = (doc: string): Field => ({ doc, type: { kind: 'file' } })

/** Tokenizers that are trained rather than loaded: one row each. */
const tokenizers: Readonly<Record<string, Row>> = {
  bpe: {
    doc: 'A byte-level byte-pair encoding trained on a text.',
    parameters: { text: { doc: 'The text to learn from.', type: { kind: 'reference', to: ['corpus'] } } },
    entries: { vocabulary: { doc: 'Tokens, specials and bytes included.', type: { kind: 'integer', min: 260 }, unit: 'tokens', default: 512 } },
  },
}

const llama: ModelRow = {
  doc: 'A Llama-architecture decoder, initialised at random from the seed.',
  entries: {
    layers: positive('Transformer blocks.', 4),
    width: positive('Features of the residual stream.', 128),
    heads: positive('Attention heads; divides `width`.', 4),
    kv_heads: optional(positive('Key/value heads, shared by groups of query heads; divides `heads`. As many as `heads` when unwritten.')),
    hidden: optional(positive('Inner width of the feed-forward block; 8/3 of `width`, rounded up to 8, when unwritten.')),
    context: positive('Longest sequence, prompt and answer together.', 128, 'tokens'),
    rope_theta: { doc: 'Base of the rotary position frequencies.', type: { kind: 'number', above: 1 }, default: 10_000 },
    tied: { doc: 'Whether the output projection is the embedding, transposed.', type: { kind: 'boolean' }, default: true },
    tokenizer: { doc: 'How text becomes tokens.', type: { kind: 'row', rows: tokenizers } },
    template: templateField('{prompt}\n'),
    adapter: adapterField,
  },
  expand: expandLlama,
}

const checkpoint: ModelRow = {
  doc: 'A llama2.c checkpoint with its tokenizer.',
  parameters: { weights: file('The checkpoint: legacy, version 1 (float32) or version 2 (int8).') },
  entries: {
    tokenizer: file("The checkpoint's tokenizer.bin."),
    template: templateField('{prompt}'),
    context: shorter,
    dtype,
    adapter: adapterField,
  },
  expand: (declaration, context) => expandImport(declaration, context, 'llama2c', [
    ...ports(context.facts(path(declaration.arguments, 'weights')), 'weights'),
    ...ports(context.facts(path(declaration.arguments, 'tokenizer')), 'tokenizer'),
  ], path(declaration.arguments, 'weights')),
}

const huggingface: ModelRow = {
  doc: 'A Hugging Face folder: config.json, tokenizer.json and one or several .safetensors files.',
  parameters: { folder: file('The folder.') },
  entries: { template: templateField('{prompt}'), context: shorter, dtype, adapter: adapterField },
  expand: (declaration, context) => {
    const folder = path(declaration.arguments, 'folder')
    return expandImport(declaration, context, 'huggingface', context.facts(folder).files.map(toPort), folder)
  },
}

/** Sources of models: one row each. */
export const modelRows = { llama, checkpoint, huggingface } as const satisfies Record<string, ModelRow>

export const model: KindRow = {
  doc: 'Declares a language model.',
  named: 'name',
  head: { rows: modelRows },
  gives: 'model',
  expand: (declaration, context) => modelRows[declaration.row as keyof typeof modelRows].expand(declaration, context),
}

const toPort = (entry: FileFacts['files'][number]): FilePort => ({ port: entry.name, path: entry.path, digest: entry.digest })
const ports = (facts: FileFacts, port: string): FilePort[] => facts.files.map((entry) => ({ ...toPort(entry), port }))

function expandImport(declaration: Declaration, context: Context, format: string, files: FilePort[], source: string): ModelProduct {
  const { config, shortened } = shortenedConfig(declaration, context, context.facts(source).config)
  const key = context.add({
    stage: 'import',
    params: {
      format, template: text(declaration.arguments, 'template'), dtype: text(declaration.arguments, 'dtype'),
      files: files.map(({ port }) => port), ...shortened,
    },
    inputs: {},
    files,
    label: `${declaration.name} · import`,
    cost: { tokens: 0, bytes: config === undefined ? 0 : 8 * parameterCount(config) },
  })
  return withAdapter(declaration, context, { kind: 'model', key, name: declaration.name, round: 0, config, reference: undefined })
}

function shortenedConfig(declaration: Declaration, context: Context, config: ModelConfig | undefined) {
  const wanted = optionalNumber(declaration.arguments, 'context')
  if (wanted === undefined) return { config, shortened: {} }
  if (config !== undefined && wanted > config.context) {
    context.accept(mistakes.setting(context, declaration, {
      entry: 'context', message: `the model was made for sequences of ${config.context} tokens, not ${wanted}`,
      remedy: `write ${config.context} or less, or nothing for all of them`,
    }))
  }
  return { config: config && { ...config, context: wanted }, shortened: { context: wanted } }
}

function expandLlama(declaration: Declaration, context: Context): ModelProduct {
  const config = llamaConfig(declaration, context)
  const key = context.add({
    stage: 'initialize',
    params: { config: { ...config }, template: text(declaration.arguments, 'template') },
    inputs: { tokenizer: trainTokenizer(declaration, context) },
    label: `${declaration.name} · initialize`,
    cost: { tokens: 0, bytes: 4 * parameterCount(config) },
  })
  return withAdapter(declaration, context, { kind: 'model', key, name: declaration.name, round: 0, config, reference: undefined })
}

function llamaConfig(declaration: Declaration, context: Context): ModelConfig {
  const given = declaration.arguments
  const width = number(given, 'width')
  const heads = number(given, 'heads')
  const kvHeads = value(given, 'kv_heads') === undefined ? heads : number(given, 'kv_heads')
  const tied = value(given, 'tied')
  if (width % heads !== 0) context.accept(mistakes.notDivided(context, declaration, 'heads', 'width', width, heads))
  else if ((width / heads) % 2 !== 0) context.accept(mistakes.oddHead(context, declaration, width / heads))
  if (heads % kvHeads !== 0) context.accept(mistakes.notDivided(context, declaration, 'kv_heads', 'heads', heads, kvHeads))
  return {
    layers: number(given, 'layers'),
    width,
    heads,
    kvHeads,
    headWidth: width / heads,
    hidden: value(given, 'hidden') === undefined ? 8 * Math.ceil(width / 3) : number(given, 'hidden'),
    vocabulary: vocabularyOf(declaration),
    context: number(given, 'context'),
    ropeTheta: number(given, 'rope_theta'),
    ropeLayout: 'halves',
    normEpsilon: 1e-5,
    tied: tied?.kind === 'boolean' && tied.value,
  }
}

function tokenizerOf(declaration: Declaration) {
  const found = value(declaration.arguments, 'tokenizer')
  if (found?.kind !== 'row') throw new Error('bug: a tokenizer is a row of the tokenizers table')
  return found
}

const vocabularyOf = (declaration: Declaration): number => number(tokenizerOf(declaration).arguments, 'vocabulary')

function trainTokenizer(declaration: Declaration, context: Context): Key {
  const found = tokenizerOf(declaration)
  const corpus = part(context, reference(value(found.arguments, 'text')))
  return context.add({
    stage: 'tokenizer',
    params: { kind: found.row, vocabulary: vocabularyOf(declaration) },
    inputs: { text: corpus.key },
    label: `${declaration.name} · tokenizer`,
    cost: { tokens: 0, bytes: 0 },
  })
}
