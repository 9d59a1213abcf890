// Text to tree. Never throws, whatever the text; reports every mistake of spelling and form to `accept`.
import type { CstNode, IToken } from 'chevrotain'
import { layOut } from '../../grammar/layout.ts'
import type { LayoutProblem } from '../../grammar/layout.ts'
import { DiceParser } from '../../grammar/parser.ts'
import { endOf, tokenize } from '../../grammar/tokens.ts'
import type { Lexed } from '../../grammar/tokens.ts'
import type { Accept, Diagnostic } from '../diagnostic.ts'
import { position } from '../source.ts'
import type { Source, Span } from '../source.ts'
import type { Ast, Expression } from './ast.ts'
import { lowerBlock, lowerFile } from './lower.ts'
import { lowerValue } from './lower-expression.ts'
import * as messages from './messages.ts'

/** Built on first use: analysing the grammar takes some 20 ms. Between parses it holds no state of ours. */
const sharedParser: () => DiceParser = (() => {
  let parser: DiceParser | undefined
  return () => (parser ??= new DiceParser())
})()

export function parse(source: Source, accept: Accept): Ast {
  const findings = new Findings(source)
  const { tree, unclosed } = concrete(source, source.text, findings, (parser) => parser.file())
  const ast = lowerFile({ source, accept: findings.accept, unclosed, block: lowerBlock }, tree)
  findings.report(accept)
  return ast
}

/** The value written in a part of a text: of the front matter, or of `--set`. `span` tells the part. */
export function parseValue(source: Source, span: Span, accept: Accept): Expression {
  const findings = new Findings(source)
  const text = ' '.repeat(span.start) + source.text.slice(span.start, span.end)
  const { tree, unclosed } = concrete(source, text, findings, (parser) => parser.value())
  const value = lowerValue({ source, accept: findings.accept, unclosed, block: lowerBlock }, tree, span)
  findings.report(accept)
  return value
}

interface Concrete {
  readonly tree: CstNode
  readonly unclosed: readonly number[]
}

function concrete(source: Source, text: string, findings: Findings, rule: (parser: DiceParser) => CstNode): Concrete {
  const lexed = tokenize(text)
  reportCharacters(source, lexed, findings)
  const { tokens, problems } = layOut(text, lexed.tokens)
  for (const problem of problems) {
    if (problem.kind === 'unopened') findings.accept(layoutMessage(source, problem))
    else findings.damage(layoutMessage(source, problem))
  }
  const parser = sharedParser()
  parser.input = tokens
  const tree = rule(parser)
  const [failure] = parser.errors
  if (failure !== undefined) throw new Error(`the grammar is not total: ${failure.message} at ${failure.token.startOffset}`)
  return { tree, unclosed: problems.filter(({ kind }) => kind === 'unclosed').map((problem) => problem.token.startOffset) }
}

function reportCharacters(source: Source, { tokens, comments, errors }: Lexed, findings: Findings): void {
  const place = (one: IToken): messages.Place => ({ source, span: { start: one.startOffset, end: endOf(one) } })
  for (const { offset, length } of errors) {
    const span = { start: offset, end: offset + length }
    findings.damage(messages.unexpectedCharacters({ source, span }, source.text.slice(span.start, span.end)))
  }
  for (const one of tokens) {
    if (one.tokenType.name === 'OpenQuoted') findings.damage(messages.unclosedText(place(one)))
    if (one.tokenType.name === 'OpenFrontMatter') {
      findings.accept(messages.unclosedFrontMatter({ source, span: { start: one.startOffset, end: one.startOffset + 3 } }))
    }
  }
  for (const one of comments) {
    if (one.tokenType.name !== 'OpenComment') continue
    findings.accept(messages.unclosedComment({ source, span: { start: one.startOffset, end: one.startOffset + 2 } }))
  }
}

const partners: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', '}': '{', ')': '(', ']': '[' }

function layoutMessage(source: Source, { kind, token, expected }: LayoutProblem): Diagnostic {
  const place = { source, span: { start: token.startOffset, end: endOf(token) } }
  const partner = partners[token.image] ?? ''
  if (kind === 'deep') return messages.tooDeep(place)
  if (kind === 'unclosed') return messages.unclosedBracket(place, token.image, partner)
  const line = expected === undefined ? undefined : position(source, expected).line
  return messages.unopenedBracket(place, token.image, partner, line)
}

/**
 * Collects what is found. What had to be left out changes how the rest of its line reads,
 * so what else is found on that line is not the user's second mistake.
 */
class Findings {
  readonly #source: Source
  readonly #damaged: Diagnostic[] = []
  readonly #others: Diagnostic[] = []

  constructor(source: Source) {
    this.#source = source
  }

  readonly accept: Accept = (diagnostic) => {
    this.#others.push(diagnostic)
  }

  damage(diagnostic: Diagnostic): void {
    this.#damaged.push(diagnostic)
  }

  report(accept: Accept): void {
    this.#damaged.forEach(accept)
    const lines = this.#damaged.map(({ span }) => lineAround(this.#source.text, span.start))
    for (const diagnostic of this.#others) {
      const { start } = diagnostic.span
      if (!lines.some((line) => start >= line.start && start <= line.end)) accept(diagnostic)
    }
  }
}

function lineAround(text: string, offset: number): Span {
  const end = text.indexOf('\n', offset)
  return { start: text.lastIndexOf('\n', offset - 1) + 1, end: end < 0 ? text.length : end }
}

