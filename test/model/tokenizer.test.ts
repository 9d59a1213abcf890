import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { tokenizerFromJson, type Tokenizer } from '../../src/model/tokenizer.ts'
import type { Json } from '../../src/plan/node.ts'
import { describe } from '../describe.ts'
import { sharedData } from '../root.ts'
import { byteLetters, gpt2Split, referenceTokens } from './byte-bpe-reference.ts'
import { failure } from './failure.ts'
import { sameIds } from './same-ids.ts'

const small = {
  added_tokens: [{ id: 3, content: '</s>', special: true }, { id: 9, content: '<note>' }],
  decoder: { type: 'ByteLevel' },
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
  model: { type: 'BPE', unk_token: null, vocab: { a: 0, b: 1, ab: 2, 'Ġ': 4, '.': 5 }, merges: ['a b'] },
}

describe('tokenizerFromJson', (it) => {
  it('encodes without special tokens, decodes without them, and counts added ids', () => {
    const tokenizer = tokenizerFromJson(small)
    assert.equal(tokenizer.encode('ab ba'), [2, 4, 1, 0])
    assert.equal(tokenizer.encode('ab</s>'), [2, 3])
    assert.is(tokenizer.decode([2, 3, 9, 1]), 'ab<note>b')
    assert.is(tokenizer.vocabulary, 10)
    assert.is(tokenizer.id('</s>'), 3)
    assert.is(tokenizer.id('<s>'), undefined)
    assert.equal([tokenizer.encode(''), tokenizer.decode([])], [[], ''])
  })

  it('decodes ids that no token has as nothing: models may be padded beyond their tokenizer', () => {
    assert.is(tokenizerFromJson(small).decode([0, 7, 1000, 1]), 'ab')
    assert.is(tokenizerFromJson(small).decode([7]), '')
  })

  it('keeps the space before punctuation whatever the configuration says', () => {
    assert.is(tokenizerFromJson(small, { clean_up_tokenization_spaces: true }).decode([0, 4, 5]), 'a .')
  })

  it('refuses what is not a tokenizer, with the file and a remedy', () => {
    const broken: [Json, RegExp][] = [
      [[], /no `model`/],
      [{ model: {} }, /no vocabulary/],
      [{ ...small, added_tokens: {} }, /not a list/],
      [{ ...small, added_tokens: [{ id: 1 }] }, /no `content`/],
      [{ ...small, model: { ...small.model, vocab: { a: -1 } } }, /the id -1/],
      [{ ...small, model: { ...small.model, vocab: { a: 'x' } } }, /the id "x"/],
      [{ ...small, model: { ...small.model, unk_token: '<unk>' } }, /<unk> is not in its vocabulary/],
      [{ ...small, model: { ...small.model, merges: null } }, /cannot be used/],
      [{ ...small, decoder: { type: 'Rot13' } }, /Rot13/],
      [{ ...small, pre_tokenizer: 3 }, /cannot be used/],
    ]
    for (const [json, message] of broken) {
      const error = failure(() => tokenizerFromJson(json, {}, 'x/tokenizer.json'))
      assert.match(error.message, message)
      assert.match(error.message, /^x\/tokenizer\.json: /)
      assert.match(error.remedy, /save_pretrained/)
    }
  })
})

