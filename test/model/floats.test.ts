import * as assert from 'uvu/assert'
import { bfloat16Bytes, float16Bytes, float32Bytes, readBfloat16, readFloat16, readFloat32 } from '../../src/model/floats.ts'
import { normal, stream } from '../../src/random.ts'
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

  for (const [name, write, read, largest] of [
    ['float16', float16Bytes, readFloat16, 0x7bff], ['bfloat16', bfloat16Bytes, readBfloat16, 0x7f7f],
  ] as const) {
    const all = (count: number, first = 0) => words(...Array.from({ length: count }, (_, index) => first + index))

    it(`writes all ${name} as the bits they were read from, NaN as some NaN`, () => {
      for (const first of [0, 0x8000]) {
        const bits = all(largest + 2, first) // up to infinity
        assert.equal(write(read(bits, 0, largest + 2)), bits)
      }
      assert.ok(Number.isNaN(read(write(Float32Array.of(NaN, -NaN)), 0, 2)[1]))
    })

    it(`rounds to the nearest ${name}, half way to the even one`, () => {
      const values = read(all(largest + 1), 0, largest + 1)
      for (let bits = 0; bits < largest; bits += 7) {
        const [low, high] = [values[bits]!, values[bits + 1]!]
        const middle = (low + high) / 2
        const near = Float32Array.of(middle, low + (high - low) * 0.4375, -(low + (high - low) * 0.5625))
        const even = bits % 2 === 0 ? bits : bits + 1
        assert.equal(write(near), words(even, bits, 0x8000 | (bits + 1)), `0x${bits.toString(16)}`)
      }
    })
  }

  it('beyond the largest: float16 becomes infinite from 65520, bfloat16 half a step after its last', () => {
    assert.equal(float16Bytes(Float32Array.of(65519, 65520, -1e30)), words(0x7bff, 0x7c00, 0xfc00))
    assert.equal(bfloat16Bytes(Float32Array.of(3.396e38, 3.4028234e38, -Infinity)), words(0x7f7f, 0x7f80, 0xff80))
  })

  it('errs by half a unit in the last place at most: seed halves', () => {
    const values = Float32Array.from({ length: 500 }, (_, index) => normal(stream('halves'), index))
    const error = (read: Float32Array) => Math.max(...read.map((value, index) => Math.abs(value - values[index]!) / Math.abs(values[index]!)))
    assert.ok(error(readFloat16(float16Bytes(values), 0, 500)) <= 2 ** -11)
    assert.ok(error(readBfloat16(bfloat16Bytes(values), 0, 500)) <= 2 ** -8)
  })
})
