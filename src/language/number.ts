// Numbers: arithmetic in what is written, and the readers of the four numeric fields.
import type { Diagnostic } from '../diagnostic.ts'
import type { FieldType } from '../vocabulary/field.ts'
import type { Value } from '../vocabulary/value.ts'
import type { Chain, Expression } from './ast.ts'
import { at } from './context.ts'
import type { Context } from './context.ts'
import { describeExpression, describeField, describeRange } from './describe.ts'
import type { Bounds } from './describe.ts'
import * as messages from './messages.ts'

/** `constant + auto · a`, where a is what the stage finds best; one of the two is 0. */
interface Amount {
  readonly constant: number
  readonly auto: number
  readonly percent: boolean
}

type NumericType = Extract<FieldType, { kind: 'number' | 'integer' | 'share' | 'automatic' }>

const hole: Value = { kind: 'hole' }

export function readNumeric(context: Context, type: NumericType, expression: Expression): Value {
  const amount = evaluate(context, type, expression)
  if (amount === undefined) return hole
  const problem = firstProblem(context, type, expression, amount)
  if (problem !== undefined) {
    context.accept(problem)
    return hole
  }
  return amount.auto === 0 ? { kind: 'number', value: amount.constant } : { kind: 'auto', factor: amount.auto }
}

function firstProblem(context: Context, type: NumericType, expression: Expression, amount: Amount): Diagnostic | undefined {
  const place = at(context, expression)
  if (amount.auto !== 0) {
    if (type.kind !== 'automatic') return messages.wrongType(place, describeField(type), '`auto`')
    return amount.auto < 0 ? messages.outOfRange(place, `${amount.auto} * auto`, 'a positive multiple of `auto`') : undefined
  }
  if (amount.percent && type.kind !== 'share') return messages.percentage(place, describeField(type))
  const value = amount.constant
  if (type.kind === 'integer' && !Number.isSafeInteger(value)) return messages.notWhole(place, String(value))
  const bounds = type.kind === 'share' ? { ...within01(type), ...type } : type
  return inRange(value, bounds) ? undefined : messages.outOfRange(place, String(value), describeRange(bounds))
}

/** A share lies in [0, 1]; an excluded bound takes the place of the included one. */
function within01(type: Extract<FieldType, { kind: 'share' }>): Bounds {
  return { ...(type.above === undefined ? { min: 0 } : {}), ...(type.below === undefined ? { max: 1 } : {}) }
}

function inRange(value: number, bounds: Bounds): boolean {
  return !(value < (bounds.min ?? -Infinity) || value > (bounds.max ?? Infinity)
    || value <= (bounds.above ?? -Infinity) || value >= (bounds.below ?? Infinity))
}

function evaluate(context: Context, type: NumericType, expression: Expression): Amount | undefined {
  switch (expression.kind) {
    case 'number': return { constant: expression.value, auto: 0, percent: expression.percent }
    case 'hole': return undefined
    case 'negative': {
      const operand = evaluate(context, type, expression.operand)
      return operand === undefined ? undefined : { ...operand, constant: 0 - operand.constant, auto: 0 - operand.auto }
    }
    case 'chain': return evaluateChain(context, type, expression)
    default:
      if (expression.kind === 'path' && expression.words.length === 1 && expression.words[0]!.text === 'auto') {
        return { constant: 0, auto: 1, percent: false }
      }
      context.accept(messages.wrongType(at(context, expression), describeField(type), describeExpression(expression)))
      return undefined
  }
}

function evaluateChain(context: Context, type: NumericType, chain: Chain): Amount | undefined {
  let total = evaluate(context, type, chain.first)
  for (const { operator, operand } of chain.rest) {
    const next = evaluate(context, type, operand)
    if (total === undefined || next === undefined) {
      total = undefined
      continue
    }
    const result = combine(operator, total, next)
    if (typeof result === 'string') {
      context.accept(messages.badArithmetic(at(context, operand), result))
      return undefined
    }
    total = result
  }
  return total
}

/** The result, or why there is none. */
function combine(operator: Chain['rest'][number]['operator'], left: Amount, right: Amount): Amount | string {
  const percent = left.percent || right.percent
  switch (operator) {
    case '+': case '-': {
      const sign = operator === '+' ? 1 : -1
      const mixed = (left.auto !== 0) !== (right.auto !== 0) && (left.auto !== 0 ? right.constant : left.constant) !== 0
      if (mixed) return '`auto` can be multiplied, but nothing can be added to it'
      return finite({ constant: left.constant + sign * right.constant, auto: left.auto + sign * right.auto, percent })
    }
    case '*':
      if (left.auto !== 0 && right.auto !== 0) return '`auto` cannot be multiplied with itself'
      return finite({
        constant: left.constant * right.constant, auto: left.auto * right.constant + left.constant * right.auto, percent,
      })
    case '/':
      if (right.auto !== 0) return 'nothing can be divided by `auto`'
      if (right.constant === 0) return 'division by zero'
      return finite({ constant: left.constant / right.constant, auto: left.auto / right.constant, percent })
    default: return operator satisfies never
  }
}

function finite(amount: Amount): Amount | string {
  return Number.isFinite(amount.constant) && Number.isFinite(amount.auto) ? amount : 'the result is too large'
}
