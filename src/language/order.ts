// Declarations by what they need: an order in which to check them, and the circles that make one impossible.
import type { Block, Expression, Item, Statement } from './ast.ts'
import type { Value } from '../vocabulary/value.ts'
import type { Span } from '../source.ts'
import type { Declared } from './context.ts'
import type { Declaration } from './program.ts'

/** Every dotted name in a statement that could be a reference, by its first word. */
function mentions(statement: Statement, into: Set<string>): void {
  for (const expression of [statement.subject, statement.head, ...statement.clauses.map(({ value }) => value)]) {
    if (expression !== undefined) mentionsIn(expression, into)
  }
  if (statement.block !== undefined) mentionsInBlock(statement.block, into)
}

function mentionsInBlock(block: Block, into: Set<string>): void {
  for (const item of block.items) mentionsInItem(item, into)
}

function mentionsInItem(item: Item, into: Set<string>): void {
  if (item.kind === 'statement') return mentions(item, into)
  if (item.kind === 'entry') return mentionsIn(item.value, into)
  mentionsIn(item.left, into)
  mentionsIn(item.right, into)
}

function mentionsIn(expression: Expression, into: Set<string>): void {
  switch (expression.kind) {
    case 'path': into.add(expression.words[0]!.text); return
    case 'call': expression.arguments.forEach(({ value }) => mentionsIn(value, into)); return mentionsIn(expression.path, into)
    case 'selection': expression.settings.forEach(({ value }) => mentionsIn(value, into)); return mentionsIn(expression.of, into)
    case 'list': expression.items.forEach((item) => mentionsIn(item, into)); return
    case 'record': return mentionsInBlock(expression.block, into)
    case 'negative': return mentionsIn(expression.operand, into)
    case 'chain': mentionsIn(expression.first, into); expression.rest.forEach(({ operand }) => mentionsIn(operand, into)); return
    case 'number': case 'text': case 'hole': return
    default: expression satisfies never
  }
}

/** What is needed comes first, as far as circles allow; otherwise the order of the file. Without recursion, for long chains. */
export function inOrder(statements: readonly Declared[], names: ReadonlyMap<string, Declared>): readonly Declared[] {
  const needs = new Map(statements.map((declared) => {
    const words = new Set<string>()
    mentions(declared.statement, words)
    return [declared, [...words].flatMap((word) => names.get(word) ?? [])]
  }))
  const done = new Set<Declared>(), entered = new Set<Declared>()
  for (const start of statements) {
    const stack = [start]
    while (stack.length > 0) {
      const top = stack.at(-1)!
      const next = entered.has(top) ? [] : (needs.get(top) ?? []).filter((need) => !entered.has(need))
      entered.add(top)
      if (next.length > 0) stack.push(...next)
      else done.add(stack.pop()!)
    }
  }
  return [...done]
}

export interface Circle {
  /** The first name again at its end. */
  readonly path: readonly string[]
  /** Where the first refers to the second. */
  readonly span: Span
}

/** The circles among checked declarations, one for every knot of them. */
export function circles(declarations: readonly Declaration[]): readonly Circle[] {
  const edges = new Map<string, Map<string, Span>>()
  for (const declaration of declarations) {
    if (declaration.name !== '' && !edges.has(declaration.name)) edges.set(declaration.name, references(declaration))
  }
  const found: Circle[] = []
  const left = new Set<string>(), knotted = new Set<string>()
  for (const start of edges.keys()) {
    const path: { name: string; rest: string[] }[] = []
    const enter = (name: string): void => { path.push({ name, rest: [...(edges.get(name)?.keys() ?? [])] }) }
    if (!left.has(start)) enter(start)
    while (path.length > 0) {
      const next = path.at(-1)!.rest.shift()
      if (next === undefined) {
        left.add(path.pop()!.name)
      } else {
        const first = path.findIndex(({ name }) => name === next)
        if (first < 0 && !left.has(next) && edges.has(next)) enter(next)
        if (first < 0) continue
        const names = path.slice(first).map(({ name }) => name)
        if (!names.some((name) => knotted.has(name))) {
          found.push({ path: [...names, next], span: edges.get(next)!.get(names[1] ?? next)! })
        }
        names.forEach((name) => knotted.add(name))
      }
    }
  }
  return found
}

/** The declared names that a declaration refers to, and where first. */
function references(declaration: Declaration): Map<string, Span> {
  const found = new Map<string, Span>()
  const visit = (value: Value, span: Span): void => {
    if (value.kind === 'reference' && !found.has(value.name)) found.set(value.name, span)
    if (value.kind === 'list') value.items.forEach((item) => visit(item, span))
    if (value.kind === 'record') Object.values(value.fields).forEach((field) => visit(field.value, field.given ?? span))
    if (value.kind === 'row') Object.values(value.arguments).forEach((argument) => visit(argument.value, argument.given ?? span))
  }
  const visitAll = (one: Declaration): void => {
    const around = one.given ?? declaration.given ?? { start: 0, end: 0 }
    for (const { value, given } of Object.values(one.arguments)) visit(value, given ?? around)
    for (const { values } of one.grid) for (const { value, given } of values) visit(value, given ?? around)
    one.blocks.forEach(visitAll)
  }
  visitAll(declaration)
  return found
}
