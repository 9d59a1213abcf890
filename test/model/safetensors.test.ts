import * as assert from 'uvu/assert'
import type { WeightTensor } from '../../src/model/config.ts'
import { joinSafetensors, readSafetensors, takeTensor, writeSafetensors } from '../../src/model/safetensors.ts'
import { integer, stream } from '../../src/random.ts'
import { StageFailure } from '../../src/run/stage.ts'
import { describe } from '../describe.ts'
import { failure } from './failure.ts'

const values = new Float32Array([0, -0, 1e-45, 3.4028234e38, Infinity, -Infinity, NaN, 0.1])
const tensors = new Map<string, WeightTensor>([
  ['b', { shape: [2, 2], data: values.slice(0, 4) }],
  ['a.weight', { shape: [4], data: values.slice(4) }],
  ['empty', { shape: [0, 3], data: new Float32Array(0) }],
  ['scalar', { shape: [], data: new Float32Array([7]) }],
])

/** A file of one's own header; what `data` lacks is zeros. */
function file(header: unknown, length: number, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(Array.from(data), 8 + text.length)
  return bytes
}

describe('safetensors', (it) => {
  it('gives back every bit of what it wrote', () => {
    const read = readSafetensors(writeSafetensors(tensors), 'x')
    assert.equal([...read.keys()].sort(), [...tensors.keys()].sort())
    for (const [name, { shape, data }] of tensors) {
      assert.equal(read.get(name)!.shape, shape)
      assert.equal(new Uint8Array(read.get(name)!.read().buffer), new Uint8Array(data.buffer, data.byteOffset, data.byteLength), name)
    }
  })

  for (const [dtype, tag] of [['bfloat16', 'BF16'], ['float16', 'F16']] as const) {
    it(`stores ${dtype} in two bytes a number, and reads what it rounded to`, () => {
      const weights = new Map([['w', { shape: [3, 2], data: Float32Array.of(1, -2.5, 1 / 3, 0, 1e-3, 100.7) }]])
      const bytes = writeSafetensors(weights, {}, dtype)
      const read = readSafetensors(bytes, 'x').get('w')!
      assert.equal([read.dtype, read.shape], [tag, [3, 2]])
      assert.is(writeSafetensors(weights).length - bytes.length >= 12 - 8, true)
      read.read().forEach((value, index) => {
        const exact = weights.get('w')!.data[index]!
        assert.ok(Math.abs(value - exact) <= 2 ** -8 * Math.abs(exact), `${value} for ${exact}`)
      })
      assert.equal(writeSafetensors(new Map([['w', { shape: [3, 2], data: read.read() }]]), {}, dtype), bytes)
    })
  }

  it('refuses to store as float16 what would become infinite', () => {
    const large = new Map([['w', { shape: [2], data: Float32Array.of(1, -65520) }]])
    const found = failure(() => writeSafetensors(large, {}, 'float16'))
    assert.match(found.message, 'tensor w holds -65520')
    assert.match(found.remedy, 'bfloat16')
    writeSafetensors(large, {}, 'bfloat16')
    writeSafetensors(new Map([['w', { shape: [2], data: Float32Array.of(65519, Infinity) }]]), {}, 'float16')
  })

  it('writes the same bytes whatever the order of the map, names sorted and data aligned', () => {
    const bytes = writeSafetensors(tensors, { format: 'pt' })
    assert.equal(writeSafetensors(new Map([...tensors].reverse()), { format: 'pt' }), bytes)
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
    assert.is(length % 8, 0)
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>
    assert.equal(Object.keys(header), ['__metadata__', 'a.weight', 'b', 'empty', 'scalar'])
    assert.equal(header['b'], { dtype: 'F32', shape: [2, 2], data_offsets: [16, 32] })
  })

  it('reads F16 and BF16 as float32, in the order of offsets or not, and passes over metadata', () => {
    const header = {
      __metadata__: { format: 'pt' },
      two: { dtype: 'BF16', shape: [1, 2], data_offsets: [4, 8] },
      one: { dtype: 'F16', shape: [2], data_offsets: [0, 4] },
    }
    const read = readSafetensors(file(header, 8, [0x00, 0x3c, 0x01, 0x00, 0x80, 0x3f, 0x40, 0xc0]), 'x')
    assert.equal([...read.get('one')!.read()], [1, 2 ** -24])
    assert.equal([...read.get('two')!.read()], [1, -3])
  })

  it('names file, tensor and fault of a broken header', () => {
    const f32 = (begin: number, end: number, shape: unknown = [(end - begin) / 4]) => ({ dtype: 'F32', shape, data_offsets: [begin, end] })
    const broken: [Uint8Array, RegExp][] = [
      [new Uint8Array(5), /5 bytes/],
      [file({ a: f32(0, 8) }, 8).slice(0, 20), /its header should have \d+ bytes, but 12 follow/],
      [file('not JSON', 0), /not JSON/],
      [file('[1]', 0), /not a JSON object/],
      [file({ a: 3 }, 0), /tensor a by no object/],
      [file({ a: { dtype: 'F31', shape: [], data_offsets: [0, 4] } }, 4), /unknown type "F31"/],
      [file({ a: { dtype: 'constructor', shape: [], data_offsets: [0, 4] } }, 4), /unknown type/],
      [file({ a: f32(0, 4, [-1]) }, 4), /the shape \[-1\]/],
      [file({ a: f32(0, 4, [0.5]) }, 4), /the shape \[0\.5\]/],
      [file({ a: { dtype: 'F32', shape: [1] } }, 4), /the offsets undefined/],
      [file({ a: f32(0, 4, [2]) }, 4), /takes 8 bytes, but its offsets are 0 and 4/],
      [file({ a: f32(0, 8) }, 4), /ends at byte 8 of 4/],
      [file({ a: f32(0, 8), b: f32(4, 12) }, 12), /tensors a and b overlap/],
      [file({ a: f32(0, 4), b: f32(8, 12) }, 12), /bytes 4 to 8 belong to no tensor/],
      [file({ a: f32(0, 4) }, 8), /4 bytes follow/],
    ]
    for (const [bytes, message] of broken) {
      const error = failure(() => readSafetensors(bytes, 'dir/model.safetensors'))
      assert.match(error.message, message)
      assert.match(error.message, /^dir\/model\.safetensors/)
    }
  })

  it('reads the header of a file with other types and refuses only the tensor asked for', () => {
    const read = readSafetensors(file({ mask: { dtype: 'BOOL', shape: [2], data_offsets: [0, 2] } }, 2), 'x')
    assert.match(failure(() => read.get('mask')!.read()).message, 'tensor mask is BOOL')
  })

  it('says which tensor is missing or misshapen, what was expected and what was found', () => {
    const read = readSafetensors(writeSafetensors(tensors), 'w.safetensors')
    assert.equal(takeTensor(read, 'b', [2, 2], 'w').shape, [2, 2])
    assert.match(failure(() => takeTensor(read, 'c', [3, 4], 'folder')).message, 'folder: there is no tensor c of shape [3, 4]')
    assert.match(failure(() => takeTensor(read, 'b', [4], 'folder')).message, 'w.safetensors: tensor b has the shape [2, 2]; config.json asks for [4]')
    assert.match(failure(() => joinSafetensors([read, readSafetensors(writeSafetensors(tensors), 'v.safetensors')])).message, 'both in w.safetensors and in v.safetensors')
  })

  it('fails with a StageFailure wherever it is cut off', () => {
    const bytes = writeSafetensors(tensors)
    for (let length = 0; length < bytes.length; length++) failure(() => readSafetensors(bytes.slice(0, length), 'x'))
  })

  const seed = 'flipped bytes'
  it(`never crashes on a damaged header: 3,000 flipped bytes (seed "${seed}")`, () => {
    const sound = writeSafetensors(tensors)
    const header = 8 + Number(new DataView(sound.buffer).getBigUint64(0, true))
    const random = stream(seed)
    let refused = 0
    for (let round = 0; round < 3000; round++) {
      const bytes = sound.slice()
      bytes[integer(random, 2 * round, header)] = integer(random, 2 * round + 1, 256)
      try {
        for (const tensor of readSafetensors(bytes, 'x').values()) tensor.read()
      } catch (error) {
        if (!(error instanceof StageFailure)) throw error
        refused += 1
      }
    }
    assert.ok(refused > 1500, `${refused} of 3000 refused; a changed letter of a name is no fault`)
  })
})
