// Arithmetic, functions of one number, and the choice between two tensors.
import { cast, elementwise, operation, reshape, scalar } from '../graph.ts'
import type { Attributes, ElementType, Node } from '../graph.ts'
import { elementType, integer, operand, operandList } from './call.ts'
import type { KernelTable, Recorder } from './call.ts'

/** Truth values count as 0 and 1. */
const numeric = (x: Node): Node => (x.dtype === 'bool' ? cast(x, 'int32') : x)

const like = (value: number, x: Node): Node => scalar(value, x.dtype)

const binary = (op: string): Recorder => (call) => elementwise(op, [numeric(operand(call, 'a')), numeric(operand(call, 'b'))])

const unary = (op: string, attributes: Attributes = {}): Recorder => (call) => apply(op, numeric(operand(call, 'x')), attributes)

/** Functions whose results are not whole: integers become float32 first. */
const real = (f: (x: Node) => Node): Recorder => (call) => f(cast(operand(call, 'x'), 'float32'))
const realUnary = (op: string): Recorder => real((x) => apply(op, x))

const apply = (op: string, x: Node, attributes: Attributes = {}, dtype: ElementType = x.dtype): Node =>
  operation(op, [x], x.shape, dtype, attributes)

export const elementwiseKernels: KernelTable = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  FloorDiv: (call) => floorDivide(operand(call, 'a'), operand(call, 'b')),
  Mod: (call) => floorModulo(operand(call, 'a'), operand(call, 'b')),
  SquaredDifference: (call) => square(elementwise('Sub', [operand(call, 'a'), operand(call, 'b')])),
  AddN: (call) => operandList(call).reduce((total, term) => elementwise('Add', [total, term])),

  Abs: unary('Abs'),
  Neg: unary('Neg'),
  Sign: unary('Sign'),
  Square: (call) => square(numeric(operand(call, 'x'))),
  Floor: realUnary('Floor'),
  Ceil: realUnary('Ceil'),
  Round: realUnary('Round'),
  Exp: realUnary('Exp'),
  Expm1: real(expMinusOne),
  Log: realUnary('Log'),
  Log1p: real(logOnePlus),
  Sqrt: realUnary('Sqrt'),
  Rsqrt: real((x) => apply('Reciprocal', apply('Sqrt', x))),
  Reciprocal: realUnary('Reciprocal'),
  Sin: realUnary('Sin'),
  Cos: realUnary('Cos'),
  Tan: realUnary('Tan'),
  Asin: realUnary('Asin'),
  Acos: realUnary('Acos'),
  Atan: realUnary('Atan'),
  Sinh: realUnary('Sinh'),
  Cosh: realUnary('Cosh'),
  Tanh: realUnary('Tanh'),
  Asinh: realUnary('Asinh'),
  Acosh: realUnary('Acosh'),
  Atanh: realUnary('Atanh'),
  Erf: realUnary('Erf'),
  Sigmoid: realUnary('Sigmoid'),
  Softplus: realUnary('Softplus'),
  Selu: realUnary('Selu'),
  Elu: realUnary('Elu'),
  EluGrad: (call) => {
    const y = operand(call, 'y')
    const slope = elementwise('Where', [
      elementwise('GreaterOrEqual', [y, like(0, y)], 'bool'),
      like(1, y),
      elementwise('Add', [y, like(1, y)]),
    ], y.dtype)
    return elementwise('Mul', [operand(call, 'dy'), slope])
  },
  Relu: (call) => relu(operand(call, 'x')),
  Relu6: (call) => relu6(operand(call, 'x')),
  LeakyRelu: (call) => leakyRelu(operand(call, 'x'), integer(call, 'alpha')),
  Step: (call) => {
    const x = operand(call, 'x')
    const step = elementwise('Where', [
      elementwise('Greater', [x, like(0, x)], 'bool'),
      like(1, x),
      like(integer(call, 'alpha'), x),
    ], x.dtype)
    return elementwise('Where', [apply('Not', elementwise('Equal', [x, x], 'bool')), x, step], x.dtype) // not a number stays so
  },
  ClipByValue: (call) => clip(operand(call, 'x'), integer(call, 'clipValueMin'), integer(call, 'clipValueMax')),
  Cast: (call) => cast(operand(call, 'x'), elementType(call.attributes['dtype'])),
  Select: (call) => select(operand(call, 'condition'), operand(call, 't'), operand(call, 'e')),
}

