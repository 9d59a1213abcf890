// What was written, read as what a field takes: one reader for each kind of field. A value that cannot be read
// is reported once and becomes a hole.
import type { FieldType } from '../vocabulary/field.ts'
import type { Value } from '../vocabulary/value.ts'
import type { Diagnostic } from '../diagnostic.ts'
import type { Entry, Expression, Word } from './ast.ts'
import { Sheet } from './arguments.ts'
import { at, own } from './context.ts'
import type { Context, Fields } from './context.ts'
import { describeExpression, describeField } from './describe.ts'
import * as messages from './messages.ts'
import { readNumeric } from './number.ts'
import { resolveRow, rowWord, singleWord } from './outline.ts'
import { readAxis, readReference } from './reference.ts'
import { suggest } from './suggest.ts'

const hole: Value = { kind: 'hole' }

export function read(context: Context, type: FieldType, expression: Expression): Value {
  if (expression.kind === 'hole') return hole
  switch (type.kind) {
    case 'number': case 'integer': case 'share': case 'automatic': return readNumeric(context, type, expression)
    case 'text': return readText(context, type, expression)
    case 'file': return readFile(context, type, expression)
    case 'boolean': return readBoolean(context, type, expression)
    case 'choice': return readChoice(context, type, expression)
    case 'list': return readList(context, type, expression)
    case 'record': return readRecord(context, type, expression)
    case 'reference': return readReference(context, type, expression)
    case 'row': return readRow(context, type, expression)
    case 'axis': return readAxis(context, expression)
    case 'either': return readEither(context, type, expression)
    default: return type satisfies never
  }
}

function refuse(context: Context, type: FieldType, expression: Expression, hint?: string, replacement?: string): Value {
  const fix = replacement === undefined ? undefined
    : { title: `Write \`${replacement}\``, edits: [{ span: expression.span, text: replacement }] }
  context.accept(messages.wrongType(at(context, expression), describeField(type), describeExpression(expression), hint, fix))
  return hole
}

/** A word where text is wanted has most likely lost its quotes. */
function refuseText(context: Context, type: FieldType, expression: Expression): Value {
  const word = singleWord(expression)
  return word === undefined ? refuse(context, type, expression)
    : refuse(context, type, expression, 'text is written in double quotes', JSON.stringify(word.text))
}

function readText(context: Context, type: Extract<FieldType, { kind: 'text' }>, expression: Expression): Value {
  if (expression.kind !== 'text') return refuseText(context, type, expression)
  if (type.pattern === undefined || expression.value.search(type.pattern) >= 0) return { kind: 'text', value: expression.value }
  context.accept(messages.patternMismatch(at(context, expression), type.expects ?? `of the form ${type.pattern.source}`))
  return hole
}

function readFile(context: Context, type: FieldType, expression: Expression): Value {
  if (expression.kind === 'text' && expression.value !== '') return { kind: 'file', path: expression.value }
  return refuseText(context, type, expression)
}

function readBoolean(context: Context, type: FieldType, expression: Expression): Value {
  const word = singleWord(expression)?.text
  return word === 'true' || word === 'false' ? { kind: 'boolean', value: word === 'true' } : refuse(context, type, expression)
}

/** A word, or text where the choice is no word: `"figure-6"`. */
function readChoice(context: Context, type: Extract<FieldType, { kind: 'choice' }>, expression: Expression): Value {
  const word = expression.kind === 'text' ? expression.value : singleWord(expression)?.text
  if (word === undefined) return refuse(context, type, expression)
  if (Object.hasOwn(type.of, word)) return { kind: 'choice', value: word }
  context.accept(messages.unknownChoice(at(context, expression), word, suggest(word, Object.keys(type.of))))
  return hole
}

function readList(context: Context, type: Extract<FieldType, { kind: 'list' }>, expression: Expression): Value {
  if (expression.kind !== 'list') {
    const { start, end } = expression.span
    const bracketed = `[${context.source.text.slice(start, end)}]`
    return refuse(context, type, expression, 'put it in brackets, even when it is one', bracketed)
  }
  if (expression.items.length < (type.min ?? 0)) {
    context.accept(messages.listTooShort(at(context, expression), expression.items.length, type.min ?? 0))
    return hole
  }
  return { kind: 'list', items: expression.items.map((item) => read(context, type.of, item)) }
}

/** The first reading without a complaint; else the complaints of the reading that came furthest. */
function readEither(context: Context, type: Extract<FieldType, { kind: 'either' }>, expression: Expression): Value {
  let furthest: readonly Diagnostic[] | undefined
  for (const one of type.of) {
    const found: Diagnostic[] = []
    const value = read({ ...context, accept: (diagnostic) => found.push(diagnostic) }, one, expression)
    if (found.length === 0) return value
    const { start, end } = expression.span
    const rejected = found.some(({ code, span }) => code === 'D301' && span.start === start && span.end === end)
    if (!rejected) furthest ??= found
  }
  if (furthest === undefined) return refuse(context, type, expression)
  furthest.forEach(context.accept)
  return hole
}

/** A row as a value: `bpe(village.text, vocabulary: 512)`, or its bare name. */
function readRow(context: Context, type: Extract<FieldType, { kind: 'row' }>, expression: Expression): Value {
  const word = rowWord(expression)
  if (word === undefined) {
    context.accept(messages.wrongType(at(context, expression), describeField(type), describeExpression(expression)))
    return { kind: 'hole' }
  }
  if (own(type.rows, word.text) === undefined) {
    context.accept(messages.unknownRow(at(context, word), word.text, 'this', suggest(word.text, Object.keys(type.rows))))
  }
  const { name, row, open } = resolveRow(type.rows, expression)
  if (row === undefined) return { kind: 'hole' }
  const fields: Fields = { ...row.parameters, ...row.entries }
  const owner = `\`${name}\``
  const sheet = new Sheet(context, owner, read, open)
  if (expression.kind === 'call') sheet.writeCall(row, name, expression.arguments, fields)
  const missing = (entry: string): Diagnostic => messages.missingEntry(at(context, word), entry, owner, fields[entry]!.doc)
  return { kind: 'row', row: name, arguments: sheet.read(fields, missing) }
}

function readRecord(context: Context, type: Extract<FieldType, { kind: 'record' }>, record: Expression): Value {
  if (record.kind !== 'record') return refuse(context, type, record)
  const { fields } = type
  const owner = 'this record'
  const sheet = new Sheet(context, owner, read)
  let damaged = record.block.damaged
  for (const item of record.block.items) {
    if (item.kind === 'entry' && item.path.length === 1) {
      sheet.writeEntry(fields, item.path[0]!, item.value)
    } else {
      damaged = true
      const place = at(context, item.kind === 'entry' ? spanOfPath(item) : item.kind === 'statement' ? item.word : item)
      const what = item.kind === 'entry' ? 'a dotted name' : item.kind === 'claim' ? 'a comparison' : 'a statement'
      context.accept(messages.wrongForm(place, what, 'a record', 'a record holds entries: `{ name: value, … }`'))
    }
  }
  const missing = (name: string): Diagnostic | undefined =>
    damaged ? undefined : messages.missingEntry(at(context, record), name, owner, fields[name]!.doc)
  return { kind: 'record', fields: sheet.read(fields, missing) }
}

export function spanOfPath({ path }: Entry): { span: Word['span'] } {
  return { span: { start: path[0]!.span.start, end: path.at(-1)!.span.end } }
}
