// `dice fmt`: files as a careful person would have typed them. Never changes what a file means.
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { format } from '../language/format.ts'
import { UsageError } from './command.ts'
import type { Command } from './command.ts'
import { readSource, reason, showDiagnostics } from './load.ts'
import type { Terminal } from './terminal.ts'

export const fmt: Command = {
  examples: [
    ['dice fmt experiments/*.dice', 'rewrites what differs and names it'],
    ['dice fmt --check FILE', 'exit code 1 when it would change'],
    ['dice fmt - < FILE', 'standard input to standard output'],
  ],
  options: { check: { doc: 'change nothing; exit 1 when a file would change' } },
  async run(input, terminal) {
    if (input.files.length === 0) throw new UsageError('which file? give the path of a .dice file, or - for standard input')
    let broken = false
    let changed = false
    for (const file of input.files) {
      const source = readSource(file, terminal)
      const result = format(source)
      if ('diagnostics' in result) {
        showDiagnostics(result.diagnostics, terminal)
        broken = true
      } else if (input.on('check') || file !== '-') {
        if (result.text === source.text) continue
        changed = true
        terminal.err(`${input.on('check') ? 'would format' : 'formatted'} ${file}\n`)
        if (!input.on('check')) replaceFile(file, result.text, terminal)
      } else {
        terminal.out(result.text)
      }
    }
    if (broken) return 2
    return changed && input.on('check') ? 1 : 0
  },
}

/** In one step, so that an interruption leaves the old file or the new one. */
function replaceFile(file: string, text: string, terminal: Terminal): void {
  // Where a link points to, with the same permissions.
  const path = realpathSync(resolve(terminal.directory, file))
  const beside = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(beside, text, { mode: statSync(path).mode })
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw new UsageError(`cannot write \`${file}\`: ${reason(error)}`)
  }
}
