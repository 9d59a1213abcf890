// Stages that label answers: pairs by the implicit reward, pairs by a judge, replay, evaluation. No engine, numbers by hand.
import * as assert from 'uvu/assert'
import type { Answer, Pair, Samples } from '../../src/data/record.ts'
import type { Evaluation, ReplayRecord, ShapingRecord } from '../../src/data/result.ts'
import type { Json } from '../../src/plan/node.ts'
import { describe } from '../describe.ts'
import { openBench } from './bench.ts'

const bench = openBench()
/** Likes foxes, dislikes cats, and sees nothing else. */
const foxes: Json = {
  row: 'rules',
  params: {
    complete: 0, repetition: 0, variety: 0, relevance: 0, dialogue: 0, length: 0, shortest: 1, longest: 9,
    required: ['fox'], mention: 1, forbidden: ['cat'], avoid: 1,
  },
}
const answer = (text: string, logprob: number, finish: Answer['finish'] = 'stop'): Answer => ({ text, tokens: [7, 8], logprob, finish: finish! })
const samplesOf = (...rows: [text: string, responses: readonly Answer[]][]): Samples[] =>
  rows.map(([text, responses], index) => ({ id: `p${index}`, text, responses }))

describe('pair', (it) => {
  const params = (alpha: Json, keep = true): Json => ({
    reward: 'implicit', rewardParams: { beta: 0.5, reference: 'previous' },
    shape: { alpha, unit: 'characters' }, pair: { min_responses: 2, keep_truncated: keep },
  })
  const samples = samplesOf(
    ['a fox', [answer('red', -4), answer('a long answer', -5), answer('brown', -6)]],
    ['a cat', [answer('same', -1), answer('same', -1)]],
    ['an owl', [answer('only one', -2), answer('cut', -3, 'length')]],
  )
  // log π − log π_ref: 1, 3 and −1 for the fox.
  const reference = [{ id: 'p0', logprobs: [-5, -8, -5] }, { id: 'p1', logprobs: [-1, -1] }, { id: 'p2', logprobs: [-2, -9] }]
  const inputs = { samples: bench.rows('samples.jsonl', samples), reference: bench.rows('scores.jsonl', reference) }

  it('takes the answer of the highest reward against that of the lowest, with what the sampler thought of them', async () => {
    const made = await bench.run('pair', params(0), inputs)
    const pairs = made.rows<Pair>('rows.jsonl')
    const found = pairs.map(({ id, chosen, rejected }) => [id, chosen.text, rejected.text])
    assert.equal(found, [['p0', 'a long answer', 'brown'], ['p2', 'cut', 'only one']])
    assert.equal(pairs[0]!.reference, { chosen: -5, rejected: -6 })
    assert.ok(pairs.every(({ origin }) => origin === 'generated'))
    const record = made.json('shaping.json') as unknown as ShapingRecord
    assert.equal([record.counts.prompts, record.counts.pairs, record.counts.identical, record.counts.truncated], [3, 2, 1, 1])
  })

  it('subtracts α times the length from β times the ratio', async () => {
    // 0.5 · 3 − 0.2 · 13 = −1.1 is now the worst, 0.5 · 1 − 0.2 · 3 = −0.1 the best.
    const [first] = (await bench.run('pair', params(0.2), inputs)).rows<Pair>('rows.jsonl')
    assert.equal([first!.chosen.text, first!.rejected.text], ['red', 'brown'])
    const [shaped] = (await bench.run('pair', params(0.4), inputs)).rows<Pair>('rows.jsonl')
    assert.equal([shaped!.chosen.text, shaped!.rejected.text], ['red', 'a long answer'])
  })

  it('leaves out answers that were cut off, when told to, and prompts with too few left', async () => {
    const made = await bench.run('pair', params(0, false), inputs)
    assert.equal(made.rows<Pair>('rows.jsonl').map(({ id }) => id), ['p0'])
    assert.is((made.json('shaping.json') as unknown as ShapingRecord).counts.tooFew, 1)
  })

  it('finds the α at which chosen answers are no longer than rejected ones, and scales it', async () => {
    // Ratios 2, 3 (or 2.4) and 1 for answers of 2, 10 and 6 characters: the long one stops winning at α = 0.0625 and 0.025.
    const answers = ['aa', 'a'.repeat(10), 'a'.repeat(6)].map((text) => answer(text, 0))
    const rows = { samples: bench.rows('samples.jsonl', samplesOf(['one', answers], ['two', answers])) }
    const scores = bench.rows('scores.jsonl', [{ id: 'p0', logprobs: [-2, -3, -1] }, { id: 'p1', logprobs: [-2, -2.4, -1] }])
    const recordOf = async (factor: number): Promise<ShapingRecord> =>
      (await bench.run('pair', params({ auto: factor }), { ...rows, reference: scores })).json('shaping.json') as unknown as ShapingRecord
    const [once, twice] = [await recordOf(1), await recordOf(2)]
    assert.ok(once.alpha > 0.025 && once.alpha < 0.0625, String(once.alpha))
    assert.equal([once.best, once.meanDifference], [once.alpha, 0])
    assert.ok(Math.abs(twice.alpha - 2 * once.alpha) < 1e-12)
  })

  it('fails when no pair is left, and counts why', async () => {
    const one = { samples: bench.rows('samples.jsonl', samples.slice(1, 2)), reference: bench.rows('scores.jsonl', reference.slice(1, 2)) }
    const { message } = await bench.fails('pair', params(0), one)
    assert.is(message, 'no pair came out of 1 prompts: 0 had fewer than 2 usable answers (0 answers were cut off), ' +
      'in 1 the best and the worst answer were the same text')
  })

  it('takes the rewarding policy from its own scores, when that is not the sampler', async () => {
    const own = [{ id: 'p0', logprobs: [-1, -9, -5] }, { id: 'p1', logprobs: [-1, -1] }, { id: 'p2', logprobs: [-1, -9] }]
    const policy = bench.rows('scores.jsonl', own)
    const [first] = (await bench.run('pair', params(0), { ...inputs, policy })).rows<Pair>('rows.jsonl')
    assert.equal([first!.chosen.text, first!.rejected.text, first!.reference], ['red', 'a long answer', { chosen: -4, rejected: -5 }])
  })
})

