import * as assert from 'uvu/assert'
import { readFileSync } from 'node:fs'
import { measures } from '../../src/metrics/index.ts'
import { everyRow } from '../../src/metrics/measure.ts'
import { describe } from '../describe.ts'
import { sharedData } from '../root.ts'
import { evaluation, simulated } from './evaluations.ts'

describe('measures', (it) => {
  const four = {
    ...evaluation([
      { win: 1, length: 10, tokens: 3, score: 0.5 },
      { win: 0, length: 20, tokens: 4, score: -1, ended: false },
      { win: 0.5, length: 30, tokens: 5, score: 1.5 },
      { win: 1, length: 41, tokens: 8, score: 1 },
    ]),
    comparisons: [{ prompt: 'a', correct: 1 }, { prompt: 'b', correct: 0 }, { prompt: 'c', correct: 1 }],
  }

  it('means by hand', () => {
    assert.is(measures.winrate.value(four), 62.5)
    assert.is(measures.length.value(four), 25.25)
    assert.is(measures.tokens.value(four), 5)
    assert.is(measures.score.value(four), 0.5)
    assert.is(measures.truncated.value(four), 25)
    assert.is(measures.reward_accuracy.value(four), 200 / 3)
  })

  it('the standard error of the win rate by hand', () => {
    // 100, 0, 50, 100: squared deviations from 62.5 sum to 6,875; √(6875 / 3 / 4)
    assert.ok(Math.abs(measures.winrate.error(four)! - Math.sqrt(6875 / 12)) < 1e-12)
    assert.is(measures.winrate.error(evaluation([{}])), undefined)
  })

  it('say why when there is nothing to measure', () => {
    const nothing = evaluation([])
    for (const measure of Object.values(measures)) {
      assert.is(measure.value(nothing), undefined, measure.label)
      assert.type(measure.missing(nothing), 'string', measure.label)
    }
    assert.match(measures.reward_accuracy.missing(evaluation([{}]))!, /no reference/)
    assert.is(measures.winrate.missing(four), undefined)
  })

  it('are written with their digits', () => {
    assert.is(measures.winrate.format(52.345), '52.3')
    assert.is(measures.score.format(0.12345), '0.123')
  })

  it('a selection with repetitions is measured as if it were the data (seed selection)', () => {
    const [given] = simulated('selection', { seeds: 1, prompts: 40, seedEffect: 0, promptEffect: 1, noise: 1, lengthEffect: 0.5 })
    const rows = Int32Array.from({ length: 40 }, (_, index) => (index * index) % 37)
    const drawn = { outcomes: [...rows].map((row) => given!.outcomes[row]!), comparisons: [] }
    for (const measure of [measures.winrate, measures.lc_winrate, measures.length]) {
      assert.is(measure.statistic(given!)(rows, 40), measure.value(drawn), measure.label)
      assert.is(measure.statistic(given!)(everyRow(40), 40), measure.value(given!), measure.label)
    }
  })

  it('the win rate and its error are the published ones for 25 models of AlpacaEval 2', () => {
    const path = sharedData('alpaca_eval/annotations.json')
    if (path === undefined) return console.log('skipped: no shared data alpaca_eval/annotations.json')
    interface Published { preference: number[]; published: { win_rate: number; standard_error: number } }
    const models = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Published>
    assert.ok(Object.keys(models).length >= 25)
    for (const [name, { preference, published }] of Object.entries(models)) {
      const given = evaluation(preference.map((value) => ({ win: value - 1 })))
      const found = [measures.winrate.value(given)!, measures.winrate.error(given)!]
      const expected = [published.win_rate, published.standard_error]
      for (const index of [0, 1]) {
        assert.ok(Math.abs(found[index]! - expected[index]!) < 1e-4, `${name}: ${found}, published ${expected}`)
      }
    }
  })
})
