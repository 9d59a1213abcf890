// A model with an adapter from end to end: what trains, what is stored, and whose weights the stages see.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { modelFromFiles } from '../../src/model/huggingface.ts'
import { merged } from '../../src/model/lora.ts'
import type { LanguageModel } from '../../src/model/model.ts'
import type { Pair } from '../../src/data/record.ts'
import type { TrainingCurve } from '../../src/data/result.ts'
import { responseLogprobs } from '../../src/model/logprobs.ts'
import type { Artifact } from '../../src/run/stage.ts'
import { answerIds, promptIds } from '../../src/stages/texts.ts'
import { describe } from '../describe.ts'
import { names, withEngine } from '../model/small.ts'
import { root } from '../root.ts'
import { carryOut, planOf } from './small.ts'

const tiny = readFileSync(join(root, 'test/fixtures/tiny.dice'), 'utf8').replace('seeds: [1, 2]', 'seeds: [1]').replace('rounds: 2', 'rounds: 1')
const written = 'adapter: lora(rank: 2, alpha: 8, targets: [down, query])'
const adapted = tiny.replace('context: 192\n', `context: 192\n  ${written}\n`)
const labels = ['language · pretrain', 'sft · supervised', 'dpo0 · dpo', 'dice · round 1 · dpo']

const files = (artifact: Artifact) => ({ read: (name: string) => artifact.bytes(name), has: (name: string) => artifact.has(name) })

function modelIn(artifact: Artifact, base: Artifact): LanguageModel {
  const { read, has } = files(artifact)
  return modelFromFiles(read, has, files(base))
}

describe('a model with an adapter', (it) => {
  const carried = carryOut(adapted)

  it('trains in every stage the adapter alone, and stores the base once', async () => {
    const { result, node } = await carried
    const base = result('base · initialize')
    let before = modelIn(result('base · adapter'), base)
    assert.equal(before.adapter!.settings, { rank: 2, alpha: 8, targets: ['query', 'down'] })
    for (const label of labels) {
      const left = result(label)
      assert.ok(left.has('adapter_config.json') && left.has('adapter_model.safetensors') && left.has('curve.json'))
      assert.not.ok(left.has('model.safetensors'), `${label} stores the base again`)
      assert.is(node(label).identity.inputs['base'], base.key)
      const after = modelIn(left, base)
      assert.equal([...after.weights], [...before.weights])
      assert.not.equal([...after.adapter!.weights], [...before.adapter!.weights], `${label} trains nothing`)
      before = after
    }
  })

  it('measures preferences against the model with the adapter it started from', async () => {
    const { result } = await carried
    const curve = result('dpo0 · dpo').json('curve.json') as unknown as TrainingCurve
    assert.ok(Math.abs(curve.points[0]!.loss - Math.LN2) < 1e-5, String(curve.points[0]!.loss))
  })

  it('is scored as the merged model', async () => {
    const { result } = await carried
    const model = modelIn(result('sft · supervised'), result('base · initialize'))
    const pairs = result('dpo0 · reference log-probabilities').rows<Pair>('rows.jsonl')
    const items = pairs.map((pair) => ({ prompt: promptIds(model, pair.text), response: answerIds(model, pair.chosen) }))
    const [whole, bare] = await withEngine(names[0]!, async (engine) => {
      const { adapter: _, ...base } = model
      return [await responseLogprobs(engine, merged(model), items), await responseLogprobs(engine, base, items)]
    })
    pairs.forEach((pair, row) => assert.ok(Math.abs(whole![row]! - pair.reference!.chosen) < 1e-4 * Math.abs(whole![row]!)))
    assert.ok(pairs.some((pair, row) => Math.abs(bare![row]! - pair.reference!.chosen) > 1e-2), 'the adapter changes something')
  })
})

describe('keys of an adapter', (it) => {
  const keys = (text: string): Set<string> => new Set(planOf(text).nodes.map(({ key }) => key))
  const fresh = (text: string) => planOf(text).nodes.filter(({ key }) => !keys(adapted).has(key))

  it('are the same whatever the order of targets, and leave the base as it was without', () => {
    assert.equal(fresh(adapted.replace('[down, query]', '[query, down, query]')), [])
    const without = keys(tiny)
    const shared = planOf(adapted).nodes.filter(({ key }) => without.has(key)).map(({ label }) => label)
    assert.ok(shared.includes('base · initialize') && shared.includes('village · text') && !shared.includes('language · pretrain'))
  })

  it('change with rank, alpha and targets for all that is trained, and for nothing else', () => {
    for (const [from, to] of [['rank: 2', 'rank: 3'], ['alpha: 8', 'alpha: 4'], ['[down, query]', '[down]']] as const) {
      const changed = fresh(adapted.replace(from, to)).map(({ label }) => label)
      for (const label of ['base · adapter', ...labels]) assert.ok(changed.includes(label), `${to}: ${label}`)
      assert.not.ok(changed.some((label) => label.startsWith('village') || label === 'base · initialize'))
    }
  })
})
