// Concrete syntax to expressions. Only this file, lower.ts and cst.ts know the concrete tree.
import type { CstElement, CstNode, IToken } from 'chevrotain'
import type { Accept } from '../diagnostic.ts'
import type { Source, Span } from '../source.ts'
import type { Block, Call, CallArgument, Chain, Expression, Path, Selection, Word } from './ast.ts'
import { firstLeaf, leaf, leaves, node, nodes, ordered, spanOf, startOf } from './cst.ts'
import * as messages from './messages.ts'
import { readNumber, readText } from './literal.ts'

export interface Reader {
  readonly source: Source
  readonly accept: Accept
  /** Where brackets stand that had to be closed for the user. */
  readonly unclosed: readonly number[]
  /** Blocks hold statements and expressions hold blocks; lower.ts lends its half of that circle here. */
  readonly block: (reader: Reader, block: CstNode) => Block
}

export function place(reader: Reader, element: CstElement): messages.Place {
  return { source: reader.source, span: spanOf(element) }
}

export function wordOf(token: IToken): Word {
  return { text: token.image, span: spanOf(token) }
}

const hole = (at: number): Expression => ({ kind: 'hole', span: { start: at, end: at } })

/** A missing value is reported at what should have been followed by it. */
export function missingAfter(reader: Reader, token: IToken): Expression {
  const span = spanOf(token)
  reader.accept(messages.missingValue({ source: reader.source, span }, token.image))
  return hole(span.end)
}

export function lowerOptional(reader: Reader, expression: CstNode | undefined, after: IToken): Expression {
  return expression === undefined ? missingAfter(reader, after) : lowerExpression(reader, expression)
}

/** The rule `value`: an expression and nothing else. */
export function lowerValue(reader: Reader, tree: CstNode, span: Span): Expression {
  const expression = node(tree, 'expression')
  const [rest] = ordered(tree, 'Comma', 'FrontMatter', 'ProseCell', 'CodeCell', 'junk')
  if (rest !== undefined) {
    const first = firstLeaf(rest)
    reader.accept(messages.unexpected(place(reader, first), first.image.split('\n')[0]!.trim(), 'a single value'))
    return hole(span.end)
  }
  if (expression !== undefined) return lowerExpression(reader, expression)
  reader.accept(messages.missingValue({ source: reader.source, span }, '='))
  return hole(span.end)
}

export function lowerExpression(reader: Reader, expression: CstNode): Expression {
  return lowerChain(reader, expression, 'product', ['Plus', 'Minus'], (product) =>
    lowerChain(reader, product, 'operand', ['Factor'], (operand) => lowerOperand(reader, operand)))
}

function lowerChain(
  reader: Reader, chain: CstNode, part: string, operators: readonly string[], lower: (part: CstNode) => Expression,
): Expression {
  const [first, ...parts] = nodes(chain, part)
  const value = lower(first!)
  const signs = ordered(chain, ...operators) as readonly IToken[]
  if (signs.length === 0) return value
  const rest: Chain['rest'][number][] = signs.map((sign, index) => {
    const next = signs[index + 1]
    const operand = parts.find((one) => isBetween(startOf(one), sign, next))
    return {
      operator: sign.image as Chain['rest'][number]['operator'],
      operand: operand === undefined ? missingAfter(reader, sign) : lower(operand),
    }
  })
  return { kind: 'chain', first: value, rest, span: spanOf(chain) }
}

function isBetween(offset: number, token: IToken, next: IToken | undefined): boolean {
  return offset > token.startOffset && (next === undefined || offset < next.startOffset)
}

function lowerOperand(reader: Reader, operand: CstNode): Expression {
  const primary = node(operand, 'primary')
  const signs = leaves(operand, 'Minus')
  const value = primary === undefined ? missingAfter(reader, signs.at(-1)!) : lowerPrimary(reader, primary)
  if (signs.length % 2 === 0) return value
  return { kind: 'negative', operand: value, span: spanOf(operand) }
}

function lowerPrimary(reader: Reader, primary: CstNode): Expression {
  const number = leaf(primary, 'Number'), text = leaf(primary, 'Quoted')
  if (number !== undefined) return readNumber(reader, number)
  if (text !== undefined) return readText(reader, text)
  const reference = node(primary, 'reference'), list = node(primary, 'list')
  const group = node(primary, 'group'), block = node(primary, 'block')
  if (reference !== undefined) return lowerReference(reader, reference)
  if (list !== undefined) return { kind: 'list', items: lowerList(reader, list), span: spanOf(list) }
  if (block !== undefined) return { kind: 'record', block: reader.block(reader, block), span: spanOf(block) }
  return lowerGroup(reader, group!)
}

