import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { readLlama2cTokenizer } from '../../src/model/llama2c-tokenizer.ts'
import { tokenizerFromJson } from '../../src/model/tokenizer.ts'
import { integer, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { sharedData } from '../root.ts'
import { failure } from './failure.ts'
import { sameIds } from './same-ids.ts'

interface Piece { bytes: string; score: number }

const latin = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')

function file(pieces: readonly Piece[]): Uint8Array {
  const bytes = [7, 0, 0, 0]
  for (const { bytes: text, score } of pieces) {
    bytes.push(...new Uint8Array(new Float32Array([score]).buffer), text.length, 0, 0, 0, ...[...text].map((char) => char.charCodeAt(0)))
  }
  return Uint8Array.from(bytes)
}

function parse(bytes: Uint8Array): Piece[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pieces: Piece[] = []
  for (let offset = 4; offset < bytes.length;) {
    const length = view.getInt32(offset + 4, true)
    pieces.push({ score: view.getFloat32(offset, true), bytes: latin(bytes.subarray(offset + 8, offset + 8 + length)) })
    offset += 8 + length
  }
  return pieces
}

/** run.c's `encode` without the special tokens: a space, characters or their bytes, then the best merge until there is none. */
function greedy(pieces: readonly Piece[]): (text: string) => number[] {
  const ids = new Map(pieces.map(({ bytes }, id) => [bytes, id]))
  return (text) => {
    if (text === '') return []
    const tokens = [...` ${text}`].flatMap((character) => {
      const bytes = new TextEncoder().encode(character)
      const id = ids.get(latin(bytes))
      return id === undefined ? [...bytes].map((byte) => byte + 3) : [id]
    })
    for (;;) {
      let best = -Infinity, place = -1, merged = -1
      for (let index = 0; index + 1 < tokens.length; index++) {
        const id = ids.get(pieces[tokens[index]!]!.bytes + pieces[tokens[index + 1]!]!.bytes)
        if (id !== undefined && pieces[id]!.score > best) { best = pieces[id]!.score; place = index; merged = id }
      }
      if (place < 0) return tokens
      tokens.splice(place, 2, merged)
    }
  }
}

const special = ['<unk>', '\n<s>\n', '\n</s>\n'].map((bytes) => ({ bytes, score: 0 }))
const byteTokens = Array.from({ length: 256 }, (_, byte) => ({ bytes: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, score: 0 }))
const made = [...special, ...byteTokens, ...[' a', 'ab', ' ab', 'bb', 'aa', ' ', 'a', 'b', '<', '>', 's'].map((bytes, index) => ({ bytes, score: -index }))]

describe('llama2.c tokenizers', (it) => {
  it('merges by score and falls back to bytes', () => {
    const tokenizer = readLlama2cTokenizer(file(made), 'tok.bin')
    assert.is(tokenizer.vocabulary, made.length)
    const encode = greedy(made)
    for (const text of ['', 'a', 'ab', ' ab', 'aab abbb', 'aaaaa', 'é\n\t🦙b', 'bbb  bbb']) {
      assert.equal(tokenizer.encode(text), encode(text), text)
      assert.is(tokenizer.decode(tokenizer.encode(text)), text)
    }
  })

  it('knows the special tokens by their usual names and leaves them out of texts', () => {
    const tokenizer = readLlama2cTokenizer(file(made), 'tok.bin')
    assert.equal(['<unk>', '<s>', '</s>', '\n<s>\n'].map((token) => tokenizer.id(token)), [0, 1, 2, undefined])
    assert.is(tokenizer.decode([1, ...tokenizer.encode('ab'), 2]), 'ab')
    assert.equal(tokenizer.encode('<s>'), [1])
  })

  it('drops one leading space, and joins byte tokens into characters', () => {
    const tokenizer = readLlama2cTokenizer(file(made), 'tok.bin')
    const id = (token: string) => made.findIndex(({ bytes }) => bytes === token)
    assert.is(tokenizer.decode([id(' '), id(' a')]), ' a')
    assert.is(tokenizer.decode([id('a'), id(' a')]), 'a a')
    assert.is(tokenizer.decode([id('a'), 3 + 0xc3, 3 + 0xa9]), 'aé')
  })

  it('fails with the reason on a file that is cut off anywhere, or is something else', () => {
    const bytes = file(made)
    for (let length = 0; length < bytes.length; length += 7) {
      if (parse(bytes).length > 259 && isWhole(bytes, length)) continue
      assert.match(failure(() => readLlama2cTokenizer(bytes.slice(0, length), 'tok.bin')).message, /^tok\.bin is not a llama2\.c tokenizer: /)
    }
    const swapped = [...made.slice(0, 3), made[4]!, made[3]!, ...made.slice(5)]
    assert.match(failure(() => readLlama2cTokenizer(file(swapped), 'x')).message, 'token 3 is "<0x01>"; <0x00> stands there')
    assert.match(failure(() => readLlama2cTokenizer(file([...made, made.at(-1)!]), 'x')).message, 'are both "s"')
    assert.match(failure(() => readLlama2cTokenizer(file([...made, { bytes: '\xff', score: 0 }]), 'x')).message, 'not UTF-8')
    assert.match(failure(() => readLlama2cTokenizer(file([...made, { bytes: 'q', score: NaN }]), 'x')).message, 'no score')
  })
})

/** Whether the first `length` bytes end between two pieces after the byte tokens: a smaller but sound file. */
function isWhole(bytes: Uint8Array, length: number): boolean {
  let offset = 4
  for (const [index, piece] of parse(bytes).entries()) {
    if (offset === length) return index > 259
    offset += 8 + piece.bytes.length
  }
  return false
}

const folder = sharedData('stories260K')
const stories = sharedData('text/tinystories_val.txt')
if (folder === undefined || stories === undefined) console.log('skip: stories260K and its texts are not in the shared data')
else {
  const bytes = readFileSync(`${folder}/tok512.bin`)
  const encode = greedy(parse(bytes))

  describe('the tokenizer of stories260K', (it) => {
    it('encodes every line of the validation text as llama2.c does, and gives it back', () => {
      const tokenizer = readLlama2cTokenizer(bytes, 'tok512.bin')
      const lines = readFileSync(stories, 'utf8').split('\n').filter((line) => line !== '').slice(0, 1000)
      assert.is(lines.length, 1000)
      for (const line of lines) {
        sameIds(tokenizer.encode(line), encode(line))
        assert.is(tokenizer.decode(tokenizer.encode(line)), line)
      }
    })

    const seed = 'made of pieces'
    it(`encodes 500 random strings of its own pieces as llama2.c does (seed "${seed}")`, () => {
      const tokenizer = readLlama2cTokenizer(bytes, 'tok512.bin')
      const pieces = parse(bytes).slice(259).map((piece) => new TextDecoder().decode(Uint8Array.from(piece.bytes, (char) => char.charCodeAt(0))))
      for (let round = 0; round < 500; round++) {
        const random = stream(seed).child(round)
        const text = Array.from({ length: 1 + round % 12 }, (_, index) => pieces[integer(random, index, pieces.length)]!).join('')
        sameIds(tokenizer.encode(text), encode(text))
        assert.is(tokenizer.decode(tokenizer.encode(text)), text)
      }
    })

    it('gives the golden text for the golden ids, and can be made again from its definition', () => {
      const golden = JSON.parse(readFileSync(`${folder}/stories260K.golden.json`, 'utf8')) as { ids: number[]; text: string }
      const tokenizer = readLlama2cTokenizer(bytes, 'tok512.bin')
      const again = tokenizerFromJson(JSON.parse(JSON.stringify(tokenizer.definition.json)))
      assert.is(tokenizer.decode(golden.ids), golden.text)
      assert.is(again.decode(golden.ids), golden.text)
      assert.equal(again.encode(golden.text), tokenizer.encode(golden.text))
    })
  })
}
