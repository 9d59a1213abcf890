import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { trainBpe } from '../../src/model/bpe.ts'
import { weightShapes, type ModelConfig, type WeightTensor } from '../../src/model/config.ts'
import { modelFromFiles, modelFromHuggingFace, modelToFiles, toHuggingFace } from '../../src/model/huggingface.ts'
import { inHalves } from '../../src/model/layout.ts'
import { modelFromLlama2c } from '../../src/model/llama2c.ts'
import type { LanguageModel } from '../../src/model/model.ts'
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors.ts'
import { tokenizerFromJson } from '../../src/model/tokenizer.ts'
import { integer, normal, stream } from '../../src/random.ts'
import { jsonFile, textFile } from '../../src/run/files.ts'
import { StageFailure, type Files } from '../../src/run/stage.ts'
import { describe } from '../describe.ts'
import { sharedData } from '../root.ts'
import { referenceGreedy, referenceLogits } from './checkpoint-reference.ts'
import { failure } from './failure.ts'

const tokenizer = tokenizerFromJson(trainBpe(['a cat and a rat and a bat'], 264))

function made(change: Partial<ModelConfig> = {}): LanguageModel {
  const config: ModelConfig = {
    layers: 2, width: 8, heads: 4, kvHeads: 2, headWidth: 4, hidden: 12, vocabulary: 270, context: 16, ropeTheta: 500,
    ropeLayout: 'halves', normEpsilon: 1e-5, tied: true, ...change,
  }
  const weights = new Map<string, WeightTensor>()
  for (const [name, shape] of weightShapes(config)) {
    const random = stream(name)
    const data = Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, index) => normal(random, index))
    weights.set(name, { shape, data })
  }
  return { config, weights, special: { begin: 0, ends: [1], pad: 2 }, tokenizer, template: 'Q: {prompt}\nA:' }
}

const from = (files: Files) => [(name: string) => files[name]!, (name: string) => Object.hasOwn(files, name)] as const
const load = (files: Files) => modelFromHuggingFace(...from(files), '{prompt}')

function tensorsOf(files: Files): Map<string, WeightTensor> {
  return new Map([...readSafetensors(files['model.safetensors']!, 'x')].map(([name, { shape, read }]) => [name, { shape, data: read() }]))
}