export function lowerPath(reader: Reader, reference: CstNode): Path {
  const dots = leaves(reference, 'Dot')
  const words = leaves(reference, 'Word')
  dots.forEach((dot, index) => {
    const next = dots[index + 1]
    const followed = words.some(({ startOffset }) => isBetween(startOffset, dot, next))
    if (!followed) missingAfter(reader, dot)
  })
  const end = Math.max(...[...words, ...dots].map((token) => spanOf(token).end))
  return { kind: 'path', words: words.map(wordOf), span: { start: startOf(reference), end } }
}

function lowerReference(reader: Reader, reference: CstNode): Expression {
  const path = lowerPath(reader, reference)
  const group = node(reference, 'group'), list = node(reference, 'list')
  const target: Path | Call = group === undefined ? path
    : { kind: 'call', path, arguments: lowerArguments(reader, group), span: { start: path.span.start, end: spanOf(group).end } }
  if (list === undefined) return target
  const span = { start: path.span.start, end: spanOf(list).end }
  return { kind: 'selection', of: target, settings: lowerSettings(reader, list), span }
}

interface Element {
  readonly left: Expression
  /** `:`, `=` or a comparison, and what follows it. */
  readonly mark: IToken | undefined
  readonly right: Expression
}

/** What stands between brackets, with doubled commas and unreadable rests reported. */
function lowerElements(reader: Reader, bracket: CstNode): readonly Element[] {
  const opener = leaf(bracket, 'LeftParen') ?? leaf(bracket, 'LeftBracket')!
  const elements: Element[] = []
  let before: IToken | undefined = opener
  for (const child of ordered(node(bracket, 'elements')!, 'Comma', 'element')) {
    if (!('children' in child)) {
      if (before !== undefined) missingAfter(reader, before)
      before = child
      continue
    }
    before = undefined
    const element = lowerElement(reader, child)
    if (element !== undefined) elements.push(element)
  }
  return elements
}

function lowerElement(reader: Reader, element: CstNode): Element | undefined {
  const entry = node(element, 'entry'), junk = node(element, 'junk')
  if (junk !== undefined) {
    const first = firstLeaf(junk)
    reader.accept(messages.unexpected(place(reader, first), first.image, entry === undefined ? 'a value' : 'a comma before it'))
  }
  if (entry === undefined) return undefined
  const [left, right] = nodes(entry, 'expression')
  const mark = markOf(entry)
  const value = lowerExpression(reader, left!)
  const last = mark === undefined ? value : lowerOptional(reader, right, mark)
  // What was cut short says nothing for sure.
  const whole = junk === undefined ? last : hole(last.span.end)
  return { left: mark === undefined ? whole : value, mark, right: whole }
}

export function markOf(entry: CstNode): IToken | undefined {
  return leaf(entry, 'Colon') ?? leaf(entry, 'Equals') ?? leaf(entry, 'Comparison')
}

/** A list, where only plain values can stand. */
function lowerList(reader: Reader, list: CstNode): readonly Expression[] {
  return lowerElements(reader, list).map(({ left, mark }) => {
    if (mark === undefined) return left
    const hint = 'a list holds values only; named values stand in `{ }`'
    reader.accept(messages.wrongForm(place(reader, mark), `\`${mark.image}\``, 'a list', hint))
    return hole(left.span.end)
  })
}

function lowerGroup(reader: Reader, group: CstNode): Expression {
  const elements = lowerElements(reader, group)
  const [only] = elements
  if (only === undefined) return missingAfter(reader, leaf(group, 'LeftParen')!)
  if (elements.length === 1 && only.mark === undefined) return only.left
  reader.accept(messages.wrongForm(place(reader, group), 'this', 'parentheses of its own',
    'parentheses hold one value; several stand in `[ ]`, arguments right after a name: `name(…)`'))
  return hole(spanOf(group).end)
}

function lowerArguments(reader: Reader, group: CstNode): readonly CallArgument[] {
  return lowerElements(reader, group).map(({ left, mark, right }) => {
    if (mark === undefined) return { name: undefined, value: left }
    if (mark.tokenType.name === 'Comparison') {
      const hint = 'arguments are values, or `name: value`'
      reader.accept(messages.wrongForm(place(reader, mark), 'a comparison', 'an argument', hint))
      return { name: undefined, value: hole(left.span.end) }
    }
    const name = left.kind === 'path' && left.words.length === 1 ? left.words[0]! : undefined
    if (name === undefined) reader.accept(messages.notAName({ source: reader.source, span: left.span }, mark.image))
    else if (mark.image === '=') reader.accept(messages.equalsForColon(place(reader, mark), name.text))
    return { name, value: name === undefined ? hole(left.span.end) : right }
  })
}

function lowerSettings(reader: Reader, list: CstNode): Selection['settings'] {
  return lowerElements(reader, list).flatMap(({ left, mark, right }) => {
    if (mark !== undefined && mark.image === '=' && left.kind === 'path') return [{ path: left.words, value: right }]
    if (left.kind !== 'hole') {
      const at = { source: reader.source, span: left.span }
      reader.accept(messages.wrongForm(at, 'this', 'a selection', 'a selection is written `name[path = value]`'))
    }
    return []
  })
}
