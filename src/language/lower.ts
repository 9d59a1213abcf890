// Concrete syntax to the tree of statements, entries and cells, with mistakes of form reported.
// Past this file nobody knows the concrete tree.
import type { CstElement, CstNode, IToken } from 'chevrotain'
import { connectors, isConnector } from '../../grammar/connectors.ts'
import type { Source, Span } from '../source.ts'
import type { Ast, AstCell, Block, Claim, Clause, CodeCell, Entry, Expression, FrontMatter, Item, Statement } from './ast.ts'
import { firstLeaf, leaf, node, nodes, ordered, spanOf, startOf } from './cst.ts'
import { lowerExpression, lowerOptional, markOf, missingAfter, place, wordOf } from './lower-expression.ts'
import type { Reader } from './lower-expression.ts'
import * as messages from './messages.ts'
import { suggest } from './suggest.ts'

export function lowerFile(reader: Reader, file: CstNode): Ast {
  const cells: AstCell[] = []
  let frontMatter: FrontMatter | undefined
  let code: OpenCell | undefined = { title: undefined, span: { start: 0, end: 0 }, items: [] }
  const finish = (end: number): void => {
    if (code !== undefined && !isBlank(reader.source, code, end)) cells.push(codeCell(reader.source, code, end))
    code = undefined
  }
  for (const child of ordered(file, 'FrontMatter', 'ProseCell', 'CodeCell', 'item')) {
    const span = spanOf(child)
    if ('children' in child) {
      addItem(code!.items, child, lowerTopItem(reader, child))
      continue
    }
    finish(span.start)
    if (child.tokenType.name === 'CodeCell') {
      code = { title: child.image.slice(2).trim(), span, items: [] }
    } else if (child.tokenType.name === 'ProseCell') {
      cells.push(proseCell(child))
    } else {
      frontMatter = readFrontMatter(child)
      code = { title: undefined, span: { start: span.end, end: span.end }, items: [] }
    }
  }
  finish(reader.source.text.length)
  return { source: reader.source, frontMatter, cells }
}

/** A code cell whose end is not reached; `span` is that of its title line. */
interface OpenCell {
  /** Undefined before the first cell line. */
  readonly title: string | undefined
  readonly span: Span
  readonly items: Item[]
}

/** Nothing, not even a comment, before the first cell line. */
function isBlank(source: Source, { title, span }: OpenCell, end: number): boolean {
  return title === undefined && source.text.slice(span.end, end).trim() === ''
}

function codeCell(source: Source, { title, span, items }: OpenCell, end: number): CodeCell {
  const content = { start: Math.min(span.end + lineBreakAt(source.text, span.end), end), end }
  return { kind: 'code', title: title ?? '', content, items, span: { start: span.start, end } }
}

function lineBreakAt(text: string, offset: number): number {
  return text.startsWith('\r\n', offset) ? 2 : text[offset] === '\n' ? 1 : 0
}

/** Blank lines around prose, and spaces at its very end, are not part of it. */
function proseCell(token: IToken): AstCell {
  const text = token.image.replaceAll('\r\n', '\n')
  const lineEnd = text.indexOf('\n')
  const header = lineEnd < 0 ? text : text.slice(0, lineEnd)
  const body = lineEnd < 0 ? '' : text.slice(lineEnd + 1)
  const title = header.replace(/^%%[ \t]*md/, '').trim()
  return { kind: 'prose', title, text: body.replace(/^(?:[ \t]*\n)+/, '').trimEnd(), span: spanOf(token) }
}

function readFrontMatter(token: IToken): FrontMatter {
  const span = spanOf(token)
  const first = token.image.indexOf('\n') < 0 ? token.image.length : token.image.indexOf('\n') + 1
  const last = token.tokenType.name === 'FrontMatter' ? Math.max(first, token.image.lastIndexOf('\n') + 1) : token.image.length
  return { span, content: { start: span.start + first, end: span.start + last } }
}

function lowerTopItem(reader: Reader, child: CstNode): Item | undefined {
  if (node(child, 'statement') !== undefined) return lowerItem(reader, child)
  const item = lowerItem({ ...reader, accept: (found) => { if (found.code !== 'D115') reader.accept(found) } }, child)
  if (item === undefined || item.kind === 'statement') return item
  const span = item.kind === 'entry' ? { start: item.span.start, end: item.path.at(-1)!.span.end } : item.span
  reader.accept(messages.entryOutside({ source: reader.source, span }, item.kind === 'entry' ? 'this entry' : 'this comparison'))
  return undefined
}

function lowerItem(reader: Reader, item: CstNode): Item | undefined {
  const statement = node(item, 'statement'), entry = node(item, 'entry'), junk = node(item, 'junk')
  let holeEnd = -1
  const watching: Reader = {
    ...reader,
    accept: (found) => {
      if (found.code === 'D110') holeEnd = found.span.end
      reader.accept(found)
    },
  }
  const result = statement !== undefined ? lowerStatement(watching, statement, junk !== undefined)
    : entry !== undefined ? lowerEntry(watching, entry, junk !== undefined) : undefined
  if (junk !== undefined) {
    // A value reported missing right before: what stands there instead is the same mistake.
    const same = holeEnd >= 0 && reader.source.text.slice(holeEnd, startOf(junk)).trim() === ''
    if (!same) reportJunk(reader, junk, statement ?? entry)
  }
  return result
}

