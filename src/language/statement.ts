// One statement against its kind: head, clauses, entries and inner blocks, in that order.
import type { Diagnostic } from '../diagnostic.ts'
import { position } from '../source.ts'
import type { BlockRule, Head, Kind } from '../vocabulary/kind.ts'
import { Sheet } from './arguments.ts'
import type { Block, Clause, Entry, Expression, Statement, Word } from './ast.ts'
import { at, canonical, own } from './context.ts'
import type { Context, Fields, HeadRow, Written } from './context.ts'
import { describeExpression, describeField } from './describe.ts'
import { gridAxes } from './grid.ts'
import * as messages from './messages.ts'
import { entriesOf, headOf, headRow, rowWord, singleWord } from './outline.ts'
import type { Declaration } from './program.ts'
import { read, spanOfPath } from './read.ts'
import { suggest } from './suggest.ts'

/** A statement with all that its parts need to know of each other. */
interface Work {
  readonly context: Context
  readonly statement: Statement
  readonly kind: Kind
  readonly row: HeadRow
  /** As messages name it. */
  readonly owner: string
  readonly sheet: Sheet
  readonly fields: Fields
  /** By connector; the row's own take the place of the kind's. */
  readonly clauses: Fields
  /** What can be written as an entry. */
  readonly entries: Fields
  readonly cell: number
  readonly axes: Entry[]
  readonly blocks: Declaration[]
  /** Something was written in a form that could not be filed, and reported: nothing is missing then. */
  readonly state: { damaged: boolean }
}

export function checkStatement(
  context: Context, statement: Statement, kind: Kind, cell: number, overrides = context.overrides.entries.get(statement),
): Declaration {
  const row = headRow(statement, kind)
  const name = checkName(context, statement, kind)
  const shown = name !== '' && kind.named === 'name' ? ` ${name}` : kind.named === 'none' && row.name !== '' ? ` ${row.name}` : ''
  const owner = `\`${statement.word.text}${shown}\``
  const entries = entriesOf(kind, row.row)
  const head: Fields = kind.head !== undefined && 'field' in kind.head ? { head: kind.head.field } : {}
  const clauses: Fields = { ...(kind.clauses as Fields | undefined), ...row.row?.clauses }
  const fields: Fields = { ...row.row?.parameters, ...head, ...clauses, ...row.row?.entries, ...kind.entries }
  const work: Work = {
    context, statement, kind, row, owner, fields, clauses, entries, cell,
    sheet: new Sheet(context, owner, read, row.open), axes: [], blocks: [],
    state: { damaged: statement.damaged || statement.block?.damaged === true },
  }
  writeHead(work)
  for (const clause of statement.clauses) writeClause(work, clause)
  if (statement.block !== undefined) writeBlock(work, statement.block)
  if (overrides !== undefined) work.sheet.override(overrides)
  const args = work.sheet.read(fields, (missing) => missingField(work, missing))
  addStandingBlocks(work)
  return {
    kind: statement.word.text, name, row: row.name, arguments: args, blocks: work.blocks,
    grid: kind.grid === true ? gridAxes(context, headOf(statement, kind), work.axes) : [],
    given: statement.span,
    nameSpan: name === '' ? undefined : statement.subject?.span,
    cell,
  }
}

function checkName(context: Context, statement: Statement, kind: Kind): string {
  const { word, subject, damaged } = statement
  if (kind.named === 'none') return ''
  const given = kind.named === 'name' ? singleWord(subject)?.text : subject?.kind === 'text' ? subject.value : undefined
  if (given !== undefined) return given
  const misplaced = statement.head === undefined ? subject : undefined
  const source = misplaced === undefined ? '…' : context.source.text.slice(misplaced.span.start, misplaced.span.end)
  const example = kind.named === 'name' ? `${word.text} name${kind.head === undefined ? '' : ` = ${source}`}` : `${word.text} "…"`
  if (damaged || subject?.kind === 'hole') return ''
  context.accept(messages.missingName(at(context, subject ?? word), word.text, kind.named, example))
  return ''
}

