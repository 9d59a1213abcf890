#!/usr/bin/env node
// The command line: a table of commands. This file reads words, finds the row and turns its answer into an exit code;
// each command loads only what it needs.
import { createRequire } from 'node:module'
import { check } from './check.ts'
import { readInput, UsageError } from './command.ts'
import type { Command } from './command.ts'
import { doctor } from './doctor.ts'
import { fmt } from './fmt.ts'
import { graph } from './graph.ts'
import { commandHelp, generalHelp } from './help.ts'
import { nearest } from './nearest.ts'
import { plan } from './plan.ts'
import { report } from './report.ts'
import { run } from './run.ts'
import type { ExitCode, Terminal } from './terminal.ts'

const commands: Readonly<Record<string, Command>> = { run, plan, check, fmt, report, graph, doctor }

function version(): string {
  const manifest = createRequire(import.meta.url)(import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json') as { version: string }
  return manifest.version
}

async function main(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = words
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const wanted = name === 'help' ? commands[rest[0] ?? ''] : undefined
    terminal.out(wanted === undefined ? generalHelp(commands, version()) : commandHelp(rest[0]!, wanted))
    return 0
  }
  if (name === '--version' || name === '-V') {
    terminal.out(`${version()}\n`)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    const near = nearest(name, Object.keys(commands))
    terminal.err(`dice: there is no command \`${name}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}\n\n${generalHelp(commands, version())}`)
    return 2
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(commandHelp(name, command))
    return 0
  }
  return attempt(name, command, rest, terminal)
}

async function attempt(name: string, command: Command, words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    return await command.run(readInput(words, command.options), terminal)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    terminal.err(`dice ${name}: ${error.message}\n\n${commandHelp(name, command)}`)
    return 2
  }
}

function openTerminal(): Terminal {
  const interrupt = new AbortController()
  process.on('SIGINT', () => {
    // The second Ctrl-C means now: whatever is running has written nothing yet.
    if (interrupt.signal.aborted) process.exit(130)
    interrupt.abort()
  })
  process.on('SIGTERM', () => interrupt.abort())
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
    signal: interrupt.signal,
  }
}

// A reader that closes early (`dice plan FILE | head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = await main(process.argv.slice(2), openTerminal())
