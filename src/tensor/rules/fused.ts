// Rules that put one operator of ONNX Runtime's CPU provider in the place of the several that a formula was recorded as.
// What is matched is what `logProbabilityOf`, `normalise` and `rotate` record; written otherwise it computes the same, only slower.
import { cast, constant, elementwise, filled, numbers, operation, reshape } from '../graph.ts'
import type { Constant, Node, Operation } from '../graph.ts'
import { sameShape } from '../feeds.ts'
import { isOperation, listOf, uniformValue } from './rule.ts'
import type { Rule } from './rule.ts'

/** The operand of a reduction along the last axis that keeps it. */
function reducedLast(node: Node | undefined, op: string): Node | undefined {
  if (!isOperation(node, op) || node.attributes['keepdims'] !== 1) return undefined
  return listOf(node, 'axes').join() === String(node.shape.length - 1) ? node.inputs[0] : undefined
}

/** x − max(x) − log Σ exp(x − max(x)). */
const logSoftmax: Rule = (node) => {
  const [shifted, log] = node.inputs
  if (node.op !== 'Sub' || !isOperation(shifted, 'Sub') || !isOperation(log, 'Log')) return undefined
  const [x, largest] = shifted.inputs
  const exponentials = reducedLast(log.inputs[0], 'ReduceSum')
  const matches = reducedLast(largest, 'ReduceMax') === x && isOperation(exponentials, 'Exp') && exponentials.inputs[0] === shifted
  return matches ? operation('LogSoftmax', [x!], node.shape, node.dtype, { axis: node.shape.length - 1 }) : undefined
}

/** ids [N, 1] of oneHot(ids) [N, V] as float32. */
function hotIds(node: Node | undefined): Node | undefined {
  const hit = isOperation(node, 'Cast') ? node.inputs[0] : undefined
  const [ids, classes] = isOperation(hit, 'Equal') ? hit.inputs : []
  if (classes?.kind !== 'constant' || node!.shape.length !== 2 || ids?.shape[1] !== 1) return undefined
  return classes.data.every((value: number | bigint, index: number) => Number(value) === index) ? ids : undefined
}

/** (oneHot(ids) − exp(logSoftmax)) · d = −exp(logSoftmax) · d with d added at the ids: the gradient of a log-probability. */
const hotDifference: Rule = (node) => {
  const [difference, d] = node.inputs
  if (node.op !== 'Mul' || !isOperation(difference, 'Sub') || d!.shape[1] !== 1) return undefined
  const ids = hotIds(difference.inputs[0])
  const shares = difference.inputs[1]
  if (ids === undefined || !isOperation(shares, 'Exp') || !isOperation(shares.inputs[0], 'LogSoftmax')) return undefined
  const scaled = elementwise('Mul', [shares, operation('Neg', [d!], d!.shape, d!.dtype)])
  return operation('ScatterElements', [scaled, ids, d!], node.shape, node.dtype, { axis: 1, reduction: 'add' })
}

const normOperator = 'SimplifiedLayerNormalization'

/** Root-mean-square norm over the last axis times a gain; result 1 is 1 / √(mean(x²) + ε), [..., 1]. */
function norm(x: Node, gain: Node, epsilon: number, result: 0 | 1): Operation {
  const shape = result === 0 ? x.shape : x.shape.with(-1, 1)
  return operation(normOperator, [x, gain], shape, 'float32', { axis: -1, epsilon: { float: epsilon }, result })
}

/** What is normalised and ε, of a norm whose gain is 1. */
function plainNorm(node: Node | undefined, result: 0 | 1): { readonly x: Node; readonly epsilon: number } | undefined {
  if (!isOperation(node, normOperator) || node.attributes['result'] !== result || uniformValue(node.inputs[1]) !== 1) return undefined
  const epsilon = node.attributes['epsilon']
  return typeof epsilon === 'object' && 'float' in epsilon ? { x: node.inputs[0]!, epsilon: epsilon.float } : undefined
}

/** 1 / √(mean(x·x) + ε). */
const normScale: Rule = (node) => {
  const root = node.op === 'Reciprocal' ? node.inputs[0] : undefined
  const sum = isOperation(root, 'Sqrt') ? root.inputs[0] : undefined
  if (!isOperation(sum, 'Add')) return undefined
  const square = reducedLast(sum.inputs[0], 'ReduceMean')
  const epsilon = uniformValue(sum.inputs[1])
  if (!isOperation(square, 'Mul') || square.inputs[0] !== square.inputs[1] || epsilon === undefined) return undefined
  const x = square.inputs[0]!
  return norm(x, filled(1, [x.shape.at(-1)!], 'float32'), epsilon, 1)
}

/** Tables [positions, W] as `turnAt` makes them, down to one half of each row. */
function turnTables(cosine: Node | undefined, sine: Node | undefined): readonly [Constant, Constant] | undefined {
  const negated = isOperation(sine, 'Neg')
  const [c, s] = [cosine, negated ? sine.inputs[0] : sine]
  if (c?.kind !== 'constant' || s?.kind !== 'constant' || c.shape.length !== 2 || !sameShape(c.shape, s.shape)) return undefined
  const [positions, width] = c.shape as [number, number]
  const half = width / 2
  const cosines = new Float32Array(positions * half)
  const sines = new Float32Array(positions * half)
  for (let position = 0; position < positions; position++) {
    for (let pair = 0; pair < half; pair++) {
      const [first, second] = [position * width + pair, position * width + pair + half]
      if (c.data[first] !== c.data[second] || Number(s.data[first]) !== -Number(s.data[second])) return undefined
      cosines[position * half + pair] = Number(c.data[first])
      sines[position * half + pair] = (negated ? -1 : 1) * Number(s.data[second])
    }
  }
  return [constant(cosines, [positions, half], 'float32'), constant(sines, [positions, half], 'float32')]
}

