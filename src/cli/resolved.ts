// `dice plan --resolved`: nothing hidden. Every setting of every declaration, and where its value comes from.
import type { Declaration, Program } from '../language/program.ts'
import type { Argument, Value } from '../vocabulary/value.ts'

export function resolvedText(program: Program): string {
  const settings = Object.entries(program.settings).map(([name, argument]) => line(1, name, argument))
  return `${['front matter', ...settings, ...program.declarations.flatMap((declaration) => lines(declaration, 0))].join('\n')}\n`
}

function lines(declaration: Declaration, depth: number): string[] {
  const { kind, name, row, grid, blocks } = declaration
  const head = [kind, name, row].filter((word) => word !== '').join(' ')
  return [
    `${'  '.repeat(depth)}${head}${declaration.given === undefined ? '  (default)' : ''}`,
    ...Object.entries(declaration.arguments).map(([entry, argument]) => line(depth + 1, entry, argument)),
    ...grid.map(({ path, values }) => `${'  '.repeat(depth + 1)}${path.join('.')}: [${values.map(({ value }) => show(value)).join(', ')}]`),
    ...blocks.flatMap((block) => lines(block, depth + 1)),
  ]
}

function line(depth: number, name: string, { value, given }: Argument): string {
  return `${'  '.repeat(depth)}${name}: ${show(value)}${given === undefined ? '  (default)' : ''}`
}

/** A value as one would write it. */
export function show(value: Value): string {
  switch (value.kind) {
    case 'number': case 'boolean': return String(value.value)
    case 'choice': return value.value
    case 'text': return JSON.stringify(value.value)
    case 'file': return JSON.stringify(value.path)
    case 'auto': return value.factor === 1 ? 'auto' : `${value.factor} * auto`
    case 'list': return `[${value.items.map(show).join(', ')}]`
    case 'record': return `{ ${named(value.fields)} }`
    case 'reference': return value.member === undefined ? value.name : `${value.name}.${value.member}`
    case 'row': return `${value.row}(${named(value.arguments)})`
    case 'axis': return value.path.join('.')
    case 'hole': return '?'
  }
}

const named = (fields: Readonly<Record<string, Argument>>): string =>
  Object.entries(fields).map(([name, { value }]) => `${name}: ${show(value)}`).join(', ')