function writeHead(work: Work): void {
  const { context, statement, kind, sheet } = work
  if (kind.named === 'none' && statement.head !== undefined && kind.head !== undefined) {
    context.accept(messages.noName(at(context, statement.subject ?? statement.word), statement.word.text))
  }
  const expression = headOf(statement, kind)
  if (kind.head === undefined) {
    if (expression === undefined || expression.kind === 'hole' || (kind.named === 'name' && statement.head === undefined)) return
    const hint = kind.named === 'none' ? 'its entries stand in `{ }`' : `remove what follows \`=\``
    context.accept(messages.noHead(at(context, expression), statement.word.text, hint))
  } else if ('field' in kind.head) {
    if (expression !== undefined) sheet.write('head', expression, expression)
  } else {
    writeRow(work, kind.head, expression)
  }
}

function writeRow(work: Work, head: Extract<Head, { readonly rows: unknown }>, expression: Expression | undefined): void {
  const { context, statement, sheet, row, entries, owner } = work
  if (expression === undefined) {
    if (head.default !== undefined || statement.damaged) return
    const name = singleWord(statement.subject)
    const example = `${statement.word.text}${name === undefined ? '' : ` ${name.text} =`} …`
    context.accept(messages.missingHead(at(context, statement.word), owner, example, Object.keys(head.rows)))
    return
  }
  if (expression.kind === 'hole') return
  const word = rowWord(expression)
  if (word === undefined) {
    const wanted = describeField({ kind: 'row', rows: head.rows })
    context.accept(messages.wrongType(at(context, expression), wanted, describeExpression(expression)))
    return
  }
  if (own(head.rows, word.text) === undefined) {
    const guess = suggest(word.text, Object.keys(head.rows))
    context.accept(messages.unknownRow(at(context, word), word.text, `\`${statement.word.text}\``, guess))
  }
  if (row.row !== undefined && expression.kind === 'call') sheet.writeCall(row.row, row.name, expression.arguments, entries)
}

function writeClause({ context, clauses, sheet, owner, row }: Work, { connector, value }: Clause): void {
  if (own(clauses, connector.text) !== undefined) sheet.write(connector.text, connector, value)
  else if (!row.open) {
    const guess = suggest(connector.text, Object.keys(clauses))
    context.accept(messages.unknownConnector(at(context, connector), connector.text, owner, guess))
  }
}

function writeBlock(work: Work, block: Block): void {
  const { context } = work
  const firsts = new Map<string, Statement>()
  for (const item of block.items) {
    if (item.kind === 'claim') context.accept(messages.claimNotAllowed(at(context, item), work.owner))
    else if (item.kind === 'entry') writeEntry(work, item)
    else writeInner(work, item, firsts)
  }
}

function writeEntry(work: Work, entry: Entry): void {
  const { context, kind, sheet, entries, clauses, owner } = work
  const [first, second] = entry.path
  const word = first!.text
  if (kind.grid === true) {
    work.axes.push(entry)
  } else if (own(kind.blocks, word) !== undefined && (second !== undefined || own(entries, word) === undefined)) {
    const path = entry.path.map(({ text }) => text).join('.')
    const rest = entry.path.slice(1).map(({ text }) => text).join('.')
    context.accept(second === undefined ? messages.blockAsEntry(at(context, first!), word)
      : messages.dottedEntry(at(context, spanOfPath(entry)), path, `write \`${word} … { ${rest}: … }\``))
    work.state.damaged = true
  } else if (second !== undefined) {
    const path = entry.path.map(({ text }) => text).join('.')
    context.accept(messages.unknownEntry(at(context, spanOfPath(entry)), path, owner, suggest(path, Object.keys(entries))))
  } else if (own(clauses, word) !== undefined && own(entries, canonical(context.vocabulary, word)) === undefined) {
    context.accept(messages.clauseAsEntry(at(context, first!), word))
    work.state.damaged = true
  } else {
    sheet.writeEntry(entries, first!, entry.value)
  }
}