describe('models as files', (it) => {
  for (const change of [{}, { tied: false }, { kvHeads: 4, headWidth: 6 }, { kvHeads: 1, layers: 1 }]) {
    it(`gives back every bit: ${JSON.stringify(change)}`, () => {
      const model = made(change)
      const again = modelFromFiles(...from(modelToFiles(model)))
      assert.equal(again.config, model.config)
      assert.equal([...again.weights], [...model.weights])
      assert.equal([again.special, again.template], [model.special, model.template])
      assert.equal(again.tokenizer.encode('a cat sat'), model.tokenizer.encode('a cat sat'))
      assert.equal(modelToFiles(again), modelToFiles(model))
    })
  }

  it('writes interleaved pairs as halves, which compute the same', () => {
    const model = made({ ropeLayout: 'interleaved' })
    const again = modelFromFiles(...from(modelToFiles(model)))
    assert.is(again.config.ropeLayout, 'halves')
    const ids = [0, 5, 263, 9, 9, 77]
    const [expected, actual] = [model, again].map(({ config, weights }) => referenceLogits(config, weights, ids).flat())
    expected!.forEach((logit, index) => assert.ok(Math.abs(logit - actual![index]!) < 1e-9 * (1 + Math.abs(logit))))
  })

  it('stores Hugging Face names and shapes, [out, in]', () => {
    const stored = tensorsOf(toHuggingFace(made({ tied: false })))
    assert.equal(stored.get('model.layers.1.self_attn.k_proj.weight')!.shape, [8, 8])
    assert.equal(stored.get('model.layers.0.mlp.down_proj.weight')!.shape, [8, 12])
    assert.equal(stored.get('model.embed_tokens.weight')!.shape, [270, 8])
    assert.equal(stored.get('lm_head.weight')!.shape, [270, 8])
    assert.is(stored.size, 2 * 9 + 3)
    const ours = made({ tied: false }).weights.get('0.up')!.data
    assert.is(stored.get('model.layers.0.mlp.up_proj.weight')!.data[8 * 3 + 5], ours[12 * 5 + 3])
  })

  it('gives the special tokens from config.json where there is no dice.json', () => {
    const model = load(toHuggingFace({ ...made(), special: { begin: 0, ends: [1, 264], pad: 2 } }))
    assert.equal(model.special, { begin: 0, ends: [1, 264], pad: 2 })
    assert.is(model.template, '{prompt}')
  })

  for (const dtype of ['bfloat16', 'float16'] as const) {
    it(`stores ${dtype} in half the bytes, says so, and gives the rounded weights back`, () => {
      const model = made()
      const [whole, half] = [modelToFiles(model), modelToFiles(model, dtype)]
      const sizes = [whole, half].map((files) => files['model.safetensors']!.length - 8 - Number(new DataView(files['model.safetensors']!.buffer).getBigUint64(0, true)))
      assert.is(sizes[0], 2 * sizes[1]!)
      assert.match(new TextDecoder().decode(half['config.json']), `"torch_dtype":"${dtype}"`)
      const again = modelFromFiles(...from(half))
      for (const [name, { data }] of again.weights) {
        data.forEach((value, index) => assert.ok(Math.abs(value / model.weights.get(name)!.data[index]! - 1) <= 2 ** -8))
      }
      assert.equal(modelToFiles(again, dtype), half)
    })
  }

  it('keeps what a tokenizer_config.json said', () => {
    const chat = { ...made(), tokenizer: tokenizerFromJson(tokenizer.definition.json, { chat_template: '{{ messages }}', eos_token: '</s>' }) }
    const files = modelToFiles(chat)
    assert.match(new TextDecoder().decode(files['tokenizer_config.json']), '"chat_template":"{{ messages }}"')
    assert.equal(modelToFiles(modelFromFiles(...from(files))), files)
  })

  it('reads weights in several files, and fails when one is missing or a tensor is in two', () => {
    const files = toHuggingFace(made())
    const tensors = [...tensorsOf(files)]
    const { 'model.safetensors': whole, ...rest } = files
    const sharded: Files = {
      ...rest,
      'a-00001.safetensors': writeSafetensors(new Map(tensors.slice(0, 5))),
      'a-00002.safetensors': writeSafetensors(new Map(tensors.slice(5))),
      'model.safetensors.index.json': jsonFile({ weight_map: Object.fromEntries(tensors.map(([name], index) => [name, `a-0000${index < 5 ? 1 : 2}.safetensors`])) }),
    }
    assert.equal([...load(sharded).weights], [...made().weights])
    const { 'a-00002.safetensors': second, ...one } = sharded
    assert.match(failure(() => load(one)).message, 'names a-00002.safetensors, which is not there')
    assert.match(failure(() => load({ ...sharded, 'a-00002.safetensors': whole! })).message, 'is both in')
    const outside = { ...sharded, 'model.safetensors.index.json': jsonFile({ weight_map: { a: '../../etc/passwd' } }) }
    assert.match(failure(() => load(outside)).message, 'not the name of a file in its folder')
    for (const index of [null, [], {}, { weight_map: [] }]) {
      assert.match(failure(() => load({ ...sharded, 'model.safetensors.index.json': jsonFile(index) })).message, 'names no files')
    }
  })

  it('names the tensor that is missing, misshapen or not expected', () => {
    const files = toHuggingFace(made())
    const change = (act: (tensors: Map<string, WeightTensor>) => void) => {
      const tensors = tensorsOf(files)
      act(tensors)
      return { ...files, 'model.safetensors': writeSafetensors(tensors) }
    }
    const query = 'model.layers.1.self_attn.q_proj.weight'
    assert.match(failure(() => load(change((tensors) => tensors.delete(query)))).message, `no tensor ${query} of shape [16, 8]`)
    const misshapen = change((tensors) => tensors.set(query, { shape: [8, 16], data: tensors.get(query)!.data }))
    assert.match(failure(() => load(misshapen)).message, `tensor ${query} has the shape [8, 16]; config.json asks for [16, 8]`)
    const biased = change((tensors) => tensors.set('model.layers.0.self_attn.q_proj.bias', { shape: [16], data: new Float32Array(16) }))
    assert.match(failure(() => load(biased)).message, '1 tensors that config.json has no place for: model.layers.0.self_attn.q_proj.bias')
    const endless = { ...files, 'config.json': textFile(new TextDecoder().decode(files['config.json']).replace('"num_hidden_layers":2', '"num_hidden_layers":1e12')) }
    assert.match(failure(() => load(endless)).message, 'describes 1000000000000 layers, but the weights hold only 20 tensors')
    const harmless = change((tensors) => tensors
      .set('model.layers.0.self_attn.rotary_emb.inv_freq', { shape: [2], data: new Float32Array(2) })
      .set('lm_head.weight', { shape: [270, 8], data: new Float32Array(2160) }))
    assert.equal([...load(harmless).weights], [...made().weights])
  })

  it('says which file is missing, is not JSON, or does not belong', () => {
    const files = modelToFiles(made())
    for (const name of ['config.json', 'tokenizer.json', 'model.safetensors']) {
      const { [name]: gone, ...rest } = files
      assert.match(failure(() => load(rest)).message, name)
      assert.match(failure(() => load({ ...files, [name]: textFile('version https://git-lfs.github.com/spec/v1\noid sha256:0') })).message, name)
    }
    const { 'dice.json': own, 'model.safetensors': weights, ...bare } = files
    assert.match(failure(() => modelFromFiles(...from({ ...bare, 'model.safetensors': weights! }))).message, 'there is no dice.json')
    assert.match(failure(() => load({ ...bare, 'pytorch_model.bin': own! })).remedy, 'safe_serialization')
    assert.match(failure(() => load({ ...files, 'dice.json': jsonFile({ template: 3 }) })).message, /dice\.json/)
    assert.match(failure(() => load({ ...files, 'dice.json': jsonFile(null) })).message, /dice\.json/)
    assert.match(failure(() => load(toHuggingFace(made({ vocabulary: 262 })))).message, 'ids up to 262, but config.json gives the model a vocabulary of 262')
  })

  const seed = 'damaged folders'
  it(`never crashes on damage: files cut at every seventh, 600 flipped bytes (seed "${seed}")`, () => {
    const files = modelToFiles(made({ layers: 1 }))
    const attempt = (damaged: Files) => {
      try {
        modelFromFiles(...from(damaged))
      } catch (error) {
        if (!(error instanceof StageFailure)) throw error
      }
    }
    for (const [name, bytes] of Object.entries(files)) {
      for (let part = 0; part < 7; part++) failure(() => modelFromFiles(...from({ ...files, [name]: bytes.slice(0, Math.floor(bytes.length * part / 7)) })))
    }
    const random = stream(seed)
    for (let round = 0; round < 600; round++) {
      const [name, bytes] = Object.entries(files)[round % 5]!
      const changed = bytes.slice()
      changed[integer(random, 2 * round, Math.min(bytes.length, 2000))] = integer(random, 2 * round + 1, 256)
      attempt({ ...files, [name]: changed })
    }
  })
})

