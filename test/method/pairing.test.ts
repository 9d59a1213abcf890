import * as assert from 'uvu/assert'
import { answerLength } from '../../src/method/length.ts'
import { pairUp } from '../../src/method/pairing.ts'
import { describe } from '../describe.ts'
import { answer, randomScored, scored } from './samples.ts'

const options = { minResponses: 2, alpha: 0, unit: 'characters' } as const

describe('answer length', (it) => {
  it('counts code points, not UTF-16 units', () => {
    assert.is(answerLength(answer('naïve 🎲'), 'characters'), 7)
  })

  it('counts tokens as the model wrote them', () => {
    assert.is(answerLength({ text: 'one', tokens: [5, 6] }, 'tokens'), 2)
  })

  it('throws for tokens of an answer from a file', () => {
    assert.throws(() => answerLength({ text: 'one' }, 'tokens'), /tokens/)
  })
})

describe('pairing', (it) => {
  it('chooses the highest reward and rejects the lowest', () => {
    const { samples, rewards } = scored([[4, 1], [6, 3], [9, -2]])
    const { pairs, counts, meanDifference, meanMargin } = pairUp(samples, rewards, options)
    assert.is(pairs.length, 1)
    assert.is(pairs[0]!.chosen, samples[0]!.responses[1])
    assert.is(pairs[0]!.rejected, samples[0]!.responses[2])
    assert.is(pairs[0]!.id, 'p0')
    assert.is(pairs[0]!.text, 'prompt 0')
    assert.is(pairs[0]!.origin, 'generated')
    assert.is(meanDifference, -3)
    assert.is(meanMargin, 5)
    assert.equal(counts, { prompts: 1, responses: 3, truncated: 0, tooFew: 0, identical: 0, pairs: 1 })
  })

  it('subtracts α for every unit of length', () => {
    const { samples, rewards } = scored([[2, 1], [10, 3], [4, 0]])
    const { pairs, meanMargin } = pairUp(samples, rewards, { ...options, alpha: 0.5 })
    assert.is(pairs[0]!.chosen.text.length, 2)
    assert.is(pairs[0]!.rejected.text.length, 10)
    assert.is(meanMargin, 0 - -2)
  })

  it('penalises tokens when told to', () => {
    const samples = [{ id: 'a', text: 'a', responses: [
      { text: 'long in letters', tokens: [1] }, { text: 'short', tokens: [1, 2, 3, 4] }, { text: 'mid', tokens: [1, 2] },
    ] }]
    const { pairs, meanDifference } = pairUp(samples, [[0, 1, 0.5]], { ...options, unit: 'tokens', alpha: 1 })
    assert.is(pairs[0]!.chosen.text, 'long in letters')
    assert.is(pairs[0]!.rejected.text, 'short')
    assert.is(meanDifference, -3)
  })

  it('breaks ties by the lowest position, on both sides', () => {
    const { samples, rewards } = scored([[1, 5], [2, 5], [3, 0], [4, 0]])
    const { pairs } = pairUp(samples, rewards, options)
    assert.is(pairs[0]!.chosen.text.length, 1)
    assert.is(pairs[0]!.rejected.text.length, 3)
  })

  it('leaves cut-off answers out, and counts them', () => {
    const { samples, rewards } = scored([[1, 0], [2, 1], [3, 9], [4, -9]])
    const responses = samples[0]!.responses.map((one, index) => (index >= 2 ? { ...one, finish: 'length' as const } : one))
    const cut = [{ ...samples[0]!, responses }]
    const { pairs, counts } = pairUp(cut, rewards, options)
    assert.is(pairs[0]!.chosen.text.length, 2)
    assert.is(pairs[0]!.rejected.text.length, 1)
    assert.is(counts.truncated, 2)
    assert.is(pairUp(cut, rewards, { ...options, keepTruncated: true }).pairs[0]!.chosen.text.length, 3)
  })

  it('leaves out prompts with too few usable answers', () => {
    const { samples, rewards } = scored([[1, 0], [2, 1]], [[1, 0], [2, 1], [3, 2]])
    const { pairs, counts } = pairUp(samples, rewards, { ...options, minResponses: 3 })
    assert.equal(pairs.map(({ id }) => id), ['p1'])
    assert.is(counts.tooFew, 1)
  })

  it('leaves out prompts whose best and worst are the same text', () => {
    const { samples, rewards } = scored([[3, 1], [3, 0]], [[3, 1], [4, 0]], [[5, 2], [6, 2]])
    const { pairs, counts } = pairUp(samples, rewards, options)
    assert.equal(pairs.map(({ id }) => id), ['p1'])
    assert.is(counts.identical, 2)
  })

  it('gives zeros, not NaN, when there is no pair', () => {
    const empty = pairUp([], [], options)
    assert.equal([empty.meanDifference, empty.meanMargin, empty.pairs.length], [0, 0, 0])
  })

  it('accounts for every prompt (seed accounts)', () => {
    const { samples, rewards } = randomScored('accounts', 200, 4, true)
    const { counts } = pairUp(samples, rewards, { ...options, minResponses: 4, alpha: 0.2 })
    assert.is(counts.pairs + counts.tooFew + counts.identical, counts.prompts)
    assert.ok(counts.pairs > 0 && counts.tooFew > 0 && counts.identical > 0, JSON.stringify(counts))
  })

  it('throws for rewards that do not fit or are not finite', () => {
    const { samples, rewards } = scored([[1, 0], [2, 1]])
    assert.throws(() => pairUp(samples, [], options), /rewards for 0/)
    assert.throws(() => pairUp(samples, [[1]], options), /2 answers but 1/)
    assert.throws(() => pairUp(samples, [[rewards[0]![0]!, NaN]], options), /NaN/)
  })
})
