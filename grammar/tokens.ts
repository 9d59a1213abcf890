// Every token of the language, in the order they are tried. There are no reserved words: kinds, connectors,
// `auto` and `true` are all words, and where they stand gives them their meaning.
import { createToken, Lexer } from './chevrotain.ts'
import type { CustomPatternMatcherFunc, ILexingError, IToken } from 'chevrotain'

/** A cell line begins with `%%` in the first column, whatever surrounds it: no comment or bracket reaches past one. */
const cellLine = /^%%/m

const number = /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?%?/

function found(text: string): RegExpExecArray | null {
  return text === '' ? null : Object.assign([text] as unknown as RegExpExecArray, { index: 0, input: text })
}

function atLineStart(text: string, offset: number): boolean {
  return offset === 0 || text[offset - 1] === '\n' || (offset === 1 && text[0] === '\uFEFF')
}

/** The offset of the next cell line at or after `from`, or the end of the text. */
function nextCell(text: string, from: number): number {
  const place = text.slice(from).search(cellLine)
  if (place < 0) return text.length
  return atLineStart(text, from + place) ? from + place : nextCell(text, from + place + 2)
}

/** A sticky pattern kept whole: Chevrotain would drop the `u` flag, and with it the Unicode classes. */
function sticky(pattern: RegExp): CustomPatternMatcherFunc {
  return (text, offset) => {
    pattern.lastIndex = offset
    return pattern.exec(text)
  }
}

const codeHeader = sticky(/%%[^\r\n]*/y)
const proseHeader = sticky(/%%[ \t]*md(?=[ \t\r\n]|$)[^\n]*\n?/y)

const matchCode: CustomPatternMatcherFunc = (text, offset, matched, groups) =>
  text[offset] === '%' && atLineStart(text, offset) ? codeHeader(text, offset, matched, groups) : null

const matchProse: CustomPatternMatcherFunc = (text, offset, matched, groups) => {
  if (text[offset] !== '%' || !atLineStart(text, offset)) return null
  const header = proseHeader(text, offset, matched, groups)
  return header === null ? null : found(text.slice(offset, nextCell(text, offset + header[0].length)))
}

const matchFrontMatter: CustomPatternMatcherFunc = (text, offset, matched) => {
  if (text[offset] !== '-' || matched.length > 0 || text.slice(0, offset).trim() !== '' || !atLineStart(text, offset)) return null
  return /^---[ \t]*\r?\n(?:[^]*?\n)??---[ \t]*(?=\r?\n|$)/.exec(text.slice(offset))
}

/** Front matter without its end: up to the first blank line or cell, so that the rest is still read. */
const matchOpenFrontMatter: CustomPatternMatcherFunc = (text, offset, matched) => {
  if (text[offset] !== '-' || matched.length > 0 || text.slice(0, offset).trim() !== '' || !atLineStart(text, offset)) return null
  return /^---[ \t]*(?:\r?\n(?!%%)[^\n]*\S[^\n]*)*/.exec(text.slice(offset))
}

function blockComment(closed: boolean): CustomPatternMatcherFunc {
  return (text, offset) => {
    if (!text.startsWith('/*', offset)) return null
    const end = text.indexOf('*/', offset + 2)
    const limit = nextCell(text, offset + 2)
    const complete = end >= 0 && end + 2 <= limit
    if (complete !== closed) return null
    return found(text.slice(offset, complete ? end + 2 : limit))
  }
}

export const FrontMatter = createToken({ name: 'FrontMatter', pattern: matchFrontMatter, line_breaks: true })
export const OpenFrontMatter = createToken({
  name: 'OpenFrontMatter', pattern: matchOpenFrontMatter, line_breaks: true, categories: [FrontMatter],
})
export const ProseCell = createToken({ name: 'ProseCell', pattern: matchProse, line_breaks: true })
export const CodeCell = createToken({ name: 'CodeCell', pattern: matchCode, line_breaks: false })