function writeInner(work: Work, inner: Statement, firsts: Map<string, Statement>): void {
  const { context, kind, owner, entries } = work
  const { text } = inner.word
  const known = own(kind.blocks, text)
  const entry = canonical(context.vocabulary, text)
  if (known === undefined && own(entries, entry) !== undefined) {
    const value = inner.head ?? inner.subject
    const shown = value === undefined ? '…' : context.source.text.slice(value.span.start, value.span.end)
    context.accept(messages.entryAsStatement(at(context, inner.word), text, shown))
    work.sheet.write(entry, inner.word, { kind: 'hole', span: inner.span })
    return
  }
  const guess = suggest(text, [...Object.keys(kind.blocks ?? {}), ...Object.keys(entries)])
  if (known === undefined && !work.row.open) {
    const atTop = own(context.vocabulary.kinds, text) !== undefined
    context.accept(messages.unknownBlock(at(context, inner.word), text, owner, guess, atTop))
  }
  const meant = known ?? (guess.near.length === 1 ? own(kind.blocks, guess.near[0]!) : undefined)
  if (meant === undefined) return
  const word = known === undefined ? guess.near[0]! : text
  const first = firsts.get(word)
  if (first !== undefined && meant.count !== 'many') {
    context.accept(messages.blockTwice(at(context, inner.word), word, owner, position(context.source, first.span.start).line))
  }
  firsts.set(word, first ?? inner)
  work.blocks.push({ ...checkStatement(context, inner, meant.kind, work.cell), kind: word })
}

function missingField(work: Work, name: string): Diagnostic | undefined {
  const { context, statement, kind, owner, fields, clauses, row, state } = work
  if (state.damaged) return undefined
  const place = at(context, rowWord(headOf(statement, kind)) ?? statement.word)
  const { doc } = fields[name]!
  if (name === 'head' && kind.head !== undefined && 'field' in kind.head) {
    const subject = kind.named === 'name' ? ` ${singleWord(statement.subject)?.text ?? 'name'} = …` : ' …'
    return singleWord(statement.subject) === undefined && kind.named === 'name' ? undefined
      : messages.missingHead(place, owner, `${statement.word.text}${subject}`, [])
  }
  if (own(clauses, name) !== undefined) return messages.missingClause(at(context, statement.word), name, owner, doc)
  const byRow = row.row !== undefined && own(kind.entries, name) === undefined
  return messages.missingEntry(place, name, byRow ? `\`${row.name}\`` : owner, doc)
}

/** Blocks that stand by default where none is written. */
function addStandingBlocks(work: Work): void {
  const { context, statement, kind, owner, blocks, state } = work
  for (const [word, rule] of Object.entries(kind.blocks ?? {})) {
    if (rule.count !== 'once' || blocks.some((block) => block.kind === word)) continue
    const standing = standingBlock(work, word, rule)
    if (standing !== undefined) blocks.push(standing)
    else if (!state.damaged) {
      context.accept(messages.missingBlock(at(context, statement.word), word, owner, rule.kind.doc))
    }
  }
}

/** Undefined when such a block cannot stand by default, because something in it must be written. */
function standingBlock({ context, statement }: Work, word: string, rule: BlockRule): Declaration | undefined {
  const overrides: ReadonlyMap<string, Written> | undefined = context.overrides.defaults.get(statement)?.get(word)
  const at: Word = { text: word, span: statement.word.span }
  const unwritten: Statement = {
    kind: 'statement', word: at, subject: undefined, head: undefined, clauses: [], block: undefined,
    damaged: false, span: at.span,
  }
  let possible = true
  const accept = (diagnostic: Diagnostic): void => {
    if (diagnostic.source === context.source) possible = false
    else context.accept(diagnostic)
  }
  const declaration = checkStatement({ ...context, accept }, unwritten, rule.kind, -1, overrides)
  return possible ? { ...declaration, given: undefined, nameSpan: undefined } : undefined
}
