// From the tokens of the lexer to a stream the parser cannot fail on: brackets always match, no nesting is
// too deep, and a `Separator` stands wherever a line's end parts two items of a block.
import { createTokenInstance } from './chevrotain.ts'
import type { IToken, TokenType } from 'chevrotain'
import { isConnector } from './connectors.ts'
import * as token from './tokens.ts'

export interface LayoutProblem {
  readonly kind: 'unclosed' | 'unopened' | 'deep'
  readonly token: IToken
  /** For a closer without opener: the end of the line on which indentation says it should have been. */
  readonly expected?: number
}

export interface Layout {
  readonly tokens: IToken[]
  readonly problems: readonly LayoutProblem[]
}

/** Deeper than anyone writes, and shallow enough that no reader can exhaust the stack. */
const deepest = 40

const closers = new Map<TokenType, TokenType>([
  [token.LeftBrace, token.RightBrace], [token.LeftParen, token.RightParen], [token.LeftBracket, token.RightBracket],
])
const isOpener = (one: IToken): boolean => closers.has(one.tokenType)
const isCloser = (one: IToken): boolean =>
  one.tokenType === token.RightBrace || one.tokenType === token.RightParen || one.tokenType === token.RightBracket

const closes = (closer: IToken, opener: IToken | undefined): boolean =>
  opener !== undefined && closers.get(opener.tokenType) === closer.tokenType

/** Cells are laid out one by one, so that a bracket left open in one cannot reach into the next. */
export function layOut(text: string, tokens: readonly IToken[]): Layout {
  const problems: LayoutProblem[] = []
  const result: IToken[] = []
  let cell: IToken[] = []
  const finish = (): void => {
    const lines = new Lines(text, cell)
    const balanced = isBalanced(cell) ? cell : balance(cell, lines, problems)
    result.push(...separate(prune(balanced, problems), new Lines(text, balanced)))
    cell = []
  }
  for (const one of tokens) {
    if (!token.cellTokens.includes(one.tokenType)) {
      cell.push(one)
    } else {
      finish()
      result.push(one)
    }
  }
  finish()
  return { tokens: result, problems }
}

/** Where lines begin, for tokens of one cell. */
class Lines {
  readonly #indents = new Map<IToken, number>()
  readonly #first = new Set<IToken>()

  constructor(text: string, tokens: readonly IToken[]) {
    let previousEnd = -1
    let indent = 0
    for (const one of tokens) {
      if (previousEnd < 0 || text.slice(previousEnd, one.startOffset).includes('\n')) {
        indent = one.startOffset - (text.lastIndexOf('\n', one.startOffset - 1) + 1)
        this.#first.add(one)
      }
      this.#indents.set(one, indent)
      previousEnd = token.endOf(one)
    }
  }

  /** The column of the first token on this token's line. */
  indent(one: IToken): number {
    return this.#indents.get(one) ?? 0
  }

  startsLine(one: IToken): boolean {
    return this.#first.has(one)
  }
}

function isBalanced(tokens: readonly IToken[]): boolean {
  const open: IToken[] = []
  for (const one of tokens) {
    if (isOpener(one)) open.push(one)
    else if (isCloser(one) && !closes(one, open.pop())) return false
  }
  return open.length === 0
}

/**
 * Only for a cell whose brackets do not match: indentation then tells which one is at fault. A line that stands
 * no deeper than the line that opened a bracket ends it; a closer that begins a line belongs to a line as deep as itself.
 * A clause ends parentheses and lists too: `dpo(sft on village.preferences`.
 */
function balance(tokens: readonly IToken[], lines: Lines, problems: LayoutProblem[]): IToken[] {
  const open: IToken[] = []
  const result: IToken[] = []
  const closeUnclosed = (): void => {
    const opener = open.pop()!
    problems.push({ kind: 'unclosed', token: opener })
    result.push(virtual(closers.get(opener.tokenType)!, result.at(-1)!))
  }
  tokens.forEach((one, index) => {
    const inside = open.length > 0 && open.at(-1)!.tokenType !== token.LeftBrace
    if (inside && startsClause(result.at(-1)!, one, tokens[index + 1])) closeUnclosed()
    if (lines.startsLine(one)) {
      const limit = lines.indent(one) + (isCloser(one) ? 1 : 0)
      while (open.length > 0 && lines.indent(open.at(-1)!) >= limit) closeUnclosed()
    }
    if (!isCloser(one)) {
      if (isOpener(one)) open.push(one)
      result.push(one)
    } else if (open.some((opener) => closes(one, opener))) {
      while (!closes(one, open.at(-1))) closeUnclosed()
      open.pop()
      result.push(one)
    } else {
      const opener = openLate(result, one, lines)
      problems.push({ kind: 'unopened', token: one, ...(opener === undefined ? {} : { expected: opener.startOffset }) })
      if (opener !== undefined) result.push(one)
    }
  })
  while (open.length > 0) closeUnclosed()
  return result
}