/** The table under rows looked up for each sequence, [B, 1, W] or [B, 1, T, W], and the positions, [B] or [B, T]. */
function lookedUp(node: Node | undefined): { readonly table: Node; readonly positions: Node } | undefined {
  const rows = isOperation(node, 'Reshape') && node.shape[1] === 1 ? node.inputs[0] : undefined
  if (!isOperation(rows, 'Gather') || rows.attributes['axis'] !== 0 || rows.shape.length !== node!.shape.length - 1) return undefined
  const [table, positions] = rows.inputs as readonly [Node, Node]
  return positions.shape.length === rows.shape.length - 1 ? { table, positions } : undefined
}

/** x and its two factors in x · cosine + swapped(x) · sine, where `swapped` exchanges the halves of the last axis. */
function turned(node: Operation): { readonly x: Node; readonly cosine: Node; readonly sine: Node } | undefined {
  const [straight, crossed] = node.inputs
  if (node.op !== 'Add' || !isOperation(straight, 'Mul') || !isOperation(crossed, 'Mul')) return undefined
  const [[x, cosine], [swapped, sine]] = [straight.inputs, crossed.inputs]
  const halves = isOperation(swapped, 'Concat') && swapped.inputs.length === 2 ? swapped.inputs : []
  const last = node.shape.length - 1
  const width = node.shape[last]!
  const isHalf = (half: Node | undefined, start: number): boolean =>
    isOperation(half, 'Slice') && half.inputs[0] === x && listOf(half, 'axes').join() === String(last) &&
    listOf(half, 'starts')[0] === start && half.shape[last] === width / 2
  return isHalf(halves[0], width / 2) && isHalf(halves[1], 0) ? { x: x!, cosine: cosine!, sine: sine! } : undefined
}

const rotary = (x: Node, positions: Node, tables: readonly [Constant, Constant]): Operation =>
  operation('RotaryEmbedding', [x, positions, ...tables], x.shape, 'float32', { interleaved: 0 })

/** x [B, H, T, W] at positions 0 … T − 1. */
function rotarySequence(tables: typeof turnTables): Rule {
  return (node) => {
    const found = node.shape.length === 4 ? turned(node) : undefined
    const both = found === undefined ? undefined : tables(found.cosine, found.sine)
    if (both === undefined || both[0].shape[0] !== node.shape[2]) return undefined
    return rotary(found!.x, numbers([0], [1], 'int64'), both)
  }
}

/** x [B, H, T, W], or [B, H, W] of one position, at positions of each sequence's own. */
function rotaryLookedUp(tables: typeof turnTables): Rule {
  return (node) => {
    const rank = node.shape.length
    const found = rank === 3 || rank === 4 ? turned(node) : undefined
    const [cosine, sine] = [lookedUp(found?.cosine), lookedUp(found?.sine)]
    const both = cosine === undefined || cosine.positions !== sine?.positions ? undefined : tables(cosine.table, sine.table)
    if (both === undefined || found!.cosine.shape.length !== rank) return undefined
    const [rows, heads, width] = [node.shape[0]!, node.shape[1]!, node.shape[rank - 1]!]
    const length = rank === 4 ? node.shape[2]! : 1
    const positions = cast(reshape(cosine!.positions, [rows, length]), 'int64')
    return reshape(rotary(reshape(found!.x, [rows, heads, length, width]), positions, both), node.shape)
  }
}

/** Every layer turns by the same tables: each pair is halved once, so that equal nodes stay equal. */
function remembered(find: typeof turnTables): typeof turnTables {
  const known = new WeakMap<Node, Map<Node, ReturnType<typeof turnTables>>>()
  return (cosine, sine) => {
    if (cosine === undefined || sine === undefined) return undefined
    const bySine = known.get(cosine) ?? new Map<Node, ReturnType<typeof turnTables>>()
    known.set(cosine, bySine)
    if (!bySine.has(sine)) bySine.set(sine, find(cosine, sine))
    return bySine.get(sine)
  }
}

const tables = remembered(turnTables)

export const fusedRules: Readonly<Record<string, Rule>> = {
  'log-softmax is one operator': logSoftmax,
  'a one-hot difference is scattered': hotDifference,
  'an RMS norm gives its scale': normScale,

  'an RMS norm is one operator': (node) => {
    const [x, scale] = node.inputs
    const found = node.op === 'Mul' ? plainNorm(scale, 1) : undefined
    return found !== undefined && found.x === x ? norm(x, (scale as Operation).inputs[1]!, found.epsilon, 0) : undefined
  },

  'an RMS norm takes its gain': (node) => {
    const [unit, gain] = node.inputs
    const found = node.op === 'Mul' ? plainNorm(unit, 0) : undefined
    return found !== undefined && sameShape(gain!.shape, [node.shape.at(-1)!]) ? norm(found.x, gain!, found.epsilon, 0) : undefined
  },

  'rotary pairs of sequences turn in one operator': rotarySequence(tables),
  'rotary pairs at looked-up positions turn in one operator': rotaryLookedUp(tables),
}
