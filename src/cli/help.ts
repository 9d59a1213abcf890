// Help texts: an example first, then the options; each fits a screen.
import type { Command } from './command.ts'
import type { CommandRow } from './commands.ts'

export function commandHelp(name: string, row: CommandRow, command: Command): string {
  const examples = command.examples.map(([line, says]) => [`  $ ${line}`, says] as const)
  const options = Object.entries(command.options).map(([word, option]) =>
    [`  ${option.short === undefined ? '   ' : `-${option.short},`} --${word}${option.value === undefined ? '' : ` ${option.value}`}`, option.doc] as const)
  return [
    `dice ${name} ${row.usage}`.trimEnd(),
    `  ${row.summary}`,
    '',
    'Examples',
    ...columns(examples),
    ...(options.length === 0 ? [] : ['', 'Options', ...columns(options)]),
    '',
  ].join('\n')
}

export function generalHelp(commands: Readonly<Record<string, CommandRow>>, version: string): string {
  return [
    `dice ${version}: write, run and compare experiments in preference optimisation`,
    '',
    'Examples',
    ...columns([
      ['  $ dice run experiments/quickstart.dice', 'from nothing to a report, in a few minutes'],
      ['  $ dice plan experiments/quickstart.dice', 'what would run, and what is stored already'],
      ['  $ dice run FILE --set replay.gamma=0.25', 'change one value, wait only for what depends on it'],
    ]),
    '',
    'Commands',
    ...columns(Object.entries(commands).map(([name, command]) => [`  ${name} ${command.usage}`.trimEnd(), command.summary] as const)),
    '',
    'dice COMMAND --help says more. Exit codes: 0 ok, 1 failed, 2 bad input, 130 interrupted.',
    '',
  ].join('\n')
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(46, Math.max(...rows.map(([left]) => left.length)))
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`.trimEnd())
}
