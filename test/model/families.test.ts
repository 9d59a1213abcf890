// Responses that share a prompt: found, cut into few sizes, laid out, and scored as each would be alone.
import * as assert from 'uvu/assert'
import { type Family, familiesOf, layOutFamilies, planFamilies } from '../../src/model/families.ts'
import { responseLogprobs } from '../../src/model/logprobs.ts'
import { stream } from '../../src/random.ts'
import { referenceLogprobs } from '../../src/verify/reference-decoder.ts'
import { describe } from '../describe.ts'
import { names, randomIds, smallModel, withEngine } from './small.ts'

const model = smallModel({ tied: false })
const matrices = new Map([...model.weights].map(([name, { data }]) => [name, Float64Array.from(data)]))

/** Prompts of 1 to 11 tokens with 7, 2, 1, 19 and 3 responses of 1 to 12 tokens, one of them empty. */
const items = [7, 2, 1, 19, 3].flatMap((count, index) => {
  const random = stream('family').child(index)
  const prompt = randomIds(random, [4, 11, 6, 1, 9][index]!)
  return Array.from({ length: count }, (_, which) => ({
    prompt: [...prompt],
    response: index === 4 && which === 1 ? [] : randomIds(random.child(which), 1 + Math.floor(random.child('length').at(which) * 12)),
  }))
})
const all = [...items.keys()].filter((row) => items[row]!.response.length > 0)
const sizesOf = (families: readonly Family[]): number[] => families.map(({ rows }) => rows.length)

describe('families of responses', (it) => {
  it('hold every response with a sibling once, in powers of two', () => {
    const families = familiesOf(items, all)
    assert.equal(sizesOf(families), [4, 2, 2, 16, 2, 2])
    const rows = families.flatMap(({ rows }) => rows)
    assert.is(new Set(rows).size, rows.length)
    assert.equal(all.filter((row) => !rows.includes(row)).length, 3, 'one each of 7, 1 and 19 stays alone')
    for (const family of families) {
      family.rows.forEach((row, index) => {
        assert.equal([family.prompt, family.responses[index]], [items[row]!.prompt, items[row]!.response])
      })
    }
  })

  it('tell prompts apart that begin alike, and leave empty ones alone', () => {
    const response = [3]
    const alike = [{ prompt: [1, 2], response }, { prompt: [1, 2, 3], response }, { prompt: [12], response }, { prompt: [], response }]
    assert.equal(familiesOf([...alike, { prompt: [], response }], [0, 1, 2, 3, 4]), [])
  })

  it('are batched by size within the tokens allowed', () => {
    const families = familiesOf(items, all)
    const buckets = planFamilies(families, 60)
    assert.equal(sizesOf(buckets.flatMap(({ batches }) => batches.flat())).sort(), sizesOf(families).sort())
    for (const { shape, batches } of buckets) {
      for (const batch of batches) {
        assert.ok(batch.length <= shape.prompts && batch.every(({ responses }) => responses.length === shape.responses))
        assert.ok(batch.length === 1 || shape.prompts * (shape.promptLength + shape.responses * shape.length) <= 60)
        const { owners } = layOutFamilies(batch, shape, 24)
        assert.is(owners.filter((owner) => owner >= 0).length, batch.reduce((sum, { responses }) => sum + responses.flat().length, 0))
      }
    }
  })

  it('predict the first token from the end of the prompt and the others from the response', () => {
    const family: Family = { prompt: [5, 6, 7], responses: [[8, 9], [10]], rows: [4, 2] }
    const shape = { prompts: 1, promptLength: 4, responses: 2, length: 3, scored: 4 }
    const { feeds, owners } = layOutFamilies([family], shape, 5)
    assert.equal([...feeds.prompts], [5, 6, 7, 0])
    assert.equal([...feeds.responses], [8, 0, 0, 0, 0, 0])
    assert.equal([...feeds.positions], [3, 4, 4])
    assert.equal([...feeds.mask], [0, 0, 0, -1e9])
    assert.equal([[...feeds.states], [...feeds.targets], [...owners]], [[2, 4, 2, 0], [8, 9, 10, 0], [4, 4, 2, -1]])
  })

  for (const name of names) {
    it(`are scored as the reference scores each response, on ${name}`, () => withEngine(name, async (engine) => {
      const seen: number[] = []
      for (const batchTokens of [4096, 30]) {
        const scores = await responseLogprobs(engine, model, items, { batchTokens }, ({ done }) => seen.push(done))
        items.forEach(({ prompt, response }, row) => {
          const expected = referenceLogprobs(model.config, matrices, [...prompt, ...response], prompt.length).reduce((a, b) => a + b, 0)
          assert.ok(Math.abs(scores[row]! - expected) <= 1e-5 * Math.max(1, Math.abs(expected)), `${row}: ${scores[row]} for ${expected}`)
        })
        assert.is(seen.at(-1), items.length)
      }
    }))
  }
})
