// Training that was interrupted goes on from where it was, to the same bits.
import * as assert from 'uvu/assert'
import { packUnfinished, unpackUnfinished } from '../../src/model/halfway.ts'
import { initialize } from '../../src/model/initialize.ts'
import { trainTokens } from '../../src/model/train.ts'
import type { Halfway, Progress } from '../../src/run/stage.ts'
import { stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { names, plainOptions, randomIds, smallModel, withEngine } from './small.ts'

const model = { ...smallModel(), weights: initialize(smallModel().config, stream('fresh')) }
const sequences = Array.from({ length: 10 }, (_, index) => ({ ids: [1, ...randomIds(stream('sequence').child(index), 3 + 2 * index % 17), 2], from: 1 }))

/** Saves at every step for which `due` is set. */
function notebook(): Halfway & { saves: number } {
  let kept: Uint8Array | undefined
  const book = { saves: 0, load: () => kept, due: () => true, save: (state: Uint8Array) => { kept = state; book.saves += 1 } }
  return book
}

describe('interrupted training', (it) => {
  for (const accumulate of [1, 2]) {
    it(`goes on to the same weights and the same curve, bit for bit (in ${accumulate} part${accumulate > 1 ? 's' : ''} a step)`, () =>
      withEngine(names[0]!, async (engine) => {
        const options = { ...plainOptions, steps: 12, batch: 4, accumulate, schedule: 'cosine', warmup: 3, weightDecay: 0.05 } as const
        const train = (progress?: (progress: Progress) => void, halfway?: Halfway) =>
          trainTokens(engine, model, sequences, options, stream('train'), progress, halfway)
        const whole = await train()
        const book = notebook()
        const stopAt = (last: number) => ({ done }: Progress) => {
          if (done === last) throw new Error('interrupted')
        }
        for (const last of [5, 9]) {
          const stopped = await train(stopAt(last), book).then(() => false, () => true)
          assert.ok(stopped)
        }
        assert.is(book.saves, 9, 'the second run did not begin anew')
        const steps: number[] = []
        const resumed = await train(({ done }) => void steps.push(done), book)
        assert.equal(steps, [10, 11, 12])
        assert.equal(resumed.curve, whole.curve)
        for (const [name, { data }] of whole.weights) assert.equal([...resumed.weights.get(name)!.data], [...data], name)
      }))
  }

  it('packs and unpacks; state of other vectors is not taken', () => {
    const vectors = { weights: Float32Array.of(1.5, -2), first: Float32Array.of(0, 1e-30), second: Float32Array.of(3, 4) }
    const curve = [{ step: 1, loss: 0.1, rate: 1e-3, gradientNorm: 2 }]
    const bytes = packUnfinished({ vectors, curve })
    const found = unpackUnfinished(bytes, ['weights', 'first', 'second'], 2)!
    assert.equal(found.curve, curve)
    for (const [name, vector] of Object.entries(vectors)) assert.equal([...found.vectors[name]!], [...vector])
    assert.is(unpackUnfinished(bytes, ['weights', 'first', 'second'], 3), undefined)
    assert.is(unpackUnfinished(bytes, ['weights', 'first'], 2), undefined)
  })
})