/** Whether a connector follows a complete value and begins a clause: never so between parentheses. */
function startsClause(previous: IToken, one: IToken, next: IToken | undefined): boolean {
  if (one.tokenType !== token.Word || !isConnector(one.image) || next === undefined || !beginsHead(one, next)) return false
  return previous.tokenType !== token.Comma && !isOpener(previous) && !trailing.has(previous.tokenType)
}

/** Puts in the bracket that a closer lacks, where its place is clear. */
function openLate(result: IToken[], closer: IToken, lines: Lines): IToken | undefined {
  const first = lines.startsLine(closer)
  if (closer.tokenType === token.RightBracket && !first) return openList(result, lines)
  return closer.tokenType === token.RightBrace && first ? openBlock(result, lines.indent(closer), lines) : undefined
}

/** A list begins after the colon or equals sign before it on its line, when all brackets between match. */
function openList(result: IToken[], lines: Lines): IToken | undefined {
  const index = result.findLastIndex(({ tokenType }) => tokenType === token.Colon || tokenType === token.Equals)
  const inside = result.slice(index + 1)
  if (index < 0 || !isBalanced(inside) || inside.some((one) => lines.startsLine(one))) return undefined
  const opener = virtual(token.LeftBracket, result[index]!)
  result.splice(index + 1, 0, opener)
  return opener
}

/** A block begins at the end of the last line as deep as its `}` that deeper lines follow. */
function openBlock(result: IToken[], indent: number, lines: Lines): IToken | undefined {
  let firstInside = -1
  for (let index = result.length - 1; index >= 0; index--) {
    const one = result[index]!
    if (!lines.startsLine(one)) continue
    if (lines.indent(one) > indent) {
      firstInside = index
      continue
    }
    if (lines.indent(one) < indent || firstInside < 0 || !isBalanced(result.slice(firstInside))) return undefined
    const opener = virtual(token.LeftBrace, result[firstInside - 1]!)
    result.splice(firstInside, 0, opener)
    return opener
  }
  return undefined
}

/** A token the user did not write, empty, right after another. */
function virtual(type: TokenType, after: IToken): IToken {
  const offset = token.endOf(after)
  return createTokenInstance(type, '', offset, offset - 1, NaN, NaN, NaN, NaN)
}

/** Empties brackets nested too deeply. */
function prune(tokens: readonly IToken[], problems: LayoutProblem[]): readonly IToken[] {
  let depth = 0
  const result: IToken[] = []
  for (const one of tokens) {
    if (isCloser(one)) depth -= 1
    if (depth <= deepest) result.push(one)
    if (!isOpener(one)) continue
    depth += 1
    if (depth === deepest + 1) problems.push({ kind: 'deep', token: one })
  }
  return result
}

/** What cannot begin an item: on a new line it goes on with the one before. */
const leading = new Set<TokenType>([
  token.LeftBrace, token.Equals, token.Colon, token.Dot, token.Comma, token.Comparison, token.Plus, token.Minus, token.Factor,
])
/** What cannot end one: a deeper line after it goes on with it. */
const trailing = new Set<TokenType>([
  token.Equals, token.Colon, token.Dot, token.Comparison, token.Plus, token.Minus, token.Factor,
])

function separate(tokens: readonly IToken[], lines: Lines): IToken[] {
  const result: IToken[] = []
  /** The innermost bracket last; `indent` is that of the line on which the current item began. */
  const around = [{ items: true, indent: 0 }]
  tokens.forEach((one, index) => {
    const here = around.at(-1)!
    const previous = tokens[index - 1]
    const startsItem = previous === undefined || isOpener(previous) || previous.tokenType === token.Comma
    if (!isCloser(one) && here.items) {
      if (startsItem) {
        here.indent = lines.indent(one)
      } else if (lines.startsLine(one) && !continues(previous, one, tokens[index + 1], lines, here.indent)) {
        result.push(virtual(token.Separator, previous))
        here.indent = lines.indent(one)
      }
    }
    result.push(one)
    if (isOpener(one)) around.push({ items: one.tokenType === token.LeftBrace, indent: lines.indent(one) })
    else if (isCloser(one)) around.pop()
  })
  return result
}

function continues(previous: IToken, one: IToken, next: IToken | undefined, lines: Lines, indent: number): boolean {
  if (leading.has(one.tokenType)) return true
  if (trailing.has(previous.tokenType)) return lines.indent(one) > indent && next?.tokenType !== token.Colon
  const connector = one.tokenType === token.Word && isConnector(one.image)
  return connector && next !== undefined && !lines.startsLine(next) && beginsHead(one, next)
}

/** Whether a token can begin what follows a connector; a bracket that touches the word makes it a name instead. */
export function beginsHead(connector: IToken, next: IToken): boolean {
  switch (next.tokenType) {
    case token.Word: case token.Number: case token.BadNumber:
    case token.Quoted: case token.OpenQuoted: case token.ForeignQuoted: return true
    case token.LeftBracket: case token.LeftParen: return next.startOffset > token.endOf(connector)
    case token.LeftBrace: return connector.image === 'with'
    default: return false
  }
}
