import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { weightShapes } from '../../src/model/config.ts'
import { withRopeLayout } from '../../src/model/layout.ts'
import { readLlama2c } from '../../src/model/llama2c.ts'
import { describe } from '../describe.ts'
import { sharedData } from '../root.ts'
import { referenceDecoder, referenceGreedy } from './checkpoint-reference.ts'
import { failure } from './failure.ts'

/** A version 1 checkpoint whose n-th float is n, so that every element's place can be told. */
function countingCheckpoint(tied: boolean): Uint8Array {
  const [width, hidden, layers, heads, kvHeads, vocabulary, context] = [4, 6, 2, 2, 1, 5, 8]
  const floats = (2 * layers + 1) * width + vocabulary * width * (tied ? 1 : 2)
    + layers * (2 * width * width + 2 * width * (width / heads * kvHeads) + 3 * width * hidden)
  const bytes = new Uint8Array(256 + 4 * floats)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0x616b3432, true)
  ;[1, width, hidden, layers, heads, kvHeads, vocabulary, context].forEach((value, index) => view.setInt32(4 + 4 * index, value, true))
  view.setUint8(36, tied ? 1 : 0)
  for (let index = 0; index < floats; index++) view.setFloat32(256 + 4 * index, index, true)
  return bytes
}

describe('llama2.c checkpoints', (it) => {
  it('gives every weight its name, shape and place, matrices as [in, out]', () => {
    const { config, weights } = readLlama2c(countingCheckpoint(false), 'counting.bin')
    assert.equal([...weights.keys()], [...weightShapes(config).keys()])
    for (const [name, shape] of weightShapes(config)) assert.equal(weights.get(name)!.shape, shape, name)
    assert.equal([...weights.get('0.norm1')!.data], [0, 1, 2, 3])
    assert.equal([...weights.get('1.norm2')!.data], [12, 13, 14, 15])
    assert.equal([...weights.get('norm')!.data], [16, 17, 18, 19])
    assert.equal([...weights.get('embedding')!.data.slice(0, 4)], [20, 21, 22, 23])
    assert.equal([...weights.get('0.query')!.data], [40, 44, 48, 52, 41, 45, 49, 53, 42, 46, 50, 54, 43, 47, 51, 55])
    assert.equal([...weights.get('0.key')!.data], [72, 76, 73, 77, 74, 78, 75, 79])
    assert.is(weights.get('output')!.data[1]! - weights.get('output')!.data[0]!, 4)
  })

  it('undoes a change of rotary layout exactly and moves only queries and keys', () => {
    const model = readLlama2c(countingCheckpoint(true), 'counting.bin')
    const halves = withRopeLayout(model, 'halves')
    assert.is(halves.config.ropeLayout, 'halves')
    assert.equal(withRopeLayout(halves, 'interleaved'), model)
    assert.equal(halves.weights.get('0.value'), model.weights.get('0.value'))
  })

  it('says what it expected of a file cut off at any place', () => {
    const bytes = countingCheckpoint(true)
    for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 29)) {
      assert.match(failure(() => readLlama2c(bytes.slice(0, length), 'cut.bin')).message, /^cut\.bin/)
    }
    const message = failure(() => readLlama2c(bytes.slice(0, bytes.length - 4), 'cut.bin')).message
    assert.match(message, `has ${bytes.length} bytes, this file has ${bytes.length - 4}`)
    assert.match(failure(() => readLlama2c(new Uint8Array([...bytes, 0]), 'long.bin')).remedy, /appended/)
  })

  it('refuses every single-byte change of the sizes in the header, and text', () => {
    const bytes = countingCheckpoint(true)
    for (let index = 0; index < 32; index++) {
      const changed = bytes.slice()
      changed[index]! ^= 0xff
      assert.match(failure(() => readLlama2c(changed, 'changed.bin')).message, /^changed\.bin/, `byte ${index}`)
    }
    const text = new TextEncoder().encode('{ "not": "a checkpoint", "but": "a JSON file of some length" }')
    assert.match(failure(() => readLlama2c(text, 'config.json')).message, /config\.json/)
  })

  it('reads at any alignment, and from a Buffer as from a Uint8Array', () => {
    const bytes = countingCheckpoint(true)
    const shifted = new Uint8Array(bytes.length + 1)
    shifted.set(bytes, 1)
    assert.equal(readLlama2c(shifted.subarray(1), 'a').weights, readLlama2c(bytes, 'a').weights)
    assert.equal(readLlama2c(Buffer.from(shifted).subarray(1), 'a').weights, readLlama2c(bytes, 'a').weights)
  })
})

const folder = sharedData('stories260K')
if (folder === undefined) console.log('skip: stories260K is not in the shared data')
else {
  const read = (name: string) => readLlama2c(readFileSync(`${folder}/${name}`), name)
  const golden = JSON.parse(readFileSync(`${folder}/stories260K.golden.json`, 'utf8')) as { ids: number[]; bos_logits_0_5: number[] }

  describe('stories260K', (it) => {
    it('has the same weights in versions 0 and 1, and near ones in int8 groups', () => {
      const legacy = read('stories260K.v0-f32.bin')
      const versioned = read('stories260K.v1-ak42-f32.bin')
      assert.equal(versioned, legacy)
      const quantised = read('stories260K-q8.bin')
      assert.equal(quantised.config, legacy.config)
      for (const [name, { data }] of quantised.weights) {
        const exact = legacy.weights.get(name)!.data
        const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        data.forEach((value, index) => {
          if (!(Math.abs(value - exact[index]!) <= largest / 127 / 2 * 1.001)) throw new Error(`${name}[${index}] ${value} ${exact[index]}`)
        })
      }
    })

    it('reproduces the golden logits and greedy ids, in both rotary layouts', () => {
      const model = read('stories260K.v0-f32.bin')
      for (const { config, weights } of [model, withRopeLayout(model, 'halves')]) {
        const logits = referenceDecoder(config, weights)(1)
        golden.bos_logits_0_5.forEach((expected, index) => assert.ok(Math.abs(logits[index]! - expected) < 1e-4))
        assert.equal(referenceGreedy(config, weights, 1, golden.ids.length), golden.ids)
      }
    })
  })
}