const folder = sharedData('tokenizers')
const texts = sharedData('text')
if (folder === undefined || texts === undefined) console.log('skip: real tokenizers are not in the shared data')
else {
  const text = (name: string) => readFileSync(`${folder}/${name}`, 'utf8')
  const load = (name: string) => tokenizerFromJson(JSON.parse(text(`${name}.tokenizer.json`)), {}, name)
  const verdict = readFileSync(`${texts}/the-verdict.txt`, 'utf8')
  const hard = `${verdict}\n\n  naïve Ωmega — 東京 🦙🏽  1234567 \t\r\n x\u00a0y don't   ß∂ß\n\n\n`
  const gpt2 = () => tokenizerFromJson({
    added_tokens: [], normalizer: null, post_processor: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false }, decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE', vocab: JSON.parse(text('gpt2_vocab.json')),
      merges: text('gpt2_merges.txt').split('\n').filter((line) => line !== '' && !line.startsWith('#version')),
    },
  })

  describe('real tokenizers', (it) => {
    const golden = (file: string, tokenizer: () => Tokenizer) =>
      it(`gives the ids of ${file}, and the texts back`, () => {
        const used = tokenizer()
        const inputs = text(`${file}.gguf.inp`).split('\n__ggml_vocab_test__\n')
        const outputs = text(`${file}.gguf.out`).trimEnd().split('\n')
        assert.is(outputs.length, 46)
        outputs.forEach((line, index) => {
          assert.is(used.encode(inputs[index]!).join(' '), line.trim(), JSON.stringify(inputs[index]))
          assert.is(used.decode(used.encode(inputs[index]!)), inputs[index])
        })
      })
    golden('ggml-vocab-phi-3', () => load('phi-3-mini'))
    golden('ggml-vocab-llama-spm', () => load('phi-3-mini'))
    golden('ggml-vocab-gpt-2', gpt2)

    const swift = (name: string, begin: number, tokenizer: () => Tokenizer, cleaned: readonly string[]) =>
      it(`gives the ids and texts of swift-transformers for ${name}`, () => {
        const used = tokenizer()
        const rows = JSON.parse(text('swift-transformers.gold.json'))[name] as
          { input: string; encoded: { input_ids: number[] }; decoded_without_special: string }[]
        assert.ok(rows.length > 10)
        for (const row of rows) {
          assert.equal(used.encode(row.input), row.encoded.input_ids.slice(begin), row.input)
          if (!cleaned.includes(row.input)) assert.is(used.decode(row.encoded.input_ids), row.decoded_without_special)
        }
      })
    // The one text whose published decoding has its spaces "cleaned up"; ours is the text itself.
    swift('distilgpt2', 0, gpt2, ["A\n'll !!to?'d''d of, can't."])
    swift('coreml-projects/Llama-2-7b-chat-coreml', 1, () => load('phi-3-mini'), [])

    for (const name of ['gpt-neox-20b', 'minimind']) {
      it(`merges as a literal byte-level BPE does: ${name}`, () => {
        const tokenizer = load(name)
        const json = tokenizer.definition.json as unknown as {
          normalizer: object | null; added_tokens: { content: string }[]; model: { merges: (string | [string, string])[] }
        }
        const ranks = new Map(json.model.merges.map((merge, rank) => [Array.isArray(merge) ? merge.join(' ') : merge, rank]))
        // Added tokens (runs of spaces among them) are cut out first, the longest of those that begin earliest.
        const added = json.added_tokens.map(({ content }) => content).sort((one, two) => two.length - one.length)
        const cut = new RegExp(`(${added.map((content) => content.replaceAll('|', '\\|')).join('|')})`, 'u')
        const tokens = hard.split(cut).flatMap((section) => added.includes(section) ? [section]
          : referenceTokens(json.normalizer === null ? section : section.normalize('NFC'), gpt2Split,
            (left, right) => ranks.get(`${left} ${right}`)))
        sameIds(tokenizer.encode(hard), tokens.map((token) => tokenizer.id(token)))
        assert.is(tokenizer.decode(tokenizer.encode(hard)), hard)
      })
    }

    it('agrees with the tiktoken file of the same vocabulary: llama3-style-2000', () => {
      const tokenizer = load('llama3-style-2000')
      const ranks = new Map(text('tiktoken_small.model').trim().split('\n').map((line) => {
        const [token, rank] = line.split(' ') as [string, string]
        return [[...atob(token)].map((char) => byteLetters[char.charCodeAt(0)]).join(''), Number(rank)]
      }))
      const split = /'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu
      const tokens = referenceTokens(hard, split, (left, right) => ranks.get(left + right))
      sameIds(tokenizer.encode(hard), tokens.map((token) => ranks.get(token)))
    })

    it('keeps phi-3 special tokens whole and leaves them out of texts', () => {
      const tokenizer = load('phi-3-mini')
      const ids = tokenizer.encode('<|user|>\nHello<|end|>')
      assert.is(ids[0], tokenizer.id('<|user|>'))
      assert.is(ids.at(-1), tokenizer.id('<|end|>'))
      assert.is(tokenizer.decode(ids).trim(), 'Hello')
    })
  })
}
