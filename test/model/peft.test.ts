import * as assert from 'uvu/assert'
import { adapterShapes, type LoraSettings } from '../../src/model/adapter.ts'
import { modelFromFiles, modelToFiles } from '../../src/model/huggingface.ts'
import { adapterFromPeft, adapterToPeft } from '../../src/model/peft.ts'
import { readSafetensors } from '../../src/model/safetensors.ts'
import { normal, stream } from '../../src/random.ts'
import type { Files } from '../../src/run/stage.ts'
import { describe } from '../describe.ts'
import { failure } from './failure.ts'
import { smallModel } from './small.ts'

const settings: LoraSettings = { rank: 3, alpha: 6, targets: ['query', 'attention', 'down'] }
const { config } = smallModel()
const adapter = {
  settings,
  weights: new Map([...adapterShapes(config, settings)].map(([name, shape]) => {
    const data = Float32Array.from({ length: shape[0]! * shape[1]! }, (_, index) => normal(stream(name), index))
    return [name, { shape, data }]
  })),
}
const files = adapterToPeft(adapter, 'the base')
const reading = (from: Files) => (name: string) => from[name]!

describe('PEFT', (it) => {
  it('is written with its names and shapes: A [rank, in], B [out, rank], without the name of an adapter', () => {
    const stored = readSafetensors(files['adapter_model.safetensors']!, 'x')
    const shapes = Object.fromEntries([...stored].map(([name, { shape }]) => [name, shape]))
    const block = (layer: number) => ({
      [`base_model.model.model.layers.${layer}.self_attn.q_proj.lora_A.weight`]: [3, 10],
      [`base_model.model.model.layers.${layer}.self_attn.q_proj.lora_B.weight`]: [16, 3],
      [`base_model.model.model.layers.${layer}.self_attn.o_proj.lora_A.weight`]: [3, 16],
      [`base_model.model.model.layers.${layer}.self_attn.o_proj.lora_B.weight`]: [10, 3],
      [`base_model.model.model.layers.${layer}.mlp.down_proj.lora_A.weight`]: [3, 14],
      [`base_model.model.model.layers.${layer}.mlp.down_proj.lora_B.weight`]: [10, 3],
    })
    assert.equal(shapes, { ...block(0), ...block(1) })
    const ours = adapter.weights.get('1.down.b')!.data
    const theirs = stored.get('base_model.model.model.layers.1.mlp.down_proj.lora_B.weight')!.read()
    assert.is(theirs[7 * 3 + 2], ours[2 * 10 + 7])
  })

  it('is described as PEFT describes it', () => {
    const { r, lora_alpha, target_modules, peft_type, task_type, base_model_name_or_path } =
      JSON.parse(new TextDecoder().decode(files['adapter_config.json'])) as Record<string, unknown>
    assert.equal([r, lora_alpha, target_modules], [3, 6, ['q_proj', 'o_proj', 'down_proj']])
    assert.equal([peft_type, task_type, base_model_name_or_path], ['LORA', 'CAUSAL_LM', 'the base'])
  })

  it('gives back every bit, and the same bytes again', () => {
    const again = adapterFromPeft(reading(files), config)
    assert.equal(again.settings, settings)
    assert.equal([...again.weights], [...adapter.weights])
    assert.equal(adapterToPeft(again, 'the base'), files)
  })

  it('refuses a base of another width by the name of the tensor', () => {
    assert.match(failure(() => adapterFromPeft(reading(files), { ...config, width: 12 })).message, /q_proj\.lora_A\.weight has the shape \[3, 10\]/)
  })

  it('lies over its base; alone it is no model, and together they are not written as one', () => {
    const base = { ...smallModel(), special: { begin: 1, ends: [2], pad: 0 } }
    const over = { read: () => new Uint8Array(), has: () => false }
    assert.throws(() => modelFromFiles(reading(files), (name) => Object.hasOwn(files, name)), 'without its base')
    assert.match(failure(() => modelFromFiles(reading(files), (name) => Object.hasOwn(files, name), over)).message, 'dice.json')
    assert.throws(() => modelToFiles({ ...base, adapter }), 'stored apart')
  })
})
