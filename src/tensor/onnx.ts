// A graph as the bytes of an ONNX model: opset 17 and Microsoft's contributed operators.
// Field numbers are those of onnx.proto; inputs are `in.<name>`, outputs `out.<name>`, the rest is numbered, so no names collide.
import type { Shape } from './engine.ts'
import { isFree, reshapeTarget } from './free.ts'
import { inOrder } from './graph.ts'
import type { Attribute, Attributes, Constant, Data, ElementType, Graph, Node, Operation } from './graph.ts'
import { bytesField, floatField, integerField, joined, messageField, textField } from './protobuf.ts'
import type { Pieces } from './protobuf.ts'

const elementTypes: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 }

const microsoft = new Set(['FusedMatMul', 'RotaryEmbedding'])

/** Attributes of a node that the operator takes as int64 inputs after its first; `shape` is the node's own. */
const operands: Readonly<Record<string, readonly string[]>> = {
  Reshape: ['shape'],
  Expand: ['shape'],
  ReduceSum: ['axes'],
  Slice: ['starts', 'ends', 'axes', 'steps'],
  Tile: ['repeats'],
  Pad: ['pads'],
  CumSum: ['axis'],
  TopK: ['k'],
}

/** Operators of several results; a node stands for the one its attribute `result` counts. As many must be named, wanted or not. */
const results: Readonly<Record<string, number>> = { TopK: 2, SimplifiedLayerNormalization: 1 }

export const inputName = (name: string): string => `in.${name}`
export const outputName = (name: string): string => `out.${name}`

/** Inputs that no output depends on are left out: `usedInputs` says which remain. */
export function serialize(graph: Graph): Uint8Array {
  const order = inOrder(Object.values(graph.outputs))
  const names = new Map(order.map((node, index) => [node, node.kind === 'input' ? inputName(node.name) : `n${index}`]))
  const initializers: Pieces[] = []
  const integers = integerInitializers(initializers)
  const nodes: Pieces[] = []
  const twins = resultsTogether(order, names)
  for (const node of order) {
    if (node.kind === 'constant') initializers.push(messageField(5, tensor(names.get(node)!, node)))
    if (node.kind !== 'operation') continue
    const together = twins.get(node) ?? [node]
    if (together[0] === node) nodes.push(messageField(1, nodeFields(together, names, integers)))
  }
  const outputs = Object.entries(graph.outputs)
  for (const [name, node] of outputs) nodes.push(messageField(1, plainNode('Identity', [names.get(node)!], [outputName(name)])))
  const inputs = order.filter((node) => node.kind === 'input')
    .map((node) => messageField(11, valueInfo(inputName(node.name), node.shape, node.dtype)))
  const declared = outputs.map(([name, node]) => messageField(12, valueInfo(outputName(name), node.shape, node.dtype)))
  return joined([
    integerField(1, 8), // IR version
    messageField(8, [textField(1, ''), integerField(2, 17)]),
    messageField(8, [textField(1, 'com.microsoft'), integerField(2, 1)]),
    messageField(7, [...nodes, textField(2, 'step'), ...initializers, ...inputs, ...declared]),
  ])
}

export function usedInputs(graph: Graph): string[] {
  return inOrder(Object.values(graph.outputs)).flatMap((node) => (node.kind === 'input' ? [node.name] : []))
}

const resultOf = (node: Operation): number => Number(node.attributes['result'] ?? 0)

/** Nodes that stand for results of one and the same operation, the first of the order first. */
function resultsTogether(order: readonly Node[], names: ReadonlyMap<Node, string>): Map<Node, Operation[]> {
  const byText = new Map<string, Operation[]>()
  const twins = new Map<Node, Operation[]>()
  for (const node of order) {
    if (node.kind !== 'operation' || results[node.op] === undefined) continue
    const attributes = Object.entries(node.attributes).filter(([name]) => name !== 'result').sort()
    const text = `${node.op} ${node.inputs.map((each) => names.get(each)).join()} ${JSON.stringify(attributes)}`
    const together = byText.get(text) ?? []
    together.push(node)
    byText.set(text, together)
    twins.set(node, together)
  }
  return twins
}