const folder = sharedData('stories260K')
if (folder === undefined) console.log('skip: stories260K is not in the shared data')
else {
  describe('stories260K as a Hugging Face folder', (it) => {
    const read = (name: string) => ({ name, bytes: readFileSync(`${folder}/${name}`) })
    const model = () => modelFromLlama2c(read('stories260K.v0-f32.bin'), read('tok512.bin'), '{prompt}')

    it('writes the golden ids and text after being saved and loaded', () => {
      const golden = JSON.parse(readFileSync(`${folder}/stories260K.golden.json`, 'utf8')) as { ids: number[]; text: string }
      const again = modelFromFiles(...from(modelToFiles(model())))
      assert.equal([...again.weights], [...inHalves(model()).weights])
      assert.equal(again.special, { begin: 1, ends: [1, 2], pad: 0 })
      const ids = referenceGreedy(again.config, again.weights, 1, golden.ids.length)
      assert.equal(ids, golden.ids)
      assert.is(again.tokenizer.decode(ids), golden.text)
      assert.equal(load(toHuggingFace(model())).special, again.special)
    })

    it('refuses a tokenizer of another size', () => {
      const { name, bytes } = read('tok512.bin')
      let last = 4
      for (let next = last; next < bytes.length; next += 8 + bytes.readInt32LE(next + 4)) last = next
      const shorter = bytes.subarray(0, last)
      assert.match(failure(() => modelFromLlama2c(read('stories260K.v0-f32.bin'), { name, bytes: shorter }, '')).message, 'tok512.bin holds 511 tokens, but stories260K.v0-f32.bin has a vocabulary of 512')
    })
  })
}
