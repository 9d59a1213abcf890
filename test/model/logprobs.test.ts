import * as assert from 'uvu/assert'
import { meanNegativeLogLikelihood, responseLogprobs } from '../../src/model/logprobs.ts'
import { StageFailure } from '../../src/run/stage.ts'
import { permutation, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { referenceLogprobs } from '../../src/verify/reference-decoder.ts'
import { names, randomIds, smallModel, withEngine } from './small.ts'

const model = smallModel({ tied: false })
const matrices = new Map([...model.weights].map(([name, { data }]) => [name, Float64Array.from(data)]))
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const items = Array.from({ length: 17 }, (_, index) => {
  const random = stream('item').child(index)
  const prompt = randomIds(random.child('prompt'), 1 + Math.floor(random.at(0) * 9))
  return { prompt, response: index === 4 ? [] : randomIds(random.child('response'), 1 + Math.floor(random.at(1) * 14)) }
})
const expected = items.map(({ prompt, response }) =>
  sum(referenceLogprobs(model.config, matrices, [...prompt, ...response], prompt.length)))

function close(actual: readonly number[], wanted: readonly number[], tolerance = 1e-5): void {
  assert.is(actual.length, wanted.length)
  actual.forEach((value, index) =>
    assert.ok(Math.abs(value - wanted[index]!) <= tolerance * Math.max(1, Math.abs(wanted[index]!)), `${index}: ${value} for ${wanted[index]}`))
}

for (const name of names) {
  describe(`log-probabilities on ${name}`, (it) => {
    it('are those of the reference, over the response only', () => withEngine(name, async (engine) => {
      const actual = await responseLogprobs(engine, model, items)
      close(actual, expected)
      assert.is(actual[4], 0)
    }))

    it('do not depend on order or batches', () => withEngine(name, async (engine) => {
      const order = permutation(stream('order'), items.length)
      const shuffled = await responseLogprobs(engine, model, order.map((index) => items[index]!), { batchTokens: 40 })
      close(shuffled, order.map((index) => expected[index]!))
      close(await responseLogprobs(engine, model, items, { batchTokens: 1 }), expected)
    }))

    it('average over tokens, the first of each sequence not predicted', () => withEngine(name, async (engine) => {
      const rows = items.map(({ prompt, response }) => [...prompt, ...response])
      const all = rows.flatMap((ids) => referenceLogprobs(model.config, matrices, ids, 0))
      assert.is(all.length, sum(rows.map((ids) => ids.length - 1)))
      close([await meanNegativeLogLikelihood(engine, model, rows)], [-sum(all) / all.length])
    }))

    it('fill the context exactly, and name the row that is longer', () => withEngine(name, async (engine) => {
      const full = { prompt: [1], response: randomIds(stream('full'), 24) }
      close(await responseLogprobs(engine, model, [full]), [sum(referenceLogprobs(model.config, matrices, [1, ...full.response], 1))])
      const error = await responseLogprobs(engine, model, [items[0]!, { prompt: [1, 3], response: full.response }]).catch((reason) => reason)
      assert.instance(error, StageFailure)
      assert.match(error.message, /row 1 has 26 tokens, .* context holds 24/)
    }))

    it('report progress up to all rows', () => withEngine(name, async (engine) => {
      const seen: number[] = []
      await responseLogprobs(engine, model, items, { batchTokens: 60 }, ({ done, total, unit }) => {
        assert.is(`${total} ${unit}`, '17 responses')
        seen.push(done)
      })
      assert.is(seen.at(-1), 17)
      assert.equal(seen, [...seen].sort((a, b) => a - b))
    }))

    it('of nothing are nothing', () => withEngine(name, async (engine) => {
      assert.equal(await responseLogprobs(engine, model, []), [])
    }))
  })
}
