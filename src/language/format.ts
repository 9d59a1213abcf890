// `dice fmt`: a file as a careful person would have typed it. Its comments, its blank lines (one in a row), its prose
// and its meaning are kept.
import { layOut } from '../../grammar/layout.ts'
import { tokenize } from '../../grammar/tokens.ts'
import type { Diagnostic } from '../diagnostic.ts'
import type { Source, Span } from '../source.ts'
import type { Ast, AstCell } from './ast.ts'
import { printCell } from './format-print.ts'
import { treeOf } from './format-tree.ts'
import { parse } from './parse.ts'

/** Idempotent; parsing the result gives the same tree. A file with mistakes of form is left alone. */
export function format(source: Source): { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const ast = parse(source, (diagnostic) => diagnostics.push(diagnostic))
  if (diagnostics.length > 0) return { diagnostics: diagnostics.sort((one, other) => one.span.start - other.span.start) }
  const sections = sectionsOf(ast, printerFor(source.text)).filter((section) => section !== '')
  return { text: sections.length === 0 ? '' : `${sections.join('\n\n')}\n` }
}

function sectionsOf({ source, frontMatter, cells }: Ast, print: (span: Span) => string): readonly string[] {
  const text = (span: Span): string => source.text.slice(span.start, span.end).replaceAll('\r\n', '\n').trimEnd()
  const front = frontMatter === undefined ? [] : [text(frontMatter.span)]
  return [...front, ...cells.map((cell) => printSection(source, cell, print))]
}

function printSection({ text }: Source, cell: AstCell, print: (span: Span) => string): string {
  if (cell.kind === 'prose') return [`%% md ${cell.title}`.trimEnd(), cell.text].filter((part) => part !== '').join('\n')
  const body = print(cell.content)
  const titled = text.startsWith('%%', cell.span.start)
  if (!titled) return body
  const blank = /^[^\S\n]*\n/.test(text.slice(cell.content.start, cell.content.end)) ? '\n' : ''
  return [`%% ${cell.title}`.trimEnd(), ...(body === '' ? [] : [blank + body])].join('\n')
}

/** Prints what stands in a part of the text; laid out once, as a whole. */
function printerFor(text: string): (span: Span) => string {
  const lexed = tokenize(text)
  const { tokens } = layOut(text, lexed.tokens)
  const inside = ({ start, end }: Span) => (token: { startOffset: number }) => token.startOffset >= start && token.startOffset < end
  return (span) => printCell(treeOf(text, tokens.filter(inside(span)), lexed.comments.filter(inside(span))))
}
