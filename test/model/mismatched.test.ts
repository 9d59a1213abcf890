// Pairs that carry an answer to another prompt: a third of the batch, scored under the prompt it stands under.
import * as assert from 'uvu/assert'
import { kto } from '../../src/losses/kto.ts'
import { responseLogprobs } from '../../src/model/logprobs.ts'
import type { PreferenceLoss } from '../../src/model/objective.ts'
import { type PreferencePair, trainPreferences } from '../../src/model/train.ts'
import { stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { names, plainOptions, randomIds, smallModel, withEngine } from './small.ts'

const model = smallModel()
const once = { ...plainOptions, steps: 1, batch: 5 }

const pairs: PreferencePair[] = Array.from({ length: 5 }, (_, index) => {
  const random = stream('mismatched').child(index)
  const answer = (name: string, length: number): number[] => [...randomIds(random.child(name), length), 2]
  return {
    prompt: [1, ...randomIds(random, 2 + index)],
    chosen: answer('chosen', 1 + index),
    rejected: answer('rejected', 4),
    reference: { chosen: -3, rejected: -4 },
    mismatched: { response: answer('mismatched', 7 - index), reference: -5 - index },
  }
})

describe('mismatched answers', (it) => {
  it('reach the loss with the log-probabilities that scoring gives them, and their references', () => withEngine(names[0]!, async (engine) => {
    const items = pairs.map(({ prompt, mismatched }) => ({ prompt, response: mismatched!.response }))
    const scored = await responseLogprobs(engine, model, items)
    const expected = scored.reduce((sum, logprob, row) => sum + logprob - pairs[row]!.mismatched!.reference, 0) / pairs.length
    const moved: PreferenceLoss = (tf, { mismatched }) => tf.sub(mismatched!.policy, mismatched!.reference)
    const { curve } = await trainPreferences(engine, model, pairs, moved, once, stream('train'))
    assert.ok(Math.abs(curve[0]!.loss - expected) < 1e-4, `${curve[0]!.loss}, expected ${expected}`)
  }))

  it('train by KTO: the loss falls and chosen answers gain', () => withEngine(names[0]!, async (engine) => {
    const score = (side: (pair: PreferencePair) => readonly number[]): Promise<number[]> =>
      responseLogprobs(engine, model, pairs.map((pair) => ({ prompt: pair.prompt, response: side(pair) })))
    const [chosen, rejected, mismatched] = [
      await score((pair) => pair.chosen), await score((pair) => pair.rejected), await score((pair) => pair.mismatched!.response),
    ]
    const fair = pairs.map((pair, row) => ({
      ...pair, reference: { chosen: chosen[row]!, rejected: rejected[row]! },
      mismatched: { ...pair.mismatched!, reference: mismatched[row]! },
    }))
    const loss = kto.loss({ beta: 0.5, desirable: 1, undesirable: 1 })
    const { curve } = await trainPreferences(engine, model, fair, loss, { ...plainOptions, steps: 12, batch: 5 }, stream('train'))
    assert.ok(Math.abs(curve[0]!.loss - 0.5) < 1e-4, 'at the reference the loss is one half')
    assert.ok(curve.at(-1)!.loss < 0.4, String(curve.at(-1)!.loss))
    assert.ok(curve.at(-1)!.margin! > 1)
  }))
})
