// The ONNX writer: the wire format against hand-made bytes, and models read back field by field.
import * as assert from 'uvu/assert'
import { constant, elementwise, input, numbers, operation, reshape, scalar } from '../../src/tensor/graph.ts'
import { serialize, usedInputs } from '../../src/tensor/onnx.ts'
import { bytesField, floatField, integerField, joined, messageField, textField, varint } from '../../src/tensor/protobuf.ts'
import { describe } from '../describe.ts'

interface Field {
  readonly number: number
  readonly value: number | Uint8Array
}

/** Splits a message into its fields. */
function fields(bytes: Uint8Array): Field[] {
  const found: Field[] = []
  let at = 0
  const next = (): number => {
    let value = 0n, shift = 0n
    for (;;) {
      const byte = BigInt(bytes[at++]!)
      value |= (byte & 127n) << shift
      if (byte < 128n) return Number(BigInt.asIntN(64, value))
      shift += 7n
    }
  }
  while (at < bytes.length) {
    const tag = next()
    if ((tag & 7) === 0) found.push({ number: tag >> 3, value: next() })
    else {
      const length = (tag & 7) === 2 ? next() : 4
      found.push({ number: tag >> 3, value: bytes.subarray(at, at += length) })
    }
  }
  return found
}

const all = (bytes: Uint8Array, number: number): Uint8Array[] =>
  fields(bytes).filter((field) => field.number === number).map(({ value }) => value as Uint8Array)
const one = (bytes: Uint8Array, number: number): Uint8Array => all(bytes, number)[0]!
const integersOf = (bytes: Uint8Array, number: number): number[] =>
  fields(bytes).filter((field) => field.number === number).map(({ value }) => value as number)
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const texts = (bytes: Uint8Array, number: number): string[] => all(bytes, number).map(text)

describe('protocol buffers', (it) => {
  it('variable-length integers', () => {
    assert.equal(varint(0), Uint8Array.of(0))
    assert.equal(varint(127), Uint8Array.of(127))
    assert.equal(varint(300), Uint8Array.of(0xac, 0x02))
    assert.equal(varint(-1), Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 255, 1))
  })

  it('fields of every wire type', () => {
    assert.equal(joined([integerField(1, 150)]), Uint8Array.of(0x08, 0x96, 0x01))
    assert.equal(joined([textField(2, 'testing')]), Uint8Array.of(0x12, 7, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67))
    assert.equal(joined([messageField(3, [integerField(1, 150)])]), Uint8Array.of(0x1a, 3, 0x08, 0x96, 0x01))
    assert.equal(joined([floatField(2, 1)]), Uint8Array.of(0x15, 0, 0, 0x80, 0x3f))
    assert.equal(joined([integerField(20, 7)]), Uint8Array.of(0xa0, 0x01, 7))
    assert.is(joined([bytesField(9, new Uint8Array(200))]).length, 1 + 2 + 200)
  })
})

describe('ONNX models', (it) => {
  const inputs = { x: { shape: [2, 3], dtype: 'float32' }, unused: { shape: [1], dtype: 'int32' } } as const
  const x = input('x', inputs.x)
  const weight = constant(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2], 'float32')

  it('declare version, operator sets, inputs that are used, and outputs', () => {
    const graph = { inputs, outputs: { y: x, z: scalar(3, 'int32') } }
    const model = serialize(graph)
    assert.equal(integersOf(model, 1), [8])
    assert.equal(all(model, 8).map((set) => [texts(set, 1)[0], integersOf(set, 2)[0]]), [['', 17], ['com.microsoft', 1]])
    const body = one(model, 7)
    const declared = (number: number): unknown[] =>
      all(body, number).map((info) => {
        const tensor = one(one(info, 2), 1)
        return [texts(info, 1)[0], integersOf(tensor, 1)[0], all(one(tensor, 2), 1).map((size) => integersOf(size, 1)[0])]
      })
    assert.equal(declared(11), [['in.x', 1, [2, 3]]])
    assert.equal(declared(12), [['out.y', 1, [2, 3]], ['out.z', 6, []]])
    assert.equal(usedInputs(graph), ['x'])
  })

  it('write constants with shape, type and raw little-endian numbers', () => {
    const model = serialize({ inputs: {}, outputs: { y: weight, z: numbers([1, 0], [2], 'bool') } })
    const [first, second] = all(one(model, 7), 5)
    assert.equal([integersOf(first!, 1), integersOf(first!, 2)], [[3, 2], [1]])
    assert.equal(new Float32Array(one(first!, 9).slice().buffer), Float32Array.of(1, 2, 3, 4, 5, 6))
    assert.equal([integersOf(second!, 1), integersOf(second!, 2), [...one(second!, 9)]], [[2], [9], [1, 0]])
  })

  it('write operators with domain, attributes, and integer operands as shared int64 constants after the first input', () => {
    const product = operation('FusedMatMul', [x, weight], [2, 2], 'float32', { transA: 0, transB: 1, alpha: { float: 0.5 } })
    const padded = operation('Pad', [reshape(product, [2, 2, 1]), scalar(0, 'float32')], [2, 2, 3], 'float32', {
      pads: [0, 0, 1, 0, 0, 1],
      mode: 'constant',
    })
    const again = elementwise('Add', [reshape(padded, [12]), reshape(elementwise('Mul', [padded, padded]), [12])])
    const body = one(serialize({ inputs, outputs: { y: again } }), 7)
    const nodes = all(body, 1)
    const named = (op: string): Uint8Array[] => nodes.filter((node) => texts(node, 4)[0] === op)
    const [fused] = named('FusedMatMul')
    assert.equal(texts(fused!, 7), ['com.microsoft'])
    const number = (attribute: Uint8Array): number =>
      integersOf(attribute, 3)[0] ?? new DataView(one(attribute, 2).slice().buffer).getFloat32(0, true)
    assert.equal(
      all(fused!, 5).map((attribute) => [texts(attribute, 1)[0], number(attribute), integersOf(attribute, 20)[0]]),
      [['transA', 0, 2], ['transB', 1, 2], ['alpha', 0.5, 1]],
    )
    const [pad] = named('Pad')
    assert.is(texts(pad!, 1)[1], 'i.0_0_1_0_0_1')
    assert.equal(
      all(pad!, 5).map((attribute) => [texts(attribute, 1)[0], texts(attribute, 4)[0], integersOf(attribute, 20)[0]]),
      [['mode', 'constant', 3]],
    )
    assert.equal(named('Reshape').map((node) => texts(node, 1)[1]), ['i.2_2_1', 'i.12', 'i.12'])
    assert.is(all(body, 5).filter((tensor) => texts(tensor, 8)[0] === 'i.12').length, 1)
    assert.equal(named('Identity').map((node) => texts(node, 2)), [['out.y']])
  })

  it('are the same bytes for the same graph', () => {
    const build = (): Uint8Array => serialize({ inputs, outputs: { y: elementwise('Add', [x, elementwise('Mul', [x, x])]) } })
    assert.equal(build(), build())
  })
})
