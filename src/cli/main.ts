#!/usr/bin/env node
// The command line: reads words, finds the command's row, and turns its answer into an exit code.
import { createRequire } from 'node:module'
import { readInput, UsageError } from './command.ts'
import { commands, isCommand } from './commands.ts'
import type { CommandName } from './commands.ts'
import { commandHelp, commandHint, generalHelp } from './help.ts'
import type { ExitCode, Terminal } from './terminal.ts'

function version(): string {
  const manifest = createRequire(import.meta.url)(import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json') as { version: string }
  return manifest.version
}

async function main(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [first, ...rest] = words
  const asked = first === 'help' ? rest[0] : first
  if (asked === undefined || asked === '--help' || asked === '-h') {
    terminal.out(generalHelp(commands, version()))
    return 0
  }
  if (first === '--version' || first === '-V') {
    terminal.out(`${version()}\n`)
    return 0
  }
  if (!isCommand(asked)) {
    const { nearest } = await import('./nearest.ts')
    const near = nearest(asked, Object.keys(commands))
    terminal.err(`dice: there is no command \`${asked}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}\n\n${generalHelp(commands, version())}`)
    return 2
  }
  return attempt(asked, first === 'help' ? ['--help'] : rest, terminal)
}

async function attempt(name: CommandName, words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const row = commands[name]
  const command = await row.load()
  if (words.includes('--help') || words.includes('-h')) {
    terminal.out(commandHelp(name, row, command))
    return 0
  }
  try {
    return await command.run(readInput(words, command.options), terminal)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    terminal.err(`dice ${name}: ${error.message}\n\n${commandHint(name, command)}`)
    return 2
  }
}

function heedSignals(): AbortSignal {
  const interrupt = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) endAtOnce(name)
      interrupt.abort()
    })
  }
  return interrupt.signal
}

/** The second Ctrl-C means now. Dying of the signal itself waits for no thread; what is running has stored nothing yet. */
function endAtOnce(signal: 'SIGINT' | 'SIGTERM'): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

function openTerminal(): Terminal {
  let signal: AbortSignal | undefined
  const tty = process.stderr.isTTY === true && process.env['TERM'] !== 'dumb'
  const forced = process.env['FORCE_COLOR'] !== undefined && process.env['FORCE_COLOR'] !== '0'
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    color: (process.env['NO_COLOR'] ?? '') === '' && (tty || forced),
    live: tty && process.env['CI'] === undefined,
    columns: process.stderr.columns ?? 100,
    directory: process.cwd(),
    now: () => Date.now(),
    interrupt: () => (signal ??= heedSignals()),
  }
}

// A reader that closes early (`dice plan FILE | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = await main(process.argv.slice(2), openTerminal())
