// Defaults of the vocabulary as values. A default that does not fit its own field is a bug of ours, so it throws.
import type { DefaultValue, Field, FieldType } from '../vocabulary/field.ts'
import type { Argument, Arguments, Value } from '../vocabulary/value.ts'
import { own } from './context.ts'
import type { Fields } from './context.ts'

export function fill(type: FieldType, value: DefaultValue): Value {
  const filled = tryFill(type, value)
  if (filled === undefined) throw new Error(`the default ${JSON.stringify(value)} does not fit a field of kind ${type.kind}`)
  return filled
}

function tryFill(type: FieldType, value: DefaultValue): Value | undefined {
  switch (type.kind) {
    case 'number': case 'integer': case 'share':
      return typeof value === 'number' ? { kind: 'number', value } : undefined
    case 'automatic':
      if (typeof value === 'number') return { kind: 'number', value }
      return typeof value === 'object' && 'auto' in value ? { kind: 'auto', factor: value.auto } : undefined
    case 'boolean': return typeof value === 'boolean' ? { kind: 'boolean', value } : undefined
    case 'text': return typeof value === 'string' ? { kind: 'text', value } : undefined
    case 'file': return typeof value === 'string' ? { kind: 'file', path: value } : undefined
    case 'axis': return typeof value === 'string' ? { kind: 'axis', path: value.split('.') } : undefined
    case 'choice': return typeof value === 'string' && Object.hasOwn(type.of, value) ? { kind: 'choice', value } : undefined
    case 'list': return fillList(type.of, value)
    case 'row': return fillRow(type, value)
    case 'either': return type.of.map((one) => tryFill(one, value)).find((filled) => filled !== undefined)
    case 'record':
      if (typeof value !== 'object' || !('record' in value)) return undefined
      return { kind: 'record', fields: fillAll(type.fields, value.record) }
    case 'reference': return undefined
    default: return type satisfies never
  }
}

function fillList(of: FieldType, value: DefaultValue): Value | undefined {
  if (!Array.isArray(value)) return undefined
  const items = (value as readonly DefaultValue[]).map((item) => tryFill(of, item))
  return items.some((item) => item === undefined) ? undefined : { kind: 'list', items: items as Value[] }
}

function fillRow(type: Extract<FieldType, { kind: 'row' }>, value: DefaultValue): Value | undefined {
  if (typeof value !== 'object' || !('use' in value)) return undefined
  const row = own(type.rows, value.use)
  if (row === undefined) return undefined
  return { kind: 'row', row: value.use, arguments: fillAll({ ...row.parameters, ...row.entries }) }
}

/** Every field of a row or record nobody wrote; `given` are the values that its default spells out. */
function fillAll(fields: Fields, given: Readonly<Record<string, DefaultValue>> = {}): Arguments {
  const filled: Record<string, Argument> = {}
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name)) throw new Error(`a default gives \`${name}\`, which is no field of its record`)
  }
  for (const [name, field] of Object.entries(fields)) {
    const spelt = own(given, name)
    const value = spelt === undefined ? fillField(field) : fill(field.type, spelt)
    if (value === undefined && field.optional !== true) {
      throw new Error(`\`${name}\` has no default, so what it belongs to cannot be one`)
    }
    if (value !== undefined) filled[name] = { value, given: undefined }
  }
  return filled
}

export function fillField(field: Field): Value | undefined {
  return field.default === undefined ? undefined : fill(field.type, field.default)
}
