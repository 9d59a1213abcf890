import * as assert from 'uvu/assert'
import { readAnnotations } from '../../../src/metrics/alpaca-eval/annotations.ts'
import { readGlmInputs } from '../../../src/metrics/alpaca-eval/glm-inputs.ts'
import { leaderboard } from '../../../src/metrics/alpaca-eval/leaderboard.ts'
import { isRefusal } from '../../../src/metrics/alpaca-eval/refusal.ts'
import { describe } from '../../describe.ts'

interface Row {
  readonly instruction: string
  readonly output_1: string
  readonly generator_1: string
  readonly output_2: string
  readonly generator_2: string
  readonly preference: unknown
  readonly annotator?: string
}

const row = (instruction: string, more: Partial<Row> = {}): Row => ({
  instruction, output_1: 'four', generator_1: 'base', output_2: 'sevenly', generator_2: 'mine', preference: 1.25, annotator: 'judge',
  ...more,
})
const listed = [row('a'), row('b', { preference: 0, output_2: '🙂' }), row('c', { preference: 2 })]
const columns = (preference: unknown[], deltas: unknown[], model = 'mine') =>
  ({ [model]: { preference, length_difference: deltas } })
const compact = { mine: { preference: [1.25, 1.5, 2], length_difference: [-3, 3, -3] } }

function sound(value: unknown) {
  const found = readAnnotations(value)
  if (isRefusal(found)) throw new Error(found.message)
  return found
}

describe('annotations', (it) => {
  it('say the same in both layouts: soft wins, draws as halves, characters and not bytes', () => {
    const [one] = sound(listed), [other] = sound(compact)
    assert.equal([...one!.wins], [0.25, 0.5, 1])
    assert.equal([...one!.deltas], [-3, 3, -3])
    assert.equal(one, other)
  })

  it('of several models are put into one order of prompts', () => {
    const yours = (instruction: string, preference = 1.25) => row(instruction, { generator_2: 'yours', preference })
    const second = [yours('c', 1), yours('a'), yours('b')]
    const models = sound([...listed, ...second])
    assert.equal(models.map(({ model }) => model), ['mine', 'yours'])
    assert.equal([...models[1]!.wins], [0.25, 0.25, 0])
  })

  it('know the baseline set against itself', () => {
    const [own] = sound([row('a', { generator_2: 'base', preference: 1.5 }), row('b', { generator_2: 'base', preference: 1.5 })])
    assert.is(own!.isBaseline, true)
    const board = leaderboard([own!])
    assert.ok(!isRefusal(board))
    assert.equal(board, [{ model: 'base', winrate: 50, winrateError: 0, lcWinrate: 50, lcError: 0, prompts: 2 }])
  })

  const refusals: [string, unknown, RegExp][] = [
    ['no object and no list', 7, /the file holds 7/],
    ['an empty list', [], /no comparison/],
    ['an empty object', {}, /no comparison/],
    ['a row that is no object', [3], /annotation 1 is 3/],
    ['a row without an answer', [{ ...row('a'), output_2: null }], /`output_2` of annotation 1 is null, not a text/],
    ['a dropped annotation', [row('a'), row('b', { preference: null })], /annotation 2 \(mine\) has no preference/],
    ['a dropped annotation in the compact form', columns([1, null], [1, 2]), /row 2 of mine has no preference/],
    ['a preference outside its range', [row('a', { preference: 2.5 })], /the preference of annotation 1 \(mine\) is 2.5/],
    ['a prompt answered twice', [...listed, row('b')], /mine answers one prompt twice: “b”/],
    ['unequal prompts', [...listed, row('a', { generator_2: 'yours' })], /mine has a prompt that yours has not: “b”/],
    ['prompts that only the second model has', [row('a'), ...['a', 'b'].map((name) => row(name, { generator_2: 'yours' }))],
      /yours has a prompt that mine has not: “b”/],
    ['two baselines', [row('a'), row('b', { generator_1: 'other' })], /mixes baselines: base and other/],
    ['two annotators', [row('a'), row('b', { annotator: 'other' })], /mixes annotators: judge and other/],
    ['lists of different lengths', columns([1, 2], [1]), /2 preferences and 1 length differences/],
    ['models on different numbers of prompts', { ...compact, ...columns([1, 2], [1, 2], 'yours') },
      /mine was compared on 3 prompts and yours on 2/],
    ['a length difference that is no number', columns([1, 2], [1, 'x']), /length difference of row 2 of mine is "x"/],
    ['coefficients that are not three', { mine: { ...compact.mine, coefficients: [1, 2] } }, /coefficients of mine are a list/],
    ['a model without columns', { mine: [1, 2] }, /mine has a list/],
    ['a single prompt', [row('a')], /fewer than two prompts/],
  ]
  for (const [name, value, message] of refusals) {
    it(`refuse ${name}, with a remedy`, () => {
      const found = readAnnotations(value)
      assert.ok(isRefusal(found), 'it was accepted')
      assert.match(found.message, message)
      assert.ok(found.remedy.length > 10)
    })
  }
})

