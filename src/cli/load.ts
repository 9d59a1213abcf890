// Reading the .dice file a command names, and showing what is wrong with it.
import { readFileSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { check } from '../dice.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { frame } from '../frame.ts'
import type { Override, Program } from '../language/program.ts'
import { position } from '../source.ts'
import type { Source } from '../source.ts'
import { UsageError } from './command.ts'
import type { Input } from './command.ts'
import type { Terminal } from './terminal.ts'

/** The one file a command works on. */
export function onlyFile(input: Input): string {
  const [file, extra] = input.files
  if (file === undefined) throw new UsageError('which file? give the path of a .dice file')
  if (extra !== undefined) throw new UsageError(`one file at a time; \`${extra}\` is one too many`)
  return file
}

export function readSource(file: string, terminal: Terminal): Source {
  try {
    const text = file === '-' ? readStandardInput() : readFileSync(resolve(terminal.directory, file), 'utf8')
    return { path: file === '-' ? '<stdin>' : file, text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text }
  } catch (error) {
    throw new UsageError(`cannot read \`${file}\`: ${reason(error)}`)
  }
}

/** To its end. Where standard input does not block, nothing is there yet rather than nothing more: then we wait. */
function readStandardInput(): string {
  const pieces: Buffer[] = []
  const buffer = Buffer.alloc(2 ** 16)
  for (;;) {
    try {
      const count = readSync(0, buffer)
      if (count === 0) return Buffer.concat(pieces).toString('utf8')
      pieces.push(Buffer.from(buffer.subarray(0, count)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

export function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'a file stands in its way'
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  return error instanceof Error ? error.message : String(error)
}

export function overridesOf(input: Input): Override[] {
  return input.texts('set').map((word) => {
    const cut = word.indexOf('=')
    if (cut < 1) throw new UsageError(`--set wants PATH=VALUE, as in --set replay.gamma=0.25; \`${word}\` has no value`)
    return { path: word.slice(0, cut).trim().split('.'), text: word.slice(cut + 1).trim() }
  })
}

/** The checked program, or undefined after its mistakes have been shown. */
export function checkedProgram(source: Source, overrides: readonly Override[], terminal: Terminal): Program | undefined {
  const { program, diagnostics } = check(source, overrides)
  showDiagnostics(diagnostics, terminal)
  return program
}

export function showDiagnostics(diagnostics: readonly Diagnostic[], terminal: Terminal): void {
  for (const diagnostic of diagnostics) terminal.err(`${frame(diagnostic, { color: terminal.color })}\n`)
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  if (errors > 1) terminal.err(`${errors} errors\n`)
}

/** A diagnostic for programs: places counted from 1, as people and editors' problem matchers do. */
export function diagnosticJson(diagnostic: Diagnostic) {
  const start = position(diagnostic.source, diagnostic.span.start)
  const end = position(diagnostic.source, diagnostic.span.end)
  const { code, severity, message, hint, source } = diagnostic
  return {
    file: source.path, line: start.line, column: start.column, endLine: end.line, endColumn: end.column,
    severity, code, message, ...(hint === undefined ? {} : { hint }),
  }
}
