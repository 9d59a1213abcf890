import * as assert from 'uvu/assert'
import { generate, type GenerateOptions, type Generation } from '../../src/model/generate.ts'
import { responseLogprobs } from '../../src/model/logprobs.ts'
import type { LanguageModel } from '../../src/model/model.ts'
import { stream } from '../../src/random.ts'
import type { Engine } from '../../src/tensor/engine.ts'
import type { EngineName } from '../../src/tensor/index.ts'
import { StageFailure } from '../../src/run/stage.ts'
import { describe } from '../describe.ts'
import { referenceLogits } from '../../src/verify/reference-decoder.ts'
import { names, randomIds, smallModel, withEngine } from './small.ts'

const model = smallModel({ ropeLayout: 'interleaved', context: 48 })
const requests = [3, 9, 1, 14, 6].map((length, index) =>
  ({ prompt: randomIds(stream(`prompt ${index}`), length), count: 2 + index % 2, random: stream('draw').child(index) }))
const greedy: GenerateOptions = { temperature: 0, topP: 1, maxTokens: 36 }

/** What greedy decoding writes, by a full forward pass over everything written so far for each token. */
function recomputed({ config, special, weights }: LanguageModel, prompt: readonly number[], maxTokens: number): Omit<Generation, 'logprob'> {
  const matrices = new Map([...weights].map(([name, { data }]) => [name, Float64Array.from(data)]))
  const tokens: number[] = []
  for (;;) {
    const logits = referenceLogits(config, matrices, [...prompt, ...tokens]).at(-1)!
    const token = logits.indexOf(Math.max(...logits))
    if (special.ends.includes(token)) return { tokens, finish: 'stop' }
    tokens.push(token)
    if (tokens.length === maxTokens || prompt.length + tokens.length === config.context) return { tokens, finish: 'length' }
  }
}

async function failureOf(act: Promise<unknown>): Promise<StageFailure> {
  const error = await act.then(() => undefined, (reason: unknown) => reason)
  assert.instance(error, StageFailure)
  return error as StageFailure
}

for (const name of names) {
  describe(`generate on ${name}`, (it) => {
    const on = (use: (engine: Engine) => Promise<void>) => () => withEngine(name as EngineName, use)

    it('writes greedily what full recomputation writes: ragged prompts, refilled rows, growing slots, a full context', on(async (engine) => {
      const results = await generate(engine, model, requests, { ...greedy, batch: 3 })
      assert.equal(results.map((responses) => responses.length), requests.map(({ count }) => count))
      results.forEach((responses, index) => {
        const expected = recomputed(model, requests[index]!.prompt, greedy.maxTokens)
        for (const { tokens, finish } of responses) assert.equal({ tokens, finish }, expected)
      })
      const finishes = results.flat().map(({ finish }) => finish)
      assert.ok(results[3]![0]!.tokens.length < greedy.maxTokens, 'the longest prompt must run into the end of the context or stop')
      assert.ok(finishes.includes('length'))
    }))

    it('draws the same responses alone, in any batch and in any order', on(async (engine) => {
      const options: GenerateOptions = { temperature: 0.9, topP: 0.95, maxTokens: 12 }
      const together = await generate(engine, model, requests, { ...options, batch: 64 })
      const few = await generate(engine, model, requests, { ...options, batch: 2 })
      const backwards = await generate(engine, model, [...requests].reverse(), { ...options, batch: 5 })
      const alone = await generate(engine, model, [requests[1]!], { ...options, batch: 1 })
      const tokens = (results: Generation[][]) => results.map((responses) => responses.map((response) => response.tokens))
      assert.equal(tokens(few), tokens(together))
      assert.equal(tokens([...backwards].reverse()), tokens(together))
      assert.equal(tokens(alone)[0], tokens(together)[1])
      assert.is.not(JSON.stringify(together[0]![0]!.tokens), JSON.stringify(together[0]![1]!.tokens), 'responses differ')
    }))

    it('records the log-probability that scoring gives, the end included when it stopped', on(async (engine) => {
      const results = await generate(engine, model, requests, { temperature: 0.7, topP: 0.8, maxTokens: 20 })
      const rows = results.flatMap((responses, index) => responses.map((response) => ({ ...response, prompt: requests[index]!.prompt })))
      const scored = await responseLogprobs(engine, model, rows.map(({ prompt, tokens, finish }) =>
        ({ prompt, response: finish === 'stop' ? [...tokens, model.special.ends[0]!] : tokens })))
      assert.ok(rows.some(({ finish }) => finish === 'stop') && rows.some(({ finish }) => finish === 'length'))
      rows.forEach(({ logprob }, index) => {
        assert.ok(Math.abs(logprob - scored[index]!) < 1e-4 * Math.max(1, Math.abs(logprob)), `${logprob} for ${scored[index]}`)
      })
    }))

    it('ends at any of the end tokens, at maxTokens, and takes a request for nothing', on(async (engine) => {
      const ends = { ...model, special: { ...model.special, ends: [2, 5, 6, 7, 8] } }
      const [responses, none] = await generate(engine, ends, [{ ...requests[0]!, count: 30 }, { ...requests[1]!, count: 0 }], { temperature: 1, topP: 1, maxTokens: 3 })
      assert.equal(none, [])
      for (const { tokens, finish } of responses!) {
        assert.ok(tokens.length <= 3 && !tokens.some((id) => ends.special.ends.includes(id)))
        assert.is(finish, tokens.length === 3 ? 'length' : 'stop')
      }
      assert.ok(responses!.some(({ finish }) => finish === 'stop') && responses!.some(({ finish }) => finish === 'length'))
      assert.equal(await generate(engine, model, [], greedy), [])
    }))

    it('names the prompt that leaves no room', on(async (engine) => {
      const long = { ...requests[0]!, prompt: randomIds(stream('long'), 48) }
      const failure = await failureOf(generate(engine, model, [requests[0]!, long], greedy))
      assert.match(failure.message, 'prompt 1 has 48 tokens')
      const foreign = await failureOf(generate(engine, model, [{ ...requests[0]!, prompt: [1, 13] }], greedy))
      assert.match(foreign.message, 'prompt 0 holds the token id 13')
    }))

    it('reports each response once', on(async (engine) => {
      const seen: number[] = []
      await generate(engine, model, requests, { ...greedy, maxTokens: 2 }, ({ done, total, unit }) => {
        assert.is(`${total} ${unit}`, '12 responses')
        seen.push(done)
      })
      assert.equal(seen, Array.from({ length: 12 }, (_, index) => index + 1))
    }))
  })
}
