// Checks of what reads and writes: the decoder's logits, log-probabilities of given responses, and sampling.
import { generate } from '../model/generate.ts'
import { responseLogprobs } from '../model/logprobs.ts'
import { forward } from '../model/transformer.ts'
import { disposeAll, weightValues } from '../model/values.ts'
import { stream } from '../random.ts'
import type { Stream } from '../random.ts'
import type { Step } from '../tensor/engine.ts'
import type { Check, Quantities } from './check.ts'
import { inDoubles, items, model } from './problem.ts'
import { referenceLogits, referenceLogprobs, softmax } from './reference-decoder.ts'

const weights = inDoubles(model.weights)
const { config } = model

const step: Step = (tf, inputs) => ({ logits: forward(tf, config, inputs, inputs['ids']!) })

export const forwardCheck: Check = {
  doc: 'logits after every position',
  stages: ['pretrain', 'supervised', 'prefer', 'sample', 'score', 'logprob', 'mismatch'],
  tolerance: 1e-5,
  expected: () => ({ logits: items.flatMap(({ prompt }) => referenceLogits(config, weights, prompt).flat()) }),
  async run(engine) {
    const constants = weightValues(engine, model.weights)
    const logits: number[] = []
    for (const { prompt } of items) {
      const ids = engine.value(Int32Array.from(prompt), [1, prompt.length])
      const kernel = await engine.compile('forward', step, { ids }, constants)
      const outputs = await kernel.run({ ids })
      logits.push(...await outputs['logits']!.read())
      disposeAll({ ids, ...outputs })
      kernel.dispose()
    }
    disposeAll(constants)
    return { logits }
  },
}

export const scoreCheck: Check = {
  doc: 'log-probabilities of responses',
  stages: ['score', 'logprob', 'mismatch'],
  tolerance: 1e-5,
  expected: () => ({
    logprobs: items.map(({ prompt, response }) => {
      const each = referenceLogprobs(config, weights, [...prompt, ...response], prompt.length)
      return each.reduce((sum, value) => sum + value, 0)
    }),
  }),
  run: async (engine) => ({ logprobs: await responseLogprobs(engine, model, items) }),
}

const maxTokens = 6
const randomOf = (row: number): Stream => stream('dice verify sample').child(row)

export const sampleCheck: Check = {
  doc: 'likeliest and drawn tokens, log-probabilities',
  stages: ['sample'],
  tolerance: 1e-5,
  expected: () => sampled(items.map(({ prompt }, row) => [
    written(prompt, (logits) => logits.indexOf(Math.max(...logits))),
    ...[0, 1].map((response) => written(prompt, (logits, index) => drawn(logits, randomOf(row).child(response).at(index)))),
  ])),
  async run(engine) {
    const requests = (count: number) => items.map(({ prompt }, row) => ({ prompt, count, random: randomOf(row) }))
    const likeliest = await generate(engine, model, requests(1), { temperature: 0, topP: 1, maxTokens })
    const random = await generate(engine, model, requests(2), { temperature: 1, topP: 1, maxTokens })
    return sampled(likeliest.map((first, row) => [...first, ...random[row]!]))
  },
}

interface Written {
  readonly tokens: readonly number[]
  readonly logprob: number
}

function sampled(rows: readonly (readonly Written[])[]): Quantities {
  return { tokens: rows.flat().flatMap(({ tokens }) => [...tokens, -1]), logprobs: rows.flat().map(({ logprob }) => logprob) }
}

/** A response token by token, each from the logits of everything before it. */
function written(prompt: readonly number[], choose: (logits: readonly number[], index: number) => number): Written {
  const tokens: number[] = []
  let logprob = 0
  while (tokens.length < maxTokens) {
    const logits = referenceLogits(config, weights, [...prompt, ...tokens]).at(-1)!
    const token = choose(logits, tokens.length)
    logprob += Math.log(softmax(logits)[token]!)
    if (model.special.ends.includes(token)) break
    tokens.push(token)
  }
  return { tokens, logprob }
}

/** The first token at which the running sum of probabilities passes `uniform`. */
function drawn(logits: readonly number[], uniform: number): number {
  let sum = 0
  return softmax(logits).findIndex((probability) => (sum += probability) > uniform)
}
