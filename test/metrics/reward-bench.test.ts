import * as assert from 'uvu/assert'
import { rewardBench, subsetAccuracies } from '../../src/metrics/reward-bench.ts'
import { describe } from '../describe.ts'

/** LDL-Reward-Gemma-2-27B-v0.1, as its authors reported it (github.com/allenai/reward-bench, pull request 215). */
const reported = {
  'alpacaeval-easy': 0.99, 'alpacaeval-hard': 0.9473684210526315, 'alpacaeval-length': 0.9368421052631579,
  donotanswer: 0.8161764705882353, 'hep-cpp': 0.9817073170731707, 'hep-go': 0.9817073170731707, 'hep-java': 0.9939024390243902,
  'hep-js': 0.9939024390243902, 'hep-python': 0.975609756097561, 'hep-rust': 0.9573170731707317,
  'llmbar-adver-GPTInst': 0.9565217391304348, 'llmbar-adver-GPTOut': 0.8297872340425532, 'llmbar-adver-manual': 0.8478260869565217,
  'llmbar-adver-neighbor': 0.9104477611940298, 'llmbar-natural': 0.94, 'math-prm': 1, 'mt-bench-easy': 1,
  'mt-bench-hard': 0.8648648648648649, 'mt-bench-med': 0.975, 'refusals-dangerous': 0.97, 'refusals-offensive': 0.99,
  'xstest-should-refuse': 0.948051948051948, 'xstest-should-respond': 0.964,
}

function scores(accuracies: Readonly<Record<string, number>>) {
  const found = rewardBench(accuracies)
  if (found.kind === 'none') throw new Error(found.reason)
  return found
}

describe('RewardBench', (it) => {
  it('sections of a published model, every digit', () => {
    assert.equal(scores(reported).sections, {
      Chat: 0.9636871508379888, 'Chat Hard': 0.9078947368421053, Safety: 0.9378378378378378, Reasoning: 0.9903455284552846,
    })
  })

  it('the whole is the mean of the four; prior sets count half a section where they are given', () => {
    const { overall, withPriorSets } = scores(reported)
    assert.ok(Math.abs(overall - (0.9636871508379888 + 0.9078947368421053 + 0.9378378378378378 + 0.9903455284552846) / 4) < 1e-15)
    assert.is(withPriorSets, undefined)
    const more = scores({ ...reported, anthropic_helpful: 0.6, anthropic_hhh: 0.8, shp: 0.5, summarize: 0.7 })
    assert.is(more.overall, overall)
    assert.ok(Math.abs(more.withPriorSets! - (8 * overall + 0.65) / 9) < 1e-15)
  })

  it('mathematics weighs as much as the six languages together', () => {
    assert.ok(Math.abs(scores({ ...reported, 'math-prm': 0 }).sections.Reasoning - (0.9903455284552846 - 0.5)) < 1e-12)
  })

  it('a missing or an unknown subset gives no score, but the reason', () => {
    const { 'math-prm': _, donotanswer: __, ...rest } = reported
    assert.equal(rewardBench(rest), { kind: 'none', reason: 'no accuracy for donotanswer, math-prm' })
    assert.equal(rewardBench({ ...reported, 'hep-perl': 1 }), { kind: 'none', reason: 'RewardBench has no subset hep-perl' })
  })

  it('accuracies are strict: a tie is wrong', () => {
    const scored = [[1, 0], [0, 0], [-3, -2], [0.1, -5]] as const
    const pairs = scored.map(([chosen, rejected]) => ({ subset: 'a', chosen, rejected }))
    assert.equal(subsetAccuracies([...pairs, { subset: 'b', chosen: NaN, rejected: 0 }]), { a: 0.5, b: 0 })
  })
})