describe('inputs of the full regression', (it) => {
  const inputs = { instruction_difficulty: [0, 1, 2], gamed: { tanh_length: [0.5], instruction_difficulty: [0], label: [0.4] } }
  const refusals: [string, unknown, RegExp][] = [
    ['no difficulties', { gamed: inputs.gamed }, /`instruction_difficulty` is no list/],
    ['no gamed rows', { instruction_difficulty: [1] }, /`gamed` is missing/],
    ['gamed rows that are not numbers', { ...inputs, gamed: { ...inputs.gamed, label: ['x'] } }, /not all numbers/],
    ['gamed rows of different lengths', { ...inputs, gamed: { ...inputs.gamed, label: [0.1, 0.2] } }, /differ in length/],
    ['a label that is no probability', { ...inputs, gamed: { ...inputs.gamed, label: [1.4] } }, /not between 0 and 1/],
  ]
  for (const [name, value, message] of refusals) {
    it(`refuse ${name}`, () => {
      const found = readGlmInputs(value)
      assert.ok(isRefusal(found))
      assert.match(found.message, message)
    })
  }

  it('are refused for another number of prompts than they belong to', () => {
    const read = readGlmInputs({ ...inputs, instruction_difficulty: [0, 1] })
    assert.ok(!isRefusal(read))
    const found = leaderboard(sound(compact), read)
    assert.ok(isRefusal(found))
    assert.match(found.message, /3 prompts, but instruction difficulties for 2/)
  })
})

describe('the minimal form', (it) => {
  it('refuses a regression without a finite solution', () => {
    const found = leaderboard(sound({ mine: { preference: [2, 2, 1, 1], length_difference: [-9, -8, 5, 6] } }))
    assert.ok(isRefusal(found))
    assert.match(found.message, /mine: length alone separates wins from losses/)
  })

  it('with two lengths is the mean of two logits, and its error comes from the spread within each (by hand)', () => {
    // Wins 1, ½ at Δ = −20 and ½, ¼ at 20: group means ¾ and ⅜; each group's mean has variance Σ r² / n².
    const board = leaderboard(sound({ mine: { preference: [2, 1.5, 1.5, 1.25], length_difference: [-20, -20, 20, 20] } }))
    assert.ok(!isRefusal(board))
    const logit = (p: number): number => Math.log(p / (1 - p))
    const p = 1 / (1 + Math.exp(-(logit(0.75) + logit(0.375)) / 2))
    const ofLogit = (mean: number, squares: number): number => squares / 4 / (mean * (1 - mean)) ** 2
    const variance = (ofLogit(0.75, 2 * 0.25 ** 2) + ofLogit(0.375, 2 * 0.125 ** 2)) / 4
    assert.ok(Math.abs(board[0]!.lcWinrate - 100 * p) < 1e-9)
    assert.ok(Math.abs(board[0]!.lcError - 100 * p * (1 - p) * Math.sqrt(variance)) < 1e-9)
  })

  it('never uses coefficients that belong to the full one', () => {
    const given = { preference: [2, 1.5, 1.5, 1.25], length_difference: [-20, -20, 20, 20] }
    const bare = leaderboard(sound({ mine: given }))
    assert.equal(leaderboard(sound({ mine: { ...given, coefficients: [0, 0, 5] } })), bare)
  })
})