function reportJunk(reader: Reader, junk: CstNode, after: CstNode | undefined): void {
  const first = firstLeaf(junk)
  const near = after?.name === 'statement' && first.tokenType.name === 'Word' ? suggest(first.image, connectors).near : []
  const expected = after === undefined ? 'an entry or a statement' : 'a new line or a comma before it'
  const bracket = first.image === '(' || first.image === '['
  const hint = near.length > 0 ? `did you mean \`${near[0]}\`?`
    : bracket && after !== undefined ? 'a bracket touches the name it belongs to, without a space' : undefined
  reader.accept(messages.unexpected(place(reader, first), first.image, expected, hint))
}

/** `on c` as an item of its own: a comma has parted it from its statement. */
function isStrayClause(statement: CstNode | undefined): boolean {
  return statement !== undefined && isConnector(leaf(statement, 'Word')!.image) && node(statement, 'head') === undefined
}

/** Adds what an item says; a stray clause takes from the statement before it, which is then not to blame. */
function addItem(items: Item[], child: CstNode, item: Item | undefined): void {
  const last = items.at(-1)
  if (item !== undefined) items.push(item)
  else if (last?.kind === 'statement' && isStrayClause(node(child, 'statement'))) items.splice(-1, 1, { ...last, damaged: true })
}

function lowerStatement(reader: Reader, statement: CstNode, cut: boolean): Statement | undefined {
  const first = leaf(statement, 'Word')!
  if (isStrayClause(statement)) {
    const hint = 'a clause stands before the block of its statement, with no comma in front'
    reader.accept(messages.unexpected(place(reader, first), first.image, 'a statement', hint))
    return undefined
  }
  const subject = node(statement, 'expression'), head = node(statement, 'head')
  const headerJunk = node(statement, 'headerJunk'), block = node(statement, 'block')
  if (headerJunk !== undefined) reportJunk(reader, headerJunk, statement)
  const span = spanOf(statement)
  const headerEnd = block === undefined ? span.end : startOf(block)
  const clauses = nodes(statement, 'clause').flatMap((clause) => lowerClause(reader, clause, block !== undefined))
  return {
    kind: 'statement',
    word: wordOf(first),
    subject: subject === undefined ? undefined : lowerExpression(reader, subject),
    head: head === undefined ? undefined : lowerOptional(reader, node(head, 'expression'), leaf(head, 'Equals')!),
    clauses,
    block: block === undefined ? undefined : lowerBlock(reader, block),
    damaged: cut || headerJunk !== undefined || reader.unclosed.some((offset) => offset >= span.start && offset < headerEnd),
    span,
  }
}

/** `with` right before a block only reads well; every other connector is followed by a value. */
function lowerClause(reader: Reader, clause: CstNode, beforeBlock: boolean): readonly Clause[] {
  const connector = leaf(clause, 'Word')!
  const expression = node(clause, 'expression')
  if (connector.image === 'with' && expression === undefined && beforeBlock) return []
  return [{ connector: wordOf(connector), value: lowerOptional(reader, expression, connector) }]
}

export function lowerBlock(reader: Reader, block: CstNode): Block {
  const items: Item[] = []
  const closer = leaf(block, 'RightBrace')!
  let damaged = closer.image === ''
  let before: CstElement | undefined = leaf(block, 'LeftBrace')
  for (const child of ordered(block, 'Comma', 'item')) {
    if (!('children' in child)) {
      if (before !== undefined) reader.accept(messages.unexpected(place(reader, child), ',', 'an entry before the comma'))
      before = child
      continue
    }
    before = undefined
    const item = lowerItem(reader, child)
    if (item === undefined) damaged = true
    addItem(items, child, item)
  }
  return { items, damaged, span: spanOf(block) }
}

function lowerEntry(reader: Reader, entry: CstNode, cut: boolean): Entry | Claim | undefined {
  const [first, second] = nodes(entry, 'expression')
  const mark = markOf(entry)
  const left = lowerExpression(reader, first!)
  if (mark === undefined) {
    if (left.kind !== 'hole' && !cut) reader.accept(messages.loneValue({ source: reader.source, span: left.span }))
    return undefined
  }
  if (mark.tokenType.name === 'Comparison') {
    const right = lowerOptional(reader, second, mark)
    return { kind: 'claim', left, comparison: mark.image as Claim['comparison'], right, span: spanOf(entry) }
  }
  const path = lowerPathEntry(reader, entry, left, mark, second)
  // A value cut short says nothing for sure.
  return path === undefined || !cut ? path : { ...path, value: { kind: 'hole', span: path.value.span } }
}

function lowerPathEntry(
  reader: Reader, entry: CstNode, left: Expression, mark: IToken, value: CstNode | undefined,
): Entry | undefined {
  if (left.kind !== 'path') {
    if (left.kind !== 'hole') reader.accept(messages.notAName({ source: reader.source, span: left.span }, mark.image))
    return undefined
  }
  const path = left.words.map(({ text }) => text).join('.')
  if (mark.image === '=') reader.accept(messages.equalsForColon(place(reader, mark), path))
  const written = value === undefined ? missingAfter(reader, mark) : lowerExpression(reader, value)
  return { kind: 'entry', path: left.words, value: written, span: spanOf(entry) }
}