describe('rank', (it) => {
  const params: Json = { judge: foxes, min_responses: 2, keep_truncated: false }

  it("makes offline pairs of the judge's best and worst, and counts what it drops", async () => {
    const samples = samplesOf(
      ['one', [answer('a dog', -1), answer('a fox', -2), answer('a cat', -3)]],
      ['two', [answer('a fox', -1), answer('the fox', -2)]],
      ['three', [answer('a fox', -1), answer('a cat', -2, 'length')]],
    )
    const made = await bench.run('rank', params, { samples: bench.rows('samples.jsonl', samples) })
    const [pair, ...others] = made.rows<Pair>('rows.jsonl')
    assert.equal(others, [])
    assert.equal([pair!.id, pair!.chosen.text, pair!.rejected.text, pair!.origin], ['p0', 'a fox', 'a cat', 'offline'])
    assert.is(pair!.chosen.logprob, undefined, 'scored anew under each reference')
    assert.equal(made.json('counts.json'), { prompts: 3, pairs: 1, tooFew: 1, tied: 1 })
  })

  it('fails when the judge tells nothing apart', async () => {
    const alike = bench.rows('samples.jsonl', samplesOf(['x', [answer('a', -1), answer('b', -1)]]))
    const { message, remedy } = await bench.fails('rank', params, { samples: alike })
    assert.is(message, 'no pair came out of 1 prompts: 0 had fewer than 2 usable answers, 1 were scored alike')
    assert.match(remedy, /a judge that tells answers apart/)
  })
})

