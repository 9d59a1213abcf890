// Labelling a model's own answers by each kind of reward, on answers made so that every reward prefers another.
import * as assert from 'uvu/assert'
import type { Pair, Samples } from '../../src/data/record.ts'
import type { ShapingRecord } from '../../src/data/result.ts'
import type { Artifact, Task } from '../../src/run/stage.ts'
import { pair } from '../../src/stages/pair.ts'
import { describe } from '../describe.ts'

type Params = Parameters<typeof pair.run>[0]['params']

const samples: Samples[] = ['p', 'q'].map((id) => ({
  id,
  text: 'tell of the boat',
  responses: [
    { text: 'the boat is blue', tokens: [1, 2, 3, 4], logprob: -9, finish: 'stop' },
    { text: 'a boat', tokens: [1, 2], logprob: -8, finish: 'stop' },
    { text: 'the boat is blue and the boat is blue', tokens: [1, 2, 3, 4, 5, 6, 7, 8, 9], logprob: -11, finish: 'stop' },
  ],
}))
const scores = samples.map(({ id }) => ({ id, logprobs: [-12, -8, -9] }))

async function chosen(settings: Pick<Params, 'reward' | 'rewardParams' | 'judge'>, withReference = false) {
  const files = (rows: readonly unknown[]): Artifact => ({ rows: () => rows } as unknown as Artifact)
  const inputs: Record<string, Artifact> = { samples: files(samples), ...(withReference ? { reference: files(scores) } : {}) }
  const task = {
    params: { ...settings, shape: { alpha: 0, unit: 'characters' }, pair: { min_responses: 2, keep_truncated: false } },
    input: (port: string) => inputs[port]!, has: (port: string) => port in inputs,
  } as unknown as Task<Params>
  const found = await pair.run(task)
  const text = (name: string): string => new TextDecoder().decode(found[name]!)
  const pairs = text('rows.jsonl').trim().split('\n').map((line) => JSON.parse(line) as Pair)
  return { pairs, record: JSON.parse(text('shaping.json')) as ShapingRecord }
}

describe('pairs of sampled answers', (it) => {
  it('by the implicit reward: what the policy likes more than its reference does', async () => {
    const { pairs, record } = await chosen({ reward: 'implicit', rewardParams: { beta: 0.5 } }, true)
    assert.equal(pairs.map((row) => [row.chosen.tokens?.length, row.rejected.tokens?.length]), [[4, 9], [4, 9]])
    // β (−9 + 12) − β (−11 + 9)
    assert.is(record.meanMargin, 2.5)
    assert.equal(pairs[0]!.reference, { chosen: -9, rejected: -11 })
  })

  it('by average log-probability: the likeliest per token, the end included', async () => {
    const { pairs, record } = await chosen({ reward: 'average_logprob', rewardParams: { beta: 1 } })
    assert.equal(pairs.map((row) => [row.chosen.tokens?.length, row.rejected.tokens?.length]), [[9, 2], [9, 2]])
    assert.ok(Math.abs(record.meanMargin - (-11 / 10 + 8 / 3)) < 1e-12)
  })

  it('by a declared judge, which reads the text alone', async () => {
    const none = { complete: 0, repetition: 0, variety: 0, relevance: 0, dialogue: 0, length: 0, mention: 0, avoid: 0 }
    const params = { ...none, shortest: 1, longest: 9, required: [], forbidden: [], repetition: 1 }
    const { pairs, record } = await chosen({ reward: 'judge', rewardParams: {}, judge: { row: 'rules', params } })
    assert.is(pairs[0]!.chosen.text, 'the boat is blue')
    assert.is(pairs[0]!.rejected.text, samples[0]!.responses[2]!.text)
    assert.ok(record.meanMargin > 0)
  })
})
