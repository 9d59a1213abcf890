// Protocol-buffer wire format, writing only: a message is a list of fields, a field is bytes.

export type Bytes = Uint8Array

const utf8 = new TextEncoder()

/** A variable-length integer; negative numbers as 64-bit two's complement. */
export function varint(value: number | bigint): Bytes {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

const tag = (field: number, wireType: number): Bytes => varint((field << 3) | wireType)

export const integerField = (field: number, value: number): Bytes => concatenate([tag(field, 0), varint(value)])

export const bytesField = (field: number, bytes: Bytes): Bytes => concatenate([tag(field, 2), varint(bytes.length), bytes])

export const textField = (field: number, text: string): Bytes => bytesField(field, utf8.encode(text))

export const messageField = (field: number, fields: readonly Bytes[]): Bytes => bytesField(field, concatenate(fields))

export function floatField(field: number, value: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setFloat32(0, value, true)
  return concatenate([tag(field, 5), bytes])
}

export function concatenate(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
