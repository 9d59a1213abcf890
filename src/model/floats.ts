// Numbers as files store them (float32, float16, bfloat16, all little-endian) and as this project computes with them (float32).
// Every machine Node and Deno run on is little-endian, so float32 is a copy of bytes.

/** `count` float32 numbers at an offset in bytes. A copy: a Float32Array begins at a multiple of four, a file's tensor anywhere. */
export function readFloat32(bytes: Uint8Array, offset: number, count: number): Float32Array {
  // Not `bytes.slice`: a Node Buffer is a Uint8Array whose slice shares its memory.
  const copy = new Uint8Array(4 * count)
  copy.set(bytes.subarray(offset, offset + 4 * count))
  return new Float32Array(copy.buffer)
}

/** bfloat16 is the upper half of a float32: exact, subnormals, infinities and NaN included. */
export function readBfloat16(bytes: Uint8Array, offset: number, count: number): Float32Array {
  const words = new Uint32Array(count)
  for (let index = 0; index < count; index++) {
    words[index] = (bytes[offset + 2 * index]! << 16) | (bytes[offset + 2 * index + 1]! << 24)
  }
  return new Float32Array(words.buffer)
}

/** IEEE 754 binary16: exact in float32. */
export function readFloat16(bytes: Uint8Array, offset: number, count: number): Float32Array {
  const result = new Float32Array(count)
  for (let index = 0; index < count; index++) {
    result[index] = float16(bytes[offset + 2 * index]! | (bytes[offset + 2 * index + 1]! << 8))
  }
  return result
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The bytes of float32 numbers: a view, not a copy. */
export function float32Bytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

/** Rounded to the nearest bfloat16, ties to even; NaN stays NaN. */
export function bfloat16Bytes(values: Float32Array): Uint8Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const halves = new Uint16Array(values.length)
  for (let index = 0; index < values.length; index++) {
    const word = words[index]!
    // The carry of rounding up runs into the exponent as it should; a NaN keeps its sign and a bit of its own.
    halves[index] = Number.isNaN(values[index]) ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
  }
  return new Uint8Array(halves.buffer)
}

/** Rounded to the nearest IEEE 754 binary16, ties to even; from 65520 on ±Infinity, NaN stays NaN. */
export function float16Bytes(values: Float32Array): Uint8Array {
  const halves = new Uint16Array(values.length)
  for (let index = 0; index < values.length; index++) halves[index] = float16Bits(values[index]!)
  return new Uint8Array(halves.buffer)
}

function float16Bits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (Number.isNaN(size)) return 0x7e00
  if (size >= 65520) return sign | 0x7c00
  if (size < 2 ** -14) return sign | toEven(size * 2 ** 24) // subnormal; 1024 of them are the first normal number
  const exponent = Math.floor(Math.log2(size))
  // Math.log2 may round up just below a power of two.
  const power = size < 2 ** exponent ? exponent - 1 : exponent
  return sign | (((power + 15) << 10) + toEven((size / 2 ** power - 1) * 1024))
}

/** The nearest whole number, of two as near the even one. */
function toEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below
}