describe('replay', (it) => {
  const pairsOf = (name: string, count: number, origin: Pair['origin']): Pair[] => Array.from({ length: count }, (_, index) =>
    ({ id: `${name}${index}`, text: `${name} ${index}`, chosen: { text: 'a' }, rejected: { text: 'b' }, origin }))
  const generated = bench.rows('rows.jsonl', pairsOf('new', 8, 'generated'))
  const offline = bench.rows('rows.jsonl', pairsOf('old', 5, 'offline'))

  it('mixes a share γ of offline pairs, drawn from the seed', async () => {
    const made = await bench.run('replay', { gamma: 0.5, size: 8 }, { generated, offline })
    const record = made.json('replay.json') as unknown as ReplayRecord
    assert.equal([record.generated, record.offline, record.share], [4, 4, 0.5])
    const ids = (artifact: typeof made): string[] => artifact.rows<Pair>('rows.jsonl').map(({ id }) => id)
    const drawn = await Promise.all([1, 2, 3].map((seed) => bench.run('replay', { gamma: 0.5, size: 8 }, { generated, offline }, seed)))
    assert.ok(new Set(drawn.map((one) => ids(one).join(' '))).size > 1)
  })

  it('needs no generated pair at γ = 1', async () => {
    const made = await bench.run('replay', { gamma: 1 }, { offline })
    assert.ok(made.rows<Pair>('rows.jsonl').every(({ origin }) => origin === 'offline'))
  })

  it('fails with the largest γ there is enough for, which is enough', async () => {
    const { message, remedy } = await bench.fails('replay', { gamma: 0.9, size: 60 }, { generated, offline })
    assert.is(message, 'γ = 0.9 asks for 54 offline pairs whose prompt no generated pair uses, and there are 5')
    const largest = Number(/^the largest γ these data allow is ([\d.]+);/.exec(remedy)![1])
    assert.ok(largest > 0.3 && largest < 0.9)
    await bench.run('replay', { gamma: largest, size: 60 }, { generated, offline })
    await bench.fails('replay', { gamma: largest + 0.05, size: 60 }, { generated, offline })
  })

  it('fails when nothing is left to train on', async () => {
    const { remedy } = await bench.fails('replay', { gamma: 0.5, size: 1 }, { generated, offline })
    assert.match(remedy, /check `replay`/)
  })
})

describe('evaluate', (it) => {
  const answersOf = (...texts: [string, Answer['finish']][]): Samples[] =>
    texts.map(([text, finish], index) => ({ id: `p${index}`, text: 'say', responses: [answer(text, -1, finish)] }))
  const answers = bench.rows('samples.jsonl', answersOf(['a fox 🦊', 'stop'], ['a cat', 'length'], ['nothing', 'stop']))
  // In another order: what belongs together is said by the ids.
  const baseline = bench.rows('samples.jsonl', answersOf(['a cat', 'stop'], ['the fox', 'stop'], ['nothing', 'stop']).toReversed())

  it('compares answer by answer, a tie being half a win', async () => {
    const made = await bench.run('evaluate', { judge: foxes }, { answers, baseline })
    const { outcomes, comparisons } = made.json('evaluation.json') as unknown as Evaluation
    assert.equal(outcomes.map(({ prompt, win, ended }) => [prompt, win, ended]), [['p0', 1, true], ['p1', 0, false], ['p2', 0.5, true]])
    assert.equal([outcomes[0]!.length, outcomes[0]!.baselineLength, outcomes[0]!.tokens], [7, 5, 2])
    assert.equal(comparisons, [])
  })

  it('counts a held-out pair as right only when its implicit reward is strictly higher', async () => {
    const scored = (...rows: [chosen: number, rejected: number][]) => bench.rows('rows.jsonl', rows.map(([chosen, rejected], index) =>
      ({ id: `h${index}`, text: 'say', chosen: { text: 'a' }, rejected: { text: 'b' }, origin: 'offline', reference: { chosen, rejected } })))
    const policy = scored([-1, -5], [-5, -5], [-9, -1])
    const reference = scored([-2, -5], [-5, -5], [-5, -4])
    const made = await bench.run('evaluate', { judge: foxes }, { answers, baseline, policy, reference })
    const { comparisons } = made.json('evaluation.json') as unknown as Evaluation
    assert.equal(comparisons.map(({ correct }) => correct), [1, 0, 0])
  })
})
