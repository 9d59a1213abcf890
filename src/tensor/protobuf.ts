// Protocol-buffer wire format, writing only. What is written stays in pieces until `joined`, so that weights are copied once.

export type Pieces = readonly Uint8Array[]

const utf8 = new TextEncoder()

/** A variable-length integer; negative numbers as 64-bit two's complement. */
export function varint(value: number): Uint8Array {
  if (value >= 0 && value < 128) return Uint8Array.of(value)
  if (value >= 0 && value < 16_384) return Uint8Array.of(value & 127 | 128, value >> 7)
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

const tag = (field: number, wireType: number): Uint8Array => varint((field << 3) | wireType)

export const integerField = (field: number, value: number): Pieces => [tag(field, 0), varint(value)]

export const bytesField = (field: number, bytes: Uint8Array): Pieces => [tag(field, 2), varint(bytes.length), bytes]

export const textField = (field: number, text: string): Pieces => bytesField(field, utf8.encode(text))

export function messageField(field: number, fields: readonly Pieces[]): Pieces {
  const content = fields.flat()
  const length = totalLength(content)
  const whole = [tag(field, 2), varint(length), ...content]
  return length < smallMessage ? [joined([whole])] : whole
}

/** Messages below this many bytes become one piece at once: handing on dozens of pieces costs more than copying them. */
const smallMessage = 4096

export function floatField(field: number, value: number): Pieces {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return [tag(field, 5), bytes]
}

export function joined(fields: readonly Pieces[]): Uint8Array {
  const pieces = fields.flat()
  const whole = new Uint8Array(totalLength(pieces))
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.length
  }
  return whole
}

const totalLength = (pieces: Pieces): number => pieces.reduce((length, piece) => length + piece.length, 0)
