// Graphs whose sizes are not all known: one graph for every length of a batch or of a cache.
// A step only ever sees numbers, so it is traced twice, with two lengths that occur nowhere else; what differs follows the length.
import type { Shape, Spec } from './engine.ts'
import { inOrder } from './graph.ts'
import type { Attribute, Graph, Node, Operation } from './graph.ts'

/** A negative size is free: it may differ from run to run. Equal negative sizes of one graph are equal lengths. */
export const isFree = (size: number): boolean => size < 0

export function hasFree(specs: Readonly<Record<string, Spec>>): boolean {
  return Object.values(specs).some(({ shape }) => shape.some(isFree))
}

/** Primes that are unlikely sizes; two for each free length. */
const probes: readonly (readonly [number, number])[] = [[10_007, 10_009], [10_037, 10_039], [10_061, 10_067]]

/** The specs with numbers for their free sizes, the first or the second of each probe. */
export function probed(specs: Readonly<Record<string, Spec>>, which: 0 | 1): Record<string, Spec> {
  const known = (size: number): number => {
    if (!isFree(size)) return size
    const probe = probes[-size - 1]
    if (probe === undefined) throw new Error(`a step has at most ${probes.length} free lengths, −1 to −${probes.length}`)
    return probe[which]
  }
  return Object.fromEntries(Object.entries(specs).map(([name, { shape, dtype }]) => [name, { shape: shape.map(known), dtype }]))
}

/** Past every size: where ONNX's Slice takes it to mean the end of the axis. */
const theEnd = 2 ** 31 - 1

/**
 * The one graph of which `first` and `second` are the cases for the two probes. Sizes that follow from free lengths become negative, too.
 * Throws when the step is another one for each length, as when it writes out a constant that long.
 */
export function unify(first: Graph, second: Graph, specs: Readonly<Record<string, Spec>>): Graph {
  const sizes = freeSizes()
  const done = new Map<Node, Node>()
  const others = inOrder(Object.values(second.outputs))
  const order = inOrder(Object.values(first.outputs))
  if (order.length !== others.length) throw new Error('the step does different work for different lengths')
  for (const [index, node] of order.entries()) done.set(node, merged(node, others[index]!, sizes, (each) => done.get(each)!))
  const outputs = Object.entries(first.outputs).map(([name, node]) => [name, done.get(node)!])
  return { inputs: specs, outputs: Object.fromEntries(outputs) }
}

/** The negative size that stands for a pair of sizes; the free lengths keep theirs. */
function freeSizes(): (one: number, other: number) => number {
  const known = new Map(probes.map(([one, other], index) => [`${one} ${other}`, -index - 1]))
  return (one, other) => {
    if (one === other) return one
    const size = known.get(`${one} ${other}`) ?? -known.size - 1
    known.set(`${one} ${other}`, size)
    return size
  }
}

function merged(one: Node, other: Node, sizes: (one: number, other: number) => number, mergedInput: (node: Node) => Node): Node {
  const shape = one.shape.map((size, axis) => sizes(size, other.shape[axis] ?? NaN))
  if (one.kind !== other.kind || one.dtype !== other.dtype) throw new Error('the step does different work for different lengths')
  if (one.kind === 'input') return { ...one, shape }
  if (one.kind === 'constant') {
    if (shape.some(isFree)) throw new Error('the step writes out a constant as long as a free length')
    return one
  }
  const twin = other as Operation
  if (one.op !== twin.op) throw new Error('the step does different work for different lengths')
  const node = { ...one, shape, inputs: one.inputs.map(mergedInput), attributes: mergedAttributes(one, twin) }
  if (node.op === 'Expand' && shape.some(isFree)) throw new Error('the step broadcasts to a free length')
  if (node.op === 'Reshape') reshapeTarget(node.inputs[0]!.shape, shape)
  return node
}

function mergedAttributes(one: Operation, other: Operation): Operation['attributes'] {
  const merge = (name: string, value: Attribute): Attribute => {
    const twin = other.attributes[name]
    if (JSON.stringify(value) === JSON.stringify(twin)) return value
    const axes = one.attributes['axes'] as readonly number[]
    const whole = (list: Attribute, node: Operation, index: number): boolean =>
      (list as readonly number[])[index] === node.inputs[0]!.shape[axes[index]!]
    if (one.op !== 'Slice' || name !== 'ends') throw new Error(`the ${name} of ${one.op} follows a free length`)
    return (value as readonly number[]).map((end, index) => {
      if ((twin as readonly number[])[index] === end) return end
      if (!whole(value, one, index) || !whole(twin!, other, index)) throw new Error('the step slices up to a free length')
      return theEnd
    })
  }
  return Object.fromEntries(Object.entries(one.attributes).map(([name, value]) => [name, merge(name, value)]))
}

/** What ONNX is told: 0 for a free size that stands where it stood before, −1 for the only one that does not. */
export function reshapeTarget(before: Shape, after: Shape): number[] {
  const target = after.map((size, axis) => (!isFree(size) ? size : size === before[axis] ? 0 : -1))
  if (target.filter((size) => size === -1).length > 1) throw new Error('the step reshapes more than one free length at once')
  return target
}
