// Tree and vocabulary to program: every name resolved, every value typed, every default filled in.
import type { Accept, Diagnostic } from '../diagnostic.ts'
import type { Vocabulary } from '../vocabulary/kind.ts'
import type { Ast, AstCell } from './ast.ts'
import { canonical } from './context.ts'
import type { Checked, Context, Declared } from './context.ts'
import * as messages from './messages.ts'
import { circles, inOrder } from './order.ts'
import { outline } from './outline.ts'
import { resolveOverrides } from './override.ts'
import type { Cell, Declaration, Override, Program } from './program.ts'
import { checkSettings } from './settings.ts'
import { checkStatement } from './statement.ts'

/** A program that may hold holes: only where nothing was reported, to `accept` or by the parser, is it one to plan. */
export function check(ast: Ast, vocabulary: Vocabulary, overrides: readonly Override[], accept: Accept): Program {
  const { statements, names } = outline(ast, vocabulary, accept)
  const checked = new Map<Declared, Checked>()
  const context: Context = {
    vocabulary, source: ast.source, accept, declared: names, checked,
    sweptPaths: sweptPaths(statements, vocabulary),
    overrides: resolveOverrides(overrides, statements, vocabulary, accept),
  }
  const settings = checkSettings(context, ast.frontMatter)
  for (const declared of inOrder(statements, names)) {
    if (declared.kind === undefined) continue
    let sound = true
    const watching = (diagnostic: Diagnostic): void => {
      sound = false
      accept(diagnostic)
    }
    const declaration = checkStatement({ ...context, accept: watching }, declared.statement, declared.kind, declared.cell)
    checked.set(declared, { declaration, sound })
  }
  const declarations = statements.flatMap((declared): Declaration[] => {
    const found = checked.get(declared)
    return found === undefined ? [] : [found.declaration]
  })
  for (const { path, span } of circles(declarations)) accept(messages.cycle({ source: ast.source, span }, path))
  return { source: ast.source, settings, declarations, cells: ast.cells.map((cell) => cellOf(ast, cell)) }
}

function sweptPaths(statements: readonly Declared[], vocabulary: Vocabulary): readonly string[] {
  return statements.flatMap(({ statement, kind }) =>
    kind?.grid !== true ? [] : (statement.block?.items ?? []).flatMap((item) =>
      item.kind === 'entry' ? [item.path.map(({ text }) => canonical(vocabulary, text)).join('.')] : []))
}

function cellOf(ast: Ast, cell: AstCell): Cell {
  const { kind, title, span } = cell
  return kind === 'prose' ? { kind, title, text: cell.text, span }
    : { kind, title, text: ast.source.text.slice(cell.content.start, cell.content.end), span }
}
