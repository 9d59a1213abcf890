// Help texts: an example first, then the options; each fits a screen.
import type { Command } from './command.ts'
import type { CommandRow } from './commands.ts'
import { wrapped } from './wrap.ts'

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

/** What follows a mistake in a command's own words: how it is done, and where to read on. */
export function commandHint(name: string, command: Command): string {
  return [...columns(command.examples.slice(0, 1).map(([line, says]) => [`  $ ${line}`, says] as const)), `dice ${name} --help says more.`, ''].join('\n')
}

export function generalHelp(commands: Readonly<Record<string, CommandRow>>, version: string): string {
  return [
    `dice ${version}: write, run and compare experiments in preference optimisation`,
    '',
    'Examples',
    ...columns([
      ['  $ dice run experiments/quickstart.dice', 'from nothing to a report in minutes'],
      ['  $ dice plan experiments/quickstart.dice', 'what would run, and what is stored'],
      ['  $ dice run FILE --set replay.gamma=0.25', 'only what depends on γ runs'],
    ]),
    '',
    'Commands',
    ...columns(Object.entries(commands).map(([name, command]) => [`  ${name} ${command.usage}`.trimEnd(), command.summary] as const)),
    '',
    'dice COMMAND --help says more.',
    'Exit codes: 0 ok, 1 failed, 2 bad input, 130 interrupted.',
    '',
  ].join('\n')
}

const screenWidth = 80

/** Two columns, the right one broken into lines so that nothing is wider than the screen. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(46, Math.max(...rows.map(([left]) => [...left].length)))
  return rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrapped(right, screenWidth - width - 2)
    const below = rest.map((line) => `${' '.repeat(width + 2)}${line}`)
    // A left side that is too long gets a line of its own.
    return [...left].length > width ? [left, `${' '.repeat(width + 2)}${first}`, ...below] : [`${left.padEnd(width)}  ${first}`.trimEnd(), ...below]
  })
}
