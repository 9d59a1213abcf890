// Names: what a dotted name stands for, its type, and the axes of charts.
import type { FieldType } from '../vocabulary/field.ts'
import { assignable } from '../vocabulary/type.ts'
import type { Type } from '../vocabulary/type.ts'
import type { Value } from '../vocabulary/value.ts'
import type { Expression, Path } from './ast.ts'
import { at, canonical, own } from './context.ts'
import type { Context, Declared } from './context.ts'
import { describeExpression, describeField, describeType, inWords } from './describe.ts'
import * as messages from './messages.ts'
import type { Guess } from './messages.ts'
import { suggest } from './suggest.ts'

type ReferenceType = Extract<FieldType, { kind: 'reference' }>

const hole: Value = { kind: 'hole' }

export function typeOf(declared: Declared): Type | undefined {
  return declared.kind?.gives ?? declared.head.row?.gives
}

/** The parts of a declaration; undefined while mistakes in it leave them unknown. */
export function membersOf(context: Context, declared: Declared): Readonly<Record<string, Type>> | undefined {
  const { kind, head } = declared
  if (kind === undefined || (head.open && kind.members === undefined)) return undefined
  const checked = context.checked.get(declared)
  const givers = [head.row?.members, kind.members].filter((giver) => giver !== undefined)
  // A giver that takes no arguments says the same whatever they are.
  if (checked?.sound !== true && givers.some((giver) => giver.length > 0)) return undefined
  return Object.assign({}, ...givers.map((giver) => giver(checked?.declaration.arguments ?? {}))) as Record<string, Type>
}

export function readReference(context: Context, type: ReferenceType, expression: Expression): Value {
  if (expression.kind !== 'path') {
    const named = expression.kind === 'text' && context.declared.has(expression.value)
    const hint = named ? 'names are written without quotes' : declaredHere(candidates(context, type))
    context.accept(messages.wrongType(at(context, expression), describeField(type), describeExpression(expression), hint))
    return hole
  }
  const [first, second, third] = expression.words
  const declared = context.declared.get(first!.text)
  if (declared === undefined) {
    const guess = nameGuess(context, type, first!.text)
    context.accept(messages.unknownName(at(context, first!), first!.text, guess))
    return hole
  }
  if (third !== undefined) {
    const guess = suggest(third.text, [])
    context.accept(messages.unknownMember(at(context, third), `${first!.text}.${second!.text}`, third.text, guess))
    return hole
  }
  return second === undefined ? whole(context, type, expression, declared) : part(context, type, expression, declared)
}

const fits = (type: ReferenceType, found: Type): boolean => type.to.some((wanted) => assignable(found, wanted))

/** Every name, or part of one, that would do. */
function candidates(context: Context, type: ReferenceType): readonly string[] {
  return [...context.declared].flatMap(([name, declared]) => {
    const found = typeOf(declared)
    return found !== undefined && fits(type, found) ? [name] : fittingParts(context, type, declared)
  })
}

const declaredHere = (names: readonly string[]): string | undefined =>
  names.length === 0 || names.length > 6 ? undefined : `declared here: ${inWords(names.map((name) => `\`${name}\``), 'and')}`

/** The name meant: rather one that fits, or has a part that does; where none is near, all that would do. */
function nameGuess(context: Context, type: ReferenceType, word: string): Guess {
  const fitting = candidates(context, type)
  const guess = suggest(word, fitting.map((name) => name.split('.')[0]!))
  const near = guess.near.length > 0 ? guess.near : suggest(word, context.declared.keys()).near
  return { near, known: fitting }
}

/** The parts of a declaration that would do, as one writes them. */
function fittingParts(context: Context, type: ReferenceType, declared: Declared): readonly string[] {
  const parts = Object.entries(membersOf(context, declared) ?? {}).filter(([, member]) => fits(type, member))
  return parts.map(([part]) => `${declared.name?.text ?? ''}.${part}`)
}

function whole(context: Context, type: ReferenceType, path: Path, declared: Declared): Value {
  const name = path.words[0]!.text
  const found = typeOf(declared)
  const unknown = found === undefined && (declared.kind === undefined || declared.head.open)
  if (unknown || (found !== undefined && fits(type, found))) return { kind: 'reference', name }
  const parts = fittingParts(context, type, declared)
  const described = found === undefined ? 'nothing that can be used' : describeType(found)
  context.accept(messages.wrongReference(at(context, path), name, described, inWords(type.to.map(describeType)), parts))
  return hole
}

function part(context: Context, type: ReferenceType, path: Path, declared: Declared): Value {
  const [first, second] = path.words
  const name = first!.text, member = second!.text
  const members = membersOf(context, declared)
  if (members === undefined) return { kind: 'reference', name, member }
  const found = own(members, member)
  if (found === undefined) {
    context.accept(messages.unknownMember(at(context, second!), name, member, suggest(member, Object.keys(members))))
    return hole
  }
  if (fits(type, found)) return { kind: 'reference', name, member }
  const wanted = inWords(type.to.map(describeType))
  const others = fittingParts(context, type, declared)
  context.accept(messages.wrongReference(at(context, path), `${name}.${member}`, describeType(found), wanted, others))
  return hole
}

const fixedAxes = ['round', 'seed', 'model']

export function readAxis(context: Context, expression: Expression): Value {
  if (expression.kind !== 'path') {
    context.accept(messages.wrongType(at(context, expression), describeField({ kind: 'axis' }), describeExpression(expression)))
    return hole
  }
  const path = expression.words.map(({ text }) => canonical(context.vocabulary, text))
  const written = path.join('.')
  if (fixedAxes.includes(written) || context.sweptPaths.includes(written)) return { kind: 'axis', path }
  context.accept(messages.unknownAxis(at(context, expression), written, suggest(written, [...fixedAxes, ...context.sweptPaths])))
  return hole
}
