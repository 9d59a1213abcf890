// Imported models: stored in the precision that is asked for, once, whatever is trained on top of them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { trainBpe } from '../../src/model/bpe.ts'
import { modelFromFiles, toHuggingFace } from '../../src/model/huggingface.ts'
import { initialize } from '../../src/model/initialize.ts'
import { tokenizerFromJson } from '../../src/model/tokenizer.ts'
import { stream } from '../../src/random.ts'
import type { Artifact } from '../../src/run/stage.ts'
import { describe } from '../describe.ts'
import { carryOut, mistakesOf, planOf } from './small.ts'

const tokenizer = tokenizerFromJson(trainBpe(['a cat and a rat and a bat'], 264))
const config = {
  layers: 1, width: 8, heads: 2, kvHeads: 1, headWidth: 4, hidden: 12, vocabulary: 264, context: 192, ropeTheta: 500,
  ropeLayout: 'halves', normEpsilon: 1e-5, tied: true,
} as const
const model = { config, weights: initialize(config, stream('w')), special: { begin: 0, ends: [1], pad: 2 }, tokenizer, template: '{prompt}' }
const folder = mkdtempSync(join(tmpdir(), 'dice-import-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const [name, bytes] of Object.entries(toHuggingFace(model))) writeFileSync(join(folder, name), bytes)

const experiment = (entries: string): string => `
data village = world("village") { animals: 4, aspects: 3, stories: 20, demonstrations: 20, pairs: 20, prompts: 20 }
model m = huggingface("${folder}") { ${entries} }
train t = pretrain(m) on village.text { steps: 1, batch: 2 }
`
const files = (artifact: Artifact) => [(name: string) => artifact.bytes(name), (name: string) => artifact.has(name)] as const
const weightsIn = (artifact: Artifact) => modelFromFiles(...files(artifact)).weights

describe('imported models', (it) => {
  it('are stored as float32, with every bit, when nothing is said', async () => {
    const { result } = await carryOut(experiment(''))
    assert.equal([...weightsIn(result('m · import'))], [...model.weights])
  })

  for (const [dtype, precision] of [['bfloat16', 2 ** -9], ['float16', 2 ** -12]] as const) {
    it(`are stored as ${dtype} in half the space; what is trained from them is float32`, async () => {
      const { result } = await carryOut(experiment(`dtype: ${dtype}`))
      const [half, trained] = [result('m · import'), result('t · pretrain')]
      const size = (artifact: Artifact) => artifact.bytes('model.safetensors').length
      assert.ok(size(half) < 0.6 * size(trained), `${size(half)} of ${size(trained)}`)
      assert.match(half.text('config.json'), `"torch_dtype":"${dtype}"`)
      assert.match(trained.text('config.json'), '"torch_dtype":"float32"')
      for (const [name, { data }] of weightsIn(half)) {
        // Initial weights are around 0.02, far above what float16 holds only coarsely.
        data.forEach((value, index) => assert.ok(Math.abs(value - model.weights.get(name)!.data[index]!) <= 2 * precision * Math.abs(value) + 2 ** -25))
      }
    })
  }

  it('with an adapter keep to one copy of the weights, in their precision', async () => {
    const { result, plan } = await carryOut(experiment('dtype: bfloat16, adapter: lora(rank: 2)'))
    const holding = plan.nodes.filter(({ label }) => label.startsWith('m ·') || label.startsWith('t ·'))
      .filter(({ label }) => result(label).has('model.safetensors')).map(({ label }) => label)
    assert.equal(holding, ['m · import'])
    assert.ok(result('t · pretrain').has('adapter_model.safetensors'))
  })

  it('may be used for shorter sequences, not for longer ones', async () => {
    const { result } = await carryOut(experiment('context: 100'))
    assert.match(result('m · import').text('config.json'), '"max_position_embeddings":100')
    assert.equal([...weightsIn(result('m · import'))], [...model.weights])
    const costs = (entries: string) => planOf(experiment(entries)).nodes.find(({ label }) => label === 't · pretrain')!.cost
    assert.is(costs('context: 96').tokens, costs('').tokens / 2)
    assert.ok(costs('context: 96').bytes < costs('').bytes)
    assert.match(mistakesOf(experiment('context: 193')).join(), 'error[D509]: the model was made for sequences of 192 tokens, not 193')
  })

  it('have a key for each precision, shared by every adapter', () => {
    const key = (entries: string) => planOf(experiment(entries)).nodes.find(({ label }) => label === 'm · import')!.key
    assert.is(key(''), key('dtype: float32'))
    assert.is.not(key(''), key('dtype: bfloat16'))
    assert.is(key('dtype: float16, adapter: lora'), key('dtype: float16'))
  })
})
