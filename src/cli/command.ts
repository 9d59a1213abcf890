// What a command is, and how its words are read; the table is in commands.ts.
import { parseArgs } from 'node:util'
import { nearest } from './nearest.ts'
import type { ExitCode, Terminal } from './terminal.ts'

export interface Option {
  readonly short?: string
  /** Absent for a switch. */
  readonly value?: string
  readonly multiple?: true
  readonly doc: string
}

export interface Command {
  readonly examples: readonly (readonly [line: string, says: string])[]
  readonly options: Readonly<Record<string, Option>>
  run(input: Input, terminal: Terminal): Promise<ExitCode>
}

export interface Input {
  readonly files: readonly string[]
  /** The last value of an option, or undefined. */
  readonly text: (option: string) => string | undefined
  readonly texts: (option: string) => readonly string[]
  readonly on: (option: string) => boolean
}

/** A mistake in the command's own words: shown with a pointer to help, exit code 2. */
export class UsageError extends Error {}

export function readInput(words: readonly string[], options: Readonly<Record<string, Option>>): Input {
  const known = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, {
    type: option.value === undefined ? 'boolean' as const : 'string' as const,
    multiple: true,
    ...(option.short === undefined ? {} : { short: option.short }),
  }]))
  refuseUnknown(words, known)
  const { values, positionals } = parsed(words, known)
  const texts = (option: string): string[] => {
    if (!Object.hasOwn(options, option)) throw new Error(`bug: option --${option} is read and not declared`)
    const found = values[option]
    return Array.isArray(found) ? found.filter((value): value is string => typeof value === 'string') : []
  }
  for (const [name, option] of Object.entries(options)) {
    if (option.value !== undefined && option.multiple === undefined && texts(name).length > 1) throw new UsageError(`--${name} is given twice`)
  }
  return {
    files: positionals,
    texts,
    text: (option) => texts(option).at(-1),
    on: (option) => values[option] !== undefined,
  }
}

type Known = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>

function refuseUnknown(words: readonly string[], options: Known): void {
  const { tokens } = parseArgs({ args: [...words], options, allowPositionals: true, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue
    const near = token.rawName.startsWith('--') ? nearest(token.name, Object.keys(options)) : undefined
    throw new UsageError(`there is no option \`${token.rawName}\`${near === undefined ? '' : `; did you mean \`--${near}\`?`}`)
  }
}

function parsed(words: readonly string[], options: Known) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true })
  } catch (error) {
    // Node's sentence goes on with advice about `--` that misleads here: its first sentence says what is wrong.
    throw new UsageError(error instanceof Error ? error.message.split('. ')[0]! : String(error))
  }
}

/** Options that mean the same in every command that has them. */
export const common = {
  store: { value: 'DIR', doc: 'where results are kept (default .dice)' },
  engine: { value: 'NAME', doc: 'what computes; `dice doctor` lists them (default auto)' },
  set: { value: 'PATH=VALUE', multiple: true, doc: 'replace an entry of the file: --set replay.gamma=0.25' },
  memory: { value: 'SIZE', doc: 'what a stage may take: --memory 64GB (default: all)' },
  json: { doc: 'print JSON on standard output, for programs' },
} as const satisfies Record<string, Option>
