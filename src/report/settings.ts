// What each declaration was run with: every entry, written or filled in, with its unit.
import type { Declaration } from '../language/program.ts'
import type { Kind, Vocabulary } from '../vocabulary/kind.ts'
import type { Field } from '../vocabulary/field.ts'
import type { Argument, Arguments, Value } from '../vocabulary/value.ts'
import { fieldsOf } from './axis.ts'
import type { Setting, SettingGroup } from './report.ts'

export function settings(declaration: Declaration, vocabulary: Vocabulary): SettingGroup {
  const title = [declaration.kind, declaration.name].filter((part) => part !== '').join(' ')
  return { title, settings: [...own(declaration, vocabulary.kinds[declaration.kind], []), ...grid(declaration)] }
}

function own(declaration: Declaration, kind: Kind | undefined, before: readonly string[]): Setting[] {
  const fields = kind === undefined ? {} : fieldsOf(kind, declaration)
  const row = declaration.row === '' ? [] : [{
    path: [...before, before.length === 0 ? 'form' : ''].filter((part) => part !== '').join('.'),
    value: declaration.row, unit: '', written: declaration.given !== undefined, doc: '',
  }]
  const entries = Object.entries(declaration.arguments)
    .flatMap(([name, argument]) => entry([...before, name], argument, fields[name]))
  const inner = declaration.blocks
    .filter((block) => kind?.blocks?.[block.kind]?.count !== 'many')
    .flatMap((block) => own(block, kind?.blocks?.[block.kind]?.kind, [...before, block.kind]))
  return [...row, ...entries, ...inner]
}

function entry(path: readonly string[], argument: Argument, field: Field | undefined): Setting[] {
  const { value } = argument
  const setting: Setting = {
    path: path.filter((part) => part !== 'head').join('.') || 'source',
    value: show(value), unit: field?.unit ?? '', written: argument.given !== undefined, doc: field?.doc ?? '',
  }
  if (value.kind !== 'row') return [setting]
  const rows = field?.type.kind === 'row' ? field.type.rows[value.row] : undefined
  const inner = { ...rows?.parameters, ...rows?.entries }
  return [
    { ...setting, value: value.row },
    ...Object.entries(value.arguments).flatMap(([name, given]) => entry([...path, name], given, inner[name])),
  ]
}

function grid(declaration: Declaration): Setting[] {
  return declaration.grid.map(({ path, values }) => ({
    path: path.join('.'),
    value: values.map(({ value }) => show(value)).join(', '),
    unit: '',
    written: true,
    doc: 'Every combination is run.',
  }))
}

/** A value as it would be typed. */
export function show(value: Value): string {
  switch (value.kind) {
    case 'number': return String(value.value)
    case 'text': return JSON.stringify(value.value)
    case 'boolean': case 'choice': return String(value.value)
    case 'auto': return value.factor === 1 ? 'auto' : `${String(value.factor)} * auto`
    case 'list': return `[${value.items.map(show).join(', ')}]`
    case 'record': return `{ ${named(value.fields)} }`
    case 'reference': return value.member === undefined ? value.name : `${value.name}.${value.member}`
    case 'row': return `${value.row}(${named(value.arguments)})`
    case 'file': return JSON.stringify(value.path)
    case 'axis': return value.path.join('.')
    case 'hole': return '?'
  }
}

function named(fields: Arguments): string {
  return Object.entries(fields).map(([name, { value }]) => `${name}: ${show(value)}`).join(', ')
}
