// A graph of tensor operations as immutable nodes: operators are ONNX's, every shape and element type is known.
// A graph is its outputs; what they do not reach does not exist.
import type { Shape, Spec } from './engine.ts'
import { elementCount, sameShape } from './feeds.ts'

/** int64 only between ONNX operators that insist on it. */
export type ElementType = 'float32' | 'int32' | 'bool' | 'int64'
export type Data = Float32Array | Int32Array | Uint8Array | BigInt64Array

export type Attribute = number | string | readonly number[] | { readonly float: number }
export type Attributes = Readonly<Record<string, Attribute>>

interface Typed {
  readonly shape: Shape
  readonly dtype: ElementType
}

export interface Input extends Typed {
  readonly kind: 'input'
  readonly name: string
}

export interface Constant extends Typed {
  readonly kind: 'constant'
  readonly data: Data
}

export interface Operation extends Typed {
  readonly kind: 'operation'
  readonly op: string
  readonly inputs: readonly Node[]
  /** Attributes and integer operands alike; onnx.ts knows which of them ONNX takes as inputs. */
  readonly attributes: Attributes
}

export type Node = Input | Constant | Operation

export interface Graph {
  readonly inputs: Readonly<Record<string, Spec>>
  readonly outputs: Readonly<Record<string, Node>>
}

export function input(name: string, spec: Spec): Input {
  return { kind: 'input', name, shape: spec.shape, dtype: spec.dtype }
}

export function constant(data: Data, shape: Shape, dtype: ElementType): Constant {
  if (data.length !== elementCount(shape)) throw new Error(`${data.length} numbers do not fill the shape [${shape.join(', ')}]`)
  return { kind: 'constant', data, shape, dtype }
}

const arrays: Readonly<Record<ElementType, (values: readonly number[]) => Data>> = {
  float32: (values) => Float32Array.from(values),
  int32: (values) => Int32Array.from(values),
  bool: (values) => Uint8Array.from(values),
  int64: (values) => BigInt64Array.from(values, BigInt),
}

export function numbers(values: readonly number[], shape: Shape, dtype: ElementType): Constant {
  return constant(arrays[dtype](values), shape, dtype)
}

export function scalar(value: number, dtype: ElementType): Constant {
  return numbers([value], [], dtype)
}

export function operation(
  op: string,
  inputs: readonly Node[],
  shape: Shape,
  dtype: ElementType,
  attributes: Attributes = {},
): Operation {
  return { kind: 'operation', op, inputs, shape, dtype, attributes }
}

/** The value everywhere, without writing it out. */
export function filled(value: number, shape: Shape, dtype: ElementType): Node {
  return shape.length === 0 ? scalar(value, dtype) : operation('Expand', [scalar(value, dtype)], shape, dtype)
}

export function cast(x: Node, dtype: ElementType): Node {
  return x.dtype === dtype ? x : operation('Cast', [x], x.shape, dtype)
}

export function reshape(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : operation('Reshape', [x], shape, x.dtype)
}

export function transpose(x: Node, perm: readonly number[]): Node {
  return operation('Transpose', [x], perm.map((axis) => x.shape[axis]!), x.dtype, { perm })
}

/** An elementwise operator over operands that broadcast (NumPy's rules); the type of the first unless told. */
export function elementwise(
  op: string,
  inputs: readonly Node[],
  dtype: ElementType = inputs[0]!.dtype,
  attributes: Attributes = {},
): Operation {
  return operation(op, inputs, inputs.map((node) => node.shape).reduce(broadcast), dtype, attributes)
}

/** Throws when the shapes do not broadcast. */
export function broadcast(one: Shape, other: Shape): Shape {
  const rank = Math.max(one.length, other.length)
  return Array.from({ length: rank }, (_, axis) => {
    const a = one[axis - rank + one.length] ?? 1
    const b = other[axis - rank + other.length] ?? 1
    if (a !== b && a !== 1 && b !== 1) throw new Error(`[${one.join(', ')}] and [${other.join(', ')}] do not broadcast`)
    return a === 1 ? b : a
  })
}

/** All nodes that the roots reach, each after its inputs, in an order determined by the graph alone. */
export function inOrder(roots: Iterable<Node>): Node[] {
  const order = new Set<Node>()
  const stack = [...roots].reverse()
  while (stack.length > 0) {
    const node = stack.at(-1)!
    const waiting = node.kind === 'operation' && !order.has(node) ? node.inputs.filter((each) => !order.has(each)) : []
    if (waiting.length > 0) {
      stack.push(...waiting.reverse())
    } else {
      order.add(node)
      stack.pop()
    }
  }
  return [...order]
}
