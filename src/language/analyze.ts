// From a text to a checked program, or to every mistake in it: the one door to the language.
import type { Diagnostic } from '../diagnostic.ts'
import type { Source } from '../source.ts'
import type { Vocabulary } from '../vocabulary/kind.ts'
import type { Ast } from './ast.ts'
import { check } from './check.ts'
import { parse } from './parse.ts'
import type { Override, Program } from './program.ts'

export interface Analysis {
  readonly ast: Ast
  /** Present if and only if there is no error. */
  readonly program: Program | undefined
  /** By place; those about `--set` last. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Never throws, whatever the text. `overrides` are those of `--set`; each reads as a source of its own. */
export function analyze(source: Source, vocabulary: Vocabulary, overrides: readonly Override[] = []): Analysis {
  const found: Diagnostic[] = []
  const accept = (diagnostic: Diagnostic): void => { found.push(diagnostic) }
  const ast = parse(source, accept)
  const program = check(ast, vocabulary, overrides, accept)
  const inFile = found.filter((one) => one.source === source)
  const elsewhere = found.filter((one) => one.source !== source)
  inFile.sort((one, other) => one.span.start - other.span.start || one.span.end - other.span.end)
  const diagnostics = [...inFile, ...elsewhere]
  return { ast, program: diagnostics.some(({ severity }) => severity === 'error') ? undefined : program, diagnostics }
}
