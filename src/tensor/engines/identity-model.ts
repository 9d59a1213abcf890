// The ONNX model that gives its input back, of any shape: what reads a tensor that lies on a device.
import type { DType } from '../engine.ts'
import { inputName, outputName } from '../onnx.ts'
import { integerField, joined, messageField, textField } from '../protobuf.ts'
import type { Pieces } from '../protobuf.ts'

const elementTypes: Readonly<Record<DType, number>> = { float32: 1, int32: 6 }

/** Takes the input `x` and gives the output `x`. Field numbers are those of onnx.proto. */
export function identityModel(dtype: DType): Uint8Array {
  const [from, to] = [inputName('x'), outputName('x')]
  const node = [textField(1, from), textField(2, to), textField(4, 'Identity')]
  const declared = (name: string): Pieces[] =>
    [textField(1, name), messageField(2, [messageField(1, [integerField(1, elementTypes[dtype])])])] // without a shape: any
  return joined([
    integerField(1, 8), // IR version
    messageField(8, [textField(1, ''), integerField(2, 17)]),
    messageField(7, [
      messageField(1, node), textField(2, 'read'), messageField(11, declared(from)), messageField(12, declared(to)),
    ]),
  ])
}
