// What a recording kernel is given: nodes for the tensors, and TensorFlow.js's attributes, checked as they are read.
import type { Tf } from '../engine.ts'
import type { Node } from '../graph.ts'

export interface Call {
  readonly tf: Tf
  /** By TensorFlow.js's names: `x`; `a`, `b`; `0`, `1`, … for lists. */
  readonly inputs: Readonly<Record<string, Node>>
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Says with nodes what a TensorFlow.js kernel would compute. */
export type Recorder = (call: Call) => Node | readonly Node[]

/** TensorFlow.js kernel name → how it is recorded. */
export type KernelTable = Readonly<Record<string, Recorder>>

export function operand(call: Call, name: string): Node {
  const node = call.inputs[name]
  if (node === undefined) throw new Error(`the operand ${name} is missing`)
  return node
}

/** The operands of a kernel that takes a list. */
export const operandList = (call: Call): Node[] => Object.values(call.inputs)

export function integer(call: Call, name: string): number {
  const value = call.attributes[name]
  if (typeof value !== 'number') throw new Error(`the attribute ${name} is ${String(value)}, not a number`)
  return value
}

export function integers(call: Call, name: string): number[] {
  const value = call.attributes[name]
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'number')) {
    throw new Error(`the attribute ${name} is ${String(value)}, not a list of numbers`)
  }
  return value as number[]
}

export const flag = (call: Call, name: string): boolean => call.attributes[name] === true

/** One axis, counted from the front. */
export function axisOf(call: Call, name: string, rank: number): number {
  const value = call.attributes[name]
  const axis = Array.isArray(value) ? value[0] as unknown : value
  if (typeof axis !== 'number') throw new Error(`the attribute ${name} is ${String(value)}, not an axis`)
  return axis < 0 ? axis + rank : axis
}

/** Axes counted from the front, in ascending order; all of them where TensorFlow.js gives null. */
export function axesOf(call: Call, name: string, rank: number): number[] {
  const value = call.attributes[name] ?? null
  const axes = value === null ? Array.from({ length: rank }, (_, axis) => axis) : [value].flat() as number[]
  return axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b)
}

/** The element types a tensor of the model can have. */
export function elementType(value: unknown, otherwise: 'float32' | 'int32' = 'float32'): 'float32' | 'int32' | 'bool' {
  const dtype = value ?? otherwise
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new Error(`tensors of type ${String(dtype)} are not recorded`)
}