/** One operation, given as the nodes that stand for its results. */
function nodeFields(
  together: readonly Operation[],
  names: ReadonlyMap<Node, string>,
  integers: (values: readonly number[]) => string,
): Pieces[] {
  const node = together[0]!
  const asInputs = operands[node.op] ?? []
  const [first, ...others] = node.inputs.map((each) => names.get(each)!)
  const operandNames = asInputs.map((name) => integers(name === 'shape' ? targetShape(node) : asList(node.attributes[name]!)))
  const attributes = Object.entries(node.attributes).filter(([name]) => !asInputs.includes(name) && name !== 'result')
  if (node.op === 'Cast') attributes.push(['to', elementTypes[node.dtype]])
  const wanted = new Map(together.map((each) => [resultOf(each), names.get(each)!]))
  const count = Math.max(results[node.op] ?? 1, ...[...wanted.keys()].map((result) => result + 1))
  const outputs = Array.from({ length: count }, (_, index) => wanted.get(index) ?? `${names.get(node)!}.${index}`)
  return plainNode(
    node.op,
    first === undefined ? [] : [first, ...operandNames, ...others],
    outputs,
    Object.fromEntries(attributes),
  )
}

/** Zeros keep their meaning of empty axes as long as no size is free. */
function targetShape({ op, shape, inputs }: Operation): readonly number[] {
  return op === 'Reshape' && shape.some(isFree) ? reshapeTarget(inputs[0]!.shape, shape) : shape
}

function plainNode(op: string, inputs: readonly string[], outputs: readonly string[], attributes: Attributes = {}): Pieces[] {
  return [
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(4, op),
    ...(microsoft.has(op) ? [textField(7, 'com.microsoft')] : []),
    ...Object.entries(attributes).map(([name, value]) => messageField(5, [textField(1, name), ...attributeFields(value)])),
  ]
}

function attributeFields(value: Attribute): Pieces[] {
  if (typeof value === 'number') return [integerField(3, value), integerField(20, 2)]
  if (typeof value === 'string') return [textField(4, value), integerField(20, 3)]
  if ('float' in value) return [floatField(2, value.float), integerField(20, 1)]
  return [...value.map((each) => integerField(8, each)), integerField(20, 7)]
}

/** Integer lists as initializers, each written once. */
function integerInitializers(initializers: Pieces[]): (values: readonly number[]) => string {
  const known = new Set<string>()
  return (values) => {
    const name = `i.${values.join('_')}`
    if (!known.has(name)) {
      known.add(name)
      const data = BigInt64Array.from(values, BigInt)
      initializers.push(messageField(5, tensor(name, { data, shape: [values.length], dtype: 'int64' })))
    }
    return name
  }
}

function tensor(name: string, { data, shape, dtype }: Pick<Constant, 'data' | 'shape' | 'dtype'>): Pieces[] {
  return [
    ...shape.map((size) => integerField(1, size)),
    integerField(2, elementTypes[dtype]),
    textField(8, name),
    bytesField(9, rawBytes(data)),
  ]
}

/** ONNX stores little-endian numbers, as do all machines that Node runs on. */
const rawBytes = (data: Data): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

function valueInfo(name: string, shape: Shape, dtype: ElementType): Pieces[] {
  const dimensions = shape.map((size) => messageField(1, [isFree(size) ? textField(2, `free${-size}`) : integerField(1, size)]))
  return [
    textField(1, name),
    messageField(2, [messageField(1, [integerField(1, elementTypes[dtype]), messageField(2, dimensions)])]),
  ]
}

function asList(value: Attribute): readonly number[] {
  if (typeof value === 'number') return [value]
  if (typeof value === 'object' && !('float' in value)) return value
  throw new Error(`an integer operand cannot be ${JSON.stringify(value)}`)
}
