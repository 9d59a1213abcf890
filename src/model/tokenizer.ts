// What the rest of the project asks of a tokenizer. The work is done by @huggingface/tokenizers.
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import type { Json } from '../plan/node.ts'
import { StageFailure } from '../run/stage.ts'

export interface Tokenizer {
  /** Ids are 0 … vocabulary − 1, added tokens included. */
  readonly vocabulary: number
  /** Without special tokens. Those written out in the text, such as `</s>`, become their ids. */
  encode(text: string): number[]
  /** Special tokens left out. A SentencePiece tokenizer puts a space before a text when it encodes and drops one here. */
  decode(ids: readonly number[]): string
  /** The id of a token's text, e.g. `</s>`; undefined when there is none. */
  id(token: string): number | undefined
  /** What is saved with a model so that the same tokenizer can be made again. */
  readonly definition: TokenizerDefinition
}

export interface TokenizerDefinition {
  /** tokenizer.json */
  readonly json: Json
  /** tokenizer_config.json; `{}` where there is none. */
  readonly config: Json
}

type JsonObject = { readonly [name: string]: Json }

/**
 * The tokenizer that a Hugging Face tokenizer.json describes, with its optional tokenizer_config.json;
 * `name` is what messages call the file. Decoding never "cleans up" spaces before punctuation, whatever the
 * configuration says: a response's text is what its tokens say.
 * Throws a StageFailure when the file is not a tokenizer, or is one of a kind the library does not know.
 */
export function tokenizerFromJson(json: Json, config: Json = {}, name = 'tokenizer.json'): Tokenizer {
  const refuse = (reason: string) =>
    new StageFailure(
      `${name}: ${reason}`,
      'give the tokenizer.json of a "fast" tokenizer, as AutoTokenizer.save_pretrained writes it',
    )
  if (!isObject(json) || !isObject(json['model'])) throw refuse('not a tokenizer: it has no `model`')
  if (!isObject(config)) throw refuse('its tokenizer_config.json is not a JSON object')
  const vocabulary = vocabularyOf(json, json['model'])
  if (typeof vocabulary === 'string') throw refuse(vocabulary)
  const parts = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, ...json }
  try {
    const tokenizer = wrap(new HuggingFaceTokenizer(parts, config), vocabulary, { json, config })
    tokenizer.decode(tokenizer.encode('Some parts are only looked at when a text goes through them.'))
    return tokenizer
  } catch (error) {
    throw refuse(`cannot be used as a tokenizer: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The post-processor by which other tools put a begin token before a text; `encode` here never does. */
export function beginWith(content: string, id: number): Json {
  const begin = { SpecialToken: { id: content, type_id: 0 } }
  const text = (name: string, type: number) => ({ Sequence: { id: name, type_id: type } })
  return {
    type: 'TemplateProcessing', single: [begin, text('A', 0)], pair: [begin, text('A', 0), text('B', 1)],
    special_tokens: { [content]: { id: content, ids: [id], tokens: [content] } },
  }
}

function wrap(library: HuggingFaceTokenizer, vocabulary: number, definition: TokenizerDefinition): Tokenizer {
  return {
    vocabulary,
    encode: (text) => library.encode(text, { add_special_tokens: false }).ids,
    decode: (ids) => {
      // A model may have more rows than its tokenizer has tokens (padded to a round number), and the library knows no empty text.
      const known = ids.filter((id) => library.id_to_token(id) !== undefined)
      return known.length === 0 ? '' : library.decode(known, { skip_special_tokens: true, clean_up_tokenization_spaces: false })
    },
    id: (token) => library.token_to_id(token),
    definition,
  }
}

/** One more than the highest id, or what is wrong. */
function vocabularyOf(json: JsonObject, model: JsonObject): number | string {
  const added = json['added_tokens'] ?? []
  if (!Array.isArray(added)) return 'its `added_tokens` is not a list'
  const vocab = model['vocab']
  const ids: unknown[] = Array.isArray(vocab) ? vocab.map((_, index) => index) : isObject(vocab) ? Object.values(vocab) : []
  if (ids.length === 0) return 'its model has no vocabulary'
  for (const token of added as readonly Json[]) {
    if (!isObject(token) || typeof token['content'] !== 'string') return 'one of its `added_tokens` has no `content`'
    ids.push(token['id'])
  }
  let highest = -1
  for (const id of ids) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0) return `it gives a token the id ${JSON.stringify(id)}`
    highest = Math.max(highest, id)
  }
  const unknown = model['unk_token']
  const known = (token: Json) => isObject(token) && token['content'] === unknown
  if (typeof unknown === 'string' && isObject(vocab) && !Object.hasOwn(vocab, unknown) && !added.some(known)) {
    return `its unknown token ${unknown} is not in its vocabulary`
  }
  return highest + 1
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
