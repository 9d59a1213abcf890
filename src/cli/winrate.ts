// `dice winrate`: win rates and length-controlled win rates as AlpacaEval 2 defines them, from annotated comparisons.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Annotated } from '../metrics/alpaca-eval/annotated.ts'
import { readAnnotations } from '../metrics/alpaca-eval/annotations.ts'
import { readGlmInputs } from '../metrics/alpaca-eval/glm-inputs.ts'
import type { GlmInputs } from '../metrics/alpaca-eval/glm-inputs.ts'
import { leaderboard } from '../metrics/alpaca-eval/leaderboard.ts'
import type { Standing } from '../metrics/alpaca-eval/leaderboard.ts'
import { isRefusal, refuse } from '../metrics/alpaca-eval/refusal.ts'
import type { Refusal } from '../metrics/alpaca-eval/refusal.ts'
import { UsageError } from './command.ts'
import type { Command } from './command.ts'
import { onlyFile, reason } from './load.ts'
import { paint } from './terminal.ts'
import type { Terminal } from './terminal.ts'

export const winrate: Command = {
  examples: [
    ['dice winrate annotations.json', 'on prompts of your own: the minimal length control'],
    ['dice winrate annotations.json --glm-inputs glm_inputs.json', 'as on the AlpacaEval 2 leaderboard'],
  ],
  options: {
    'glm-inputs': { value: 'FILE', doc: 'instruction difficulties and gamed rows, for the full regression' },
    json: { doc: 'print { model: { winrate, winrate_se, lc_winrate, lc_se, n } } on standard output' },
  },
  async run(input, terminal) {
    const file = onlyFile(input)
    const annotated = readWith(readAnnotations, file, terminal)
    if (isRefusal(annotated)) return refused(file, annotated, terminal)
    const inputsFile = input.text('glm-inputs')
    const inputs = inputsFile === undefined ? undefined : readWith(readGlmInputs, inputsFile, terminal)
    if (inputs !== undefined && isRefusal(inputs)) return refused(inputsFile!, inputs, terminal)
    const standings = leaderboard(annotated, inputs)
    if (isRefusal(standings)) return refused(file, standings, terminal)
    terminal.err(`${paint.dim(terminal, note(annotated, inputs))}\n`)
    terminal.out(input.on('json') ? `${JSON.stringify(asJson(standings), undefined, 2)}\n` : table(standings))
    return 0
  },
}

function readWith<T>(read: (value: unknown) => T | Refusal, file: string, terminal: Terminal): T | Refusal {
  const text = readText(file, terminal)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return refuse(`it is not JSON: ${reason(error)}`, 'write a missing number as null, not as NaN')
  }
  return read(value)
}

function readText(file: string, terminal: Terminal): string {
  try {
    return readFileSync(file === '-' ? 0 : resolve(terminal.directory, file), 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read \`${file}\`: ${reason(error)}`)
  }
}

function refused(file: string, { message, remedy }: Refusal, terminal: Terminal): 2 {
  terminal.err(`dice winrate: ${file}: ${message}\n  hint: ${remedy}\n`)
  return 2
}

/** Which form was computed: the two are not comparable. */
function note(annotated: readonly Annotated[], inputs: GlmInputs | undefined): string {
  if (inputs === undefined) {
    return 'length control in its minimal form (length and a bias), not comparable with published leaderboards'
  }
  const published = annotated.filter(({ coefficients }) => coefficients !== undefined).length
  const coefficients = published === 0 ? 'coefficients fitted here'
    : `published coefficients for ${published} of ${annotated.length} models${published < annotated.length ? ', fitted here for the others' : ''}`
  return `length control by the full regression with instruction difficulty and ${inputs.gamed.labels.length} gamed rows; ${coefficients}`
}

function asJson(standings: readonly Standing[]) {
  return Object.fromEntries(standings.map(({ model, winrate, winrateError, lcWinrate, lcError, prompts }) =>
    [model, { winrate, winrate_se: winrateError, lc_winrate: lcWinrate, lc_se: lcError, n: prompts }]))
}

function table(standings: readonly Standing[]): string {
  const rows = standings.map(({ model, winrate, winrateError, lcWinrate, lcError, prompts }) =>
    [model, lcWinrate.toFixed(2), lcError.toFixed(2), winrate.toFixed(2), winrateError.toFixed(2), String(prompts)])
  const all = [['model', 'LC win rate', 'SE', 'win rate', 'SE', 'n'], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => [...row[column]!].length)))
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  ').trimEnd()
  return `${all.map(line).join('\n')}\n`
}
