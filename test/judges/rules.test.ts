import * as assert from 'uvu/assert'
import { judges } from '../../src/judges/index.ts'
import { rules } from '../../src/judges/rules.ts'
import { dialogue, endsLikeSentence, lengthFit, relevance, repetition, shareFound, variety, wordsOf } from '../../src/judges/text.ts'
import type { Json } from '../../src/plan/node.ts'
import { stream } from '../../src/random.ts'
import { describe } from '../describe.ts'

const silent: Record<string, Json> = {
  complete: 0, repetition: 0, variety: 0, relevance: 0, dialogue: 0, length: 0, shortest: 3, longest: 10,
  required: [], mention: 0, forbidden: [], avoid: 0,
}
const score = (changed: Record<string, Json>, response: string, prompt = 'Write a story.', ended = true) =>
  rules.judge({ ...silent, ...changed })(prompt, response, ended).score

describe('judge rules: what is counted', (it) => {
  it('words', () => {
    assert.equal(wordsOf("Don't stop — Ärger, 3 Cats’ naps!"), ["don't", 'stop', 'ärger', '3', 'cats', 'naps'])
    assert.equal(wordsOf('…'), [])
  })

  for (const [text, expected] of [
    ['The end.', 1], ['"Stop!" she said', 0], ['He said, "Stop!"', 1], ['Was it (really?) ', 1], ['The end', 0], ['', 0], ['终わり。', 1], ['one,', 0],
  ] as const) it(`“${text}” ends like a sentence: ${expected}`, () => assert.is(endsLikeSentence(text), expected))

  it('repetition is the share of runs of three words seen before', () => {
    assert.is(repetition(wordsOf('a b c d e')), 0)
    assert.is(repetition(wordsOf('a b')), 0)
    assert.is(repetition(wordsOf('a b c a b c')), 0.25)
    assert.is(repetition(wordsOf('a a a a a a')), 0.75)
  })

  it('variety does not fall with length alone', () => {
    assert.is(variety(wordsOf('a b a b')), 0.5)
    assert.is(variety([]), 0)
    const cycle = Array.from({ length: 50 }, (_, index) => `w${index}`)
    assert.is(variety([...cycle, ...cycle, ...cycle]), 1)
  })

  it('variety equals its definition, window by window (seed 4)', () => {
    const random = stream('4')
    const words = Array.from({ length: 130 }, (_, index) => `w${Math.floor(random.at(index) * 40)}`)
    const ratios = Array.from({ length: 81 }, (_, start) => new Set(words.slice(start, start + 50)).size / 50)
    assert.ok(Math.abs(variety(words) - ratios.reduce((sum, ratio) => sum + ratio, 0) / 81) < 1e-12)
  })

  for (const [text, expected] of [
    ['She said, "Hello."', 1], ['She said, “Hello.”', 1], ['She said hello.', 0], ['A 5" pipe', 0], ['""', 0], ["It's Bo's", 0],
  ] as const) it(`dialogue in ${text}: ${expected}`, () => assert.is(dialogue(text), expected))

  it('length fits between the bounds and fades outside', () => {
    assert.equal([0, 5, 10, 15, 20, 30, 40, 50].map((words) => lengthFit(words, 10, 20)), [0, 0.5, 1, 1, 1, 0.5, 0, 0])
  })

  it('phrases are found as whole words in any case', () => {
    const words = wordsOf('The Red boat sailed; the redness faded.')
    assert.is(shareFound(words, ['red boat', 'RED']), 1)
    assert.is(shareFound(words, ['sail', 'boat']), 0.5)
    assert.is(shareFound(words, []), 0)
  })

  it('relevance is the share of the longer words of the request', () => {
    assert.is(relevance(wordsOf('Tell a story of the boat and the whale'), wordsOf('A whale met a boat.')), 0.5)
    assert.is(relevance(wordsOf('Go on'), wordsOf('on')), 0)
  })
})

describe('judge rules: the score', (it) => {
  const good = 'Once a boat met a whale. "Hello," said the whale.'
  const cases: readonly [entry: string, changed: Record<string, Json>, better: string, worse: string][] = [
    ['complete', { complete: 1 }, 'One two three.', 'One two three'],
    ['repetition', { repetition: 1 }, 'a b c d e f', 'a b c a b c'],
    ['variety', { variety: 1 }, 'a b c d', 'a b a b'],
    ['relevance', { relevance: 1 }, 'A story.', 'A thing.'],
    ['dialogue', { dialogue: 1 }, good, 'Once a boat met a whale.'],
    ['length', { length: 1 }, 'one two three', 'one'],
    ['shortest', { length: 1, shortest: 1 }, 'one', ''],
    ['longest', { length: 1, longest: 3 }, 'a b c', 'a b c d'],
    ['required', { mention: 1, required: ['whale'] }, good, 'Once.'],
    ['mention', { mention: 2, required: ['whale', 'boat'] }, good, 'A boat.'],
    ['forbidden', { avoid: 1, forbidden: ['whale'] }, 'Once.', good],
    ['avoid', { avoid: 2, forbidden: ['whale', 'boat'] }, 'A boat.', good],
  ]
  for (const [entry, changed, better, worse] of cases) {
    it(`\`${entry}\` prefers “${better}” to “${worse}”, and is blind to both without it`, () => {
      assert.ok(score(changed, better) > score(changed, worse))
      assert.is(score({}, better), score({}, worse))
    })
  }

  it('every entry is exercised above, and has a default of its type', () => {
    assert.equal(cases.map(([entry]) => entry).sort(), Object.keys(rules.entries).sort())
    const defaults = Object.fromEntries(Object.entries(rules.entries).map(([name, field]) => [name, field.default as Json]))
    assert.ok(rules.judge(defaults)('Tell of a boat.', good, true).score > 0)
  })

  it('weights scale their part, and parts are reported unweighted', () => {
    const { score: total, parts } = rules.judge({ ...silent, complete: 2, variety: 3 })('', 'One two.', true)
    assert.is(total, 5)
    assert.is(parts['complete'], 1)
    assert.is(parts['variety'], 1)
  })

  it('an answer that was cut off is not complete, whatever it ends with', () => {
    assert.is(score({ complete: 1 }, 'The end.', '', false), 0)
  })

  it('bounds that exclude each other are refused', () => {
    assert.throws(() => judges.rules.judge({ ...silent, shortest: 30, longest: 20 }), /at least 30 and at most 20 words/)
  })

  it('a missing entry is our bug', () => {
    assert.throws(() => judges.rules.judge({ ...silent, complete: null }), /bug: .*`complete`/)
    assert.throws(() => judges.rules.judge({ ...silent, required: [1] }), /bug: .*`required`/)
  })
})
