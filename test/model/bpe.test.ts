import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { bpeSpecials, trainBpe } from '../../src/model/bpe.ts'
import { tokenizerFromJson } from '../../src/model/tokenizer.ts'
import { integer, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { sharedData } from '../root.ts'
import { byteLetters, gpt2Split, spell } from './byte-bpe-reference.ts'

interface Trained { added_tokens: { id: number; content: string }[]; model: { vocab: Record<string, number>; merges: string[] } }

const train = (texts: readonly string[], vocabulary: number, specials?: readonly string[]) =>
  trainBpe(texts, vocabulary, specials) as unknown as Trained

/** Counts every pair anew for every merge. */
function naiveMerges(text: string, most: number): string[] {
  const words = (text.match(gpt2Split) ?? []).map(spell)
  const bytes = (token: string) => Array.from(token, (letter) => String.fromCharCode(byteLetters.indexOf(letter))).join('')
  const later = (one: string, two: string) => {
    const [left, right] = one.split(' ').map(bytes), [otherLeft, otherRight] = two.split(' ').map(bytes)
    return left! > otherLeft! || (left === otherLeft && right! > otherRight!)
  }
  const merges: string[] = []
  while (merges.length < most) {
    const counts = new Map<string, number>()
    for (const word of words) {
      for (let index = 0; index + 1 < word.length; index++) {
        const pair = `${word[index]} ${word[index + 1]}`
        counts.set(pair, (counts.get(pair) ?? 0) + 1)
      }
    }
    let best = '', count = 1
    for (const [pair, found] of counts) {
      if (found > count || (found === count && best !== '' && later(pair, best))) { best = pair; count = found }
    }
    if (best === '') return merges
    merges.push(best)
    for (const word of words) {
      for (let index = 0; index + 1 < word.length; index++) {
        if (`${word[index]} ${word[index + 1]}` === best) word.splice(index, 2, word[index]! + word[index + 1]!)
      }
    }
  }
  return merges
}

describe('trainBpe', (it) => {
  it('begins with the specials and the bytes, then the merges in order', () => {
    const { added_tokens, model } = train(['low low low lower lowest'], 263)
    assert.equal(added_tokens.map(({ id, content }) => [id, content]), [[0, '<s>'], [1, '</s>'], [2, '<pad>']])
    assert.is(model.vocab['!'], 3 + 0x21)
    assert.is(model.vocab['Ġ'], 3 + 0x20)
    // "low" occurs five times: of its pairs, all as frequent, "ow" has the later bytes; then "low"; " low" occurs four times.
    assert.equal(model.merges, ['o w', 'l ow', 'Ġ low', 'Ġlow e'])
    assert.is(model.vocab['Ġlow'], 3 + 256 + 2)
  })

  it('breaks ties towards the later bytes, not the later letters: a space (Ġ, U+0120) comes before a letter', () => {
    assert.equal(train(['a a b b'], 260).model.merges, ['Ġ b'])
    assert.equal(train(['xy xy x y x y'], 260).model.merges, ['Ġ x'])
    assert.equal(train(['\u00e9\u00e9 ab ab'], 260).model.merges, ['Ã ©'])
    assert.equal(train(['ab;ab'], 260).model.merges, ['a b'])
  })

  it('stops when no pair occurs twice', () => {
    const { model } = train(['abc'], 1000)
    assert.equal(model.merges, [])
    assert.is(Object.keys(model.vocab).length, 259)
    assert.equal(train([], 300).model.merges, [])
  })

  it('learns nothing across texts or across specials written out in them', () => {
    assert.equal(train(['a', 'b', 'a', 'b'], 300).model.merges, [])
    assert.equal(train(['x</s>x</s>x</s>'], 300).model.merges, [])
    assert.equal(train(['a|b a|b'], 300, ['a|b', '<s>']).model.merges, [])
  })

  for (const seed of ['one', 'two', 'three', 'four', 'five', 'six']) {
    it(`merges as counting everything anew would (seed "${seed}")`, () => {
      const random = stream(seed)
      const alphabet = ['a', 'b', 'aa', ' ', ' ', 'c', '\n', 'é', '1']
      const text = Array.from({ length: 600 }, (_, index) => alphabet[integer(random, index, alphabet.length)]!).join('')
      assert.equal(train([text], 259 + 80).model.merges, naiveMerges(text, 80))
    })
  }

  it('makes a tokenizer that gives every text back, specials whole', () => {
    const tokenizer = tokenizerFromJson(trainBpe(['the cat sat on the mat, the cat sat'], 280))
    for (const text of ['the cat', ' 東京 🦙\n\tÿ\u0000\u007f', '  ', 'unseen WORDS 123']) assert.is(tokenizer.decode(tokenizer.encode(text)), text)
    assert.equal(tokenizer.encode(bpeSpecials.join('')), [0, 1, 2])
    assert.is(tokenizer.encode('the cat').length, 2)
  })
})

const folder = sharedData('tokenizers')
const stories = sharedData('text/tinystories_val.txt')
if (folder === undefined || stories === undefined) console.log('skip: the training corpus of CS336 is not in the shared data')
else {
  describe('trainBpe on real text', (it) => {
    it('learns all 243 reference merges of CS336 from its corpus', () => {
      const { model } = train([readFileSync(`${folder}/corpus.en`, 'utf8')], 500, ['<|endoftext|>'])
      assert.equal(model.merges, readFileSync(`${folder}/train-bpe-reference-merges.txt`, 'utf8').trimEnd().split('\n'))
    })

    it('makes 2,000 tokens of 800 kB within seconds, and encodes with them', () => {
      const text = readFileSync(stories, 'utf8')
      const started = performance.now()
      const tokenizer = tokenizerFromJson(trainBpe([text], 2000))
      assert.ok(performance.now() - started < 10_000)
      assert.is(tokenizer.vocabulary, 2000)
      const ids = tokenizer.encode(text.slice(0, 50_000))
      assert.is(tokenizer.decode(ids), text.slice(0, 50_000))
      assert.ok(ids.length < 50_000 / 3.5, `${ids.length} tokens`)
    })
  })
}