const Space = createToken({ name: 'Space', pattern: /[\s\uFEFF]+/, group: Lexer.SKIPPED, line_breaks: true })
const LineComment = createToken({ name: 'LineComment', pattern: /(?:#|\/\/)[^\r\n]*/, group: 'comments' })
const BlockComment = createToken({ name: 'BlockComment', pattern: blockComment(true), group: 'comments', line_breaks: true })
export const OpenComment = createToken({
  name: 'OpenComment', pattern: blockComment(false), group: 'comments', line_breaks: true,
})

export const Word = createToken({ name: 'Word', pattern: sticky(/[\p{L}_][\p{L}\p{M}\p{N}_]*/uy), line_breaks: false })
export const BadNumber = createToken({
  name: 'BadNumber', pattern: sticky(/\d(?:[\p{L}\p{N}_%]|\.(?=\d))*/uy), line_breaks: false,
})
export const Number = createToken({ name: 'Number', pattern: number, longer_alt: BadNumber })
BadNumber.CATEGORIES = [Number]
export const Quoted = createToken({ name: 'Quoted', pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"/ })
/** A string that its line leaves open ends at the first bracket or comma, so that the brackets still match. */
export const OpenQuoted = createToken({ name: 'OpenQuoted', pattern: /"[^"\r\n()[\]{},]*/, categories: [Quoted] })
export const ForeignQuoted = createToken({
  name: 'ForeignQuoted', pattern: /'(?:[^'\\\r\n]|\\[^\r\n])*'|[“”„][^“”„"\r\n]*[“”"]/, categories: [Quoted],
})

export const LeftBrace = createToken({ name: 'LeftBrace', pattern: '{' })
export const RightBrace = createToken({ name: 'RightBrace', pattern: '}' })
export const LeftParen = createToken({ name: 'LeftParen', pattern: '(' })
export const RightParen = createToken({ name: 'RightParen', pattern: ')' })
export const LeftBracket = createToken({ name: 'LeftBracket', pattern: '[' })
export const RightBracket = createToken({ name: 'RightBracket', pattern: ']' })
export const Colon = createToken({ name: 'Colon', pattern: ':' })
export const Equals = createToken({ name: 'Equals', pattern: '=' })
export const Comma = createToken({ name: 'Comma', pattern: ',' })
export const Dot = createToken({ name: 'Dot', pattern: '.' })
export const Comparison = createToken({ name: 'Comparison', pattern: /[<>]=?/ })
export const Plus = createToken({ name: 'Plus', pattern: '+' })
export const Minus = createToken({ name: 'Minus', pattern: '-' })
export const Factor = createToken({ name: 'Factor', pattern: /[*/]/ })

/** Between the items of a block: never matched in the text, put in by the layout where a line ends an item. */
export const Separator = createToken({ name: 'Separator', pattern: Lexer.NA })

export const cellTokens = [FrontMatter, OpenFrontMatter, ProseCell, CodeCell]

export const allTokens = [
  ...cellTokens, Space, LineComment, BlockComment, OpenComment, Word, Number, BadNumber, Quoted, OpenQuoted, ForeignQuoted,
  LeftBrace, RightBrace, LeftParen, RightParen, LeftBracket, RightBracket,
  Colon, Equals, Comma, Dot, Comparison, Plus, Minus, Factor, Separator,
]

const lexer = new Lexer(allTokens, { positionTracking: 'onlyOffset', skipValidations: true })

export interface Lexed {
  readonly tokens: readonly IToken[]
  readonly comments: readonly IToken[]
  /** Characters that begin no token; they are left out of `tokens`. */
  readonly errors: readonly ILexingError[]
}

export function tokenize(text: string): Lexed {
  const result = lexer.tokenize(text)
  // The lexer leaves this out when told to track offsets only; the parser's nodes take their ends from it.
  for (const token of result.tokens) token.endOffset = endOf(token) - 1
  return { tokens: result.tokens, comments: result.groups['comments'] ?? [], errors: result.errors }
}

/** The offset just past a token; Chevrotain's own `endOffset` is that of its last character. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length
}
