import * as assert from 'uvu/assert'
import { float32Bytes, readBfloat16, readFloat16, readFloat32 } from '../../src/model/floats.ts'
import { describe } from '../describe.ts'

const words = (...bits: number[]) => new Uint8Array(Uint16Array.from(bits).buffer)

describe('numbers in files', (it) => {
  it('reads float16: ones, thirds, largest, smallest normal, subnormals, zeros, infinities, NaN', () => {
    const table: [bits: number, value: number][] = [
      [0x3c00, 1], [0xbc00, -1], [0x3555, 0.333251953125], [0x7bff, 65504], [0x0400, 2 ** -14], [0x03ff, 1023 * 2 ** -24], [0x0001, 2 ** -24],
      [0x8001, -(2 ** -24)], [0x0000, 0], [0x8000, -0], [0x7c00, Infinity], [0xfc00, -Infinity], [0x7e00, NaN], [0xfc01, NaN],
    ]
    const read = readFloat16(words(...table.map(([bits]) => bits)), 0, table.length)
    table.forEach(([bits, value], index) => assert.ok(Object.is(read[index], value), `0x${bits.toString(16)} gives ${read[index]}`))
  })

  it('reads all 65,536 float16 in order: each value and the next differ by the spacing of their exponent', () => {
    const read = readFloat16(words(...Array.from({ length: 0x7c01 }, (_, bits) => bits)), 0, 0x7c01)
    for (let bits = 0; bits < 0x7bff; bits++) {
      assert.is(read[bits + 1]! - read[bits]!, 2 ** (Math.max(1, bits >>> 10) - 25), `0x${bits.toString(16)}`)
    }
    assert.is(read[0x7c00], Infinity)
  })

  it('reads bfloat16: ones, largest, smallest normal, subnormals, zeros, infinities, NaN', () => {
    const table: [bits: number, value: number][] = [
      [0x3f80, 1], [0xc040, -3], [0x7f7f, 255 * 2 ** 120], [0x0080, 2 ** -126], [0x0001, 2 ** -133], [0x8001, -(2 ** -133)],
      [0x007f, 127 * 2 ** -133], [0x0000, 0], [0x8000, -0], [0x7f80, Infinity], [0xff80, -Infinity], [0x7fc0, NaN],
    ]
    const read = readBfloat16(words(...table.map(([bits]) => bits)), 0, table.length)
    table.forEach(([bits, value], index) => assert.ok(Object.is(read[index], value), `0x${bits.toString(16)} gives ${read[index]}`))
  })

  it('keeps every bit of float32, at any offset', () => {
    const values = new Float32Array([0, -0, 1e-45, 1.17549435e-38, 3.4028234e38, Infinity, -Infinity, NaN, Math.PI])
    const bytes = new Uint8Array(3 + values.byteLength)
    bytes.set(float32Bytes(values), 3)
    assert.equal(float32Bytes(readFloat32(bytes, 3, values.length)), float32Bytes(values))
  })
})