/** Activations by the names that fused kernels use; `alpha` is the slope of `leakyrelu` below 0. */
export function activation(name: string, x: Node, alpha: number): Node {
  switch (name) {
    case 'linear':
      return x
    case 'relu':
      return relu(x)
    case 'relu6':
      return relu6(x)
    case 'elu':
      return apply('Elu', x)
    case 'sigmoid':
      return apply('Sigmoid', x)
    case 'leakyrelu':
      return leakyRelu(x, alpha)
    default:
      throw new Error(`the fused activation ${name} is not recorded`)
  }
}

const relu = (x: Node): Node => elementwise('Max', [x, like(0, x)])
const relu6 = (x: Node): Node => elementwise('Min', [relu(x), like(6, x)])
const leakyRelu = (x: Node, alpha: number): Node => apply('LeakyRelu', cast(x, 'float32'), { alpha: { float: alpha } })
const clip = (x: Node, low: number, high: number): Node => operation('Clip', [x, like(low, x), like(high, x)], x.shape, x.dtype)
const square = (x: Node): Node => elementwise('Mul', [x, x])

/** eˣ − 1 = 2t/(1 − t) with t = tanh(x/2), exact to rounding near 0 where the plain difference cancels. */
function expMinusOne(x: Node): Node {
  const t = apply('Tanh', elementwise('Mul', [x, like(0.5, x)]))
  const near = elementwise('Div', [elementwise('Add', [t, t]), elementwise('Sub', [like(1, x), t])])
  return whereSmall(x, near, elementwise('Sub', [apply('Exp', x), like(1, x)]))
}

/** log(1 + x) = log(u)·x/(u − 1) with u = 1 + x as rounded (Kahan), and x where u is 1. */
function logOnePlus(x: Node): Node {
  const u = elementwise('Add', [x, like(1, x)])
  const near = elementwise('Div', [elementwise('Mul', [apply('Log', u), x]), elementwise('Sub', [u, like(1, x)])])
  const unchanged = elementwise('Equal', [u, like(1, x)], 'bool')
  return whereSmall(x, elementwise('Where', [unchanged, x, near], x.dtype), apply('Log', u))
}

function whereSmall(x: Node, small: Node, large: Node): Node {
  return elementwise('Where', [elementwise('Less', [apply('Abs', x), like(0.5, x)], 'bool'), small, large], x.dtype)
}

/** ⌊a/b⌋. ONNX divides integers towards zero, so 1 is taken off where the signs differ and there is a remainder. */
function floorDivide(a: Node, b: Node): Node {
  const quotient = elementwise('Div', [a, b])
  if (a.dtype === 'float32') return apply('Floor', quotient)
  const inexact = apply('Not', elementwise('Equal', [elementwise('Mul', [quotient, b]), a], 'bool'))
  const opposite = elementwise('Xor', [
    elementwise('Less', [a, like(0, a)], 'bool'),
    elementwise('Less', [b, like(0, b)], 'bool'),
  ])
  return elementwise('Sub', [quotient, cast(elementwise('And', [inexact, opposite]), a.dtype)])
}

/** The remainder with the sign of `b`. ONNX has that for integers only; for float32 the one with the sign of `a` is shifted. */
function floorModulo(a: Node, b: Node): Node {
  if (a.dtype === 'int32') return elementwise('Mod', [a, b])
  const modulo = (x: Node): Node => elementwise('Mod', [x, b], x.dtype, { fmod: 1 })
  const remainder = modulo(a)
  const sameSign = elementwise('Equal', [
    elementwise('Less', [a, like(0, a)], 'bool'),
    elementwise('Less', [b, like(0, b)], 'bool'),
  ])
  return elementwise('Where', [sameSign, remainder, modulo(elementwise('Add', [remainder, b]))], a.dtype)
}

/** A condition of rank 1 beside tensors of higher rank chooses whole rows, as TensorFlow.js has it. */
function select(condition: Node, yes: Node, no: Node): Node {
  const byRow = condition.shape.length === 1 && yes.shape.length > 1
  const mask = byRow ? reshape(condition, [condition.shape[0]!, ...yes.shape.slice(1).map(() => 1)]) : condition
  if (yes.dtype !== 'bool') return elementwise('Where', [mask, yes, no], yes.dtype)
  return elementwise('Or', [elementwise('And', [mask, yes]), elementwise('And', [apply('Not', mask), no])])
}
