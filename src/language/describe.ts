// Fields, types and expressions in words, for messages.
import type { FieldType } from '../vocabulary/field.ts'
import { types } from '../vocabulary/type.ts'
import type { Type } from '../vocabulary/type.ts'
import type { Expression } from './ast.ts'

export function inWords(words: readonly string[], last: 'or' | 'and' = 'or'): string {
  if (words.length <= 1) return words[0] ?? 'nothing'
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

/** Up to its colon a type's description is a noun phrase. */
export function describeType(type: Type): string {
  return types[type].split(':')[0]!
}

/** What a field takes: a noun phrase that fits after "expected". */
export function describeField(type: FieldType): string {
  switch (type.kind) {
    case 'number': return 'a number'
    case 'integer': return 'a whole number'
    case 'share': return 'a share such as 0.5 or 50%'
    case 'automatic': return 'a number or `auto`'
    case 'text': return type.expects ?? 'text in double quotes'
    case 'boolean': return '`true` or `false`'
    case 'choice': return `one of ${inWords(Object.keys(type.of).map((word) => `\`${word}\``))}`
    case 'list': return `a list \`[…]\`, each item ${describeField(type.of)}`
    case 'record': return `a record \`{ ${Object.keys(type.fields).map((name) => `${name}: …`).join(', ')} }\``
    case 'reference': return inWords(type.to.map(describeType))
    case 'row': return `one of ${inWords(Object.keys(type.rows).map((word) => `\`${word}\``))}`
    case 'file': return 'a path in double quotes'
    case 'axis': return 'an axis such as `round` or a swept path'
    case 'either': return inWords([...new Set(type.of.map(describeField))])
    default: return type satisfies never
  }
}

/** What the user wrote: a noun phrase that fits after "found". */
export function describeExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'number': return expression.percent ? 'a percentage' : 'a number'
    case 'text': return 'text'
    case 'path': return `\`${expression.words.map(({ text }) => text).join('.')}\``
    case 'call': return `a call of \`${expression.path.words.map(({ text }) => text).join('.')}\``
    case 'selection': return 'a selection'
    case 'list': return 'a list'
    case 'record': return 'a record'
    case 'negative': case 'chain': return 'a calculation'
    case 'hole': return 'nothing'
    default: return expression satisfies never
  }
}

/** Of a numeric field: `above` and `below` exclude their bound. */
export interface Bounds {
  readonly min?: number
  readonly max?: number
  readonly above?: number
  readonly below?: number
}

/** The numbers a field allows: "above 0 and at most 1". */
export function describeRange(bounds: Bounds): string {
  return inWords([
    ...(bounds.above === undefined ? [] : [`above ${bounds.above}`]),
    ...(bounds.min === undefined ? [] : [`at least ${bounds.min}`]),
    ...(bounds.below === undefined ? [] : [`below ${bounds.below}`]),
    ...(bounds.max === undefined ? [] : [`at most ${bounds.max}`]),
  ], 'and')
}
