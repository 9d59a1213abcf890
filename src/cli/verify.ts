// `dice verify`: does the arithmetic of this machine's engines hold? Each is held against double precision, stage by stage.
import { engineNames, isEngineName } from '../tensor/index.ts'
import type { EngineName } from '../tensor/index.ts'
import { checks, verify as verified } from '../verify/verify.ts'
import type { Outcome, Verification } from '../verify/verify.ts'
import { common, UsageError } from './command.ts'
import type { Command, Input } from './command.ts'
import { nearest } from './nearest.ts'
import { paint } from './terminal.ts'
import type { Terminal } from './terminal.ts'
import { wrapped } from './wrap.ts'

export const verify: Command = {
  examples: [
    ['dice verify', 'every engine that this machine has'],
    ['dice verify --engines graph-webgpu', 'this one, which must be there'],
    ['dice verify --json', 'the same for programs'],
  ],
  options: {
    engines: { value: 'NAMES', doc: 'engines to test, with commas between; each must be there' },
    json: common.json,
  },
  async run(input, terminal) {
    const named = namedEngines(input)
    const results: Verification[] = []
    for await (const result of verified(named ?? engineNames)) {
      results.push(result)
      if (!input.on('json')) terminal.out(`${show(result, terminal)}\n`)
    }
    const failures = results.reduce((count, result) => count + failed(result), 0)
    const untested = results.filter(({ tested }) => !tested).length
    if (input.on('json')) terminal.out(`${JSON.stringify(results.map(finite), undefined, 2)}\n`)
    else terminal.out(`${summary(results.length - untested, untested, failures)}\n`)
    return failures > 0 || (named !== undefined && untested > 0) ? 1 : 0
  },
}

function namedEngines(input: Input): readonly EngineName[] | undefined {
  const words = input.text('engines')?.split(',').map((word) => word.trim()).filter((word) => word !== '')
  if (words === undefined) return undefined
  if (words.length === 0) throw new UsageError(`--engines names none; known: ${engineNames.join(', ')}`)
  return [...new Set(words)].map((word) => {
    if (isEngineName(word)) return word
    const near = nearest(word, engineNames)
    throw new UsageError(`there is no engine \`${word}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`)
  })
}

const failed = (result: Verification): number => (result.tested ? result.outcomes.filter(({ passed }) => !passed).length : 0)

function show(result: Verification, terminal: Terminal): string {
  const name = paint.bold(terminal, result.engine)
  if (!result.tested) {
    const lines = [...wrapped(`not tested: ${result.reason}`, terminal.columns - 2), ...wrapped(`→ ${result.remedy}`, terminal.columns - 2)]
    return [name, ...lines.map((line) => paint.dim(terminal, `  ${line}`)), ''].join('\n')
  }
  const head = paint.dim(terminal, `  ${''.padEnd(titleWidth)}   absolute  relative   allowed`)
  return [`${name}  ${result.device}, version ${result.version}`, head, ...result.outcomes.map((each) => line(each, terminal)), ''].join('\n')
}

/** `score        log-probabilities of responses`. */
const title = (name: keyof typeof checks): string => `${name.padEnd(12)} ${checks[name].doc}`
const titleWidth = Math.max(...(Object.keys(checks) as (keyof typeof checks)[]).map((name) => title(name).length))

function line({ check, absolute, relative, tolerance, passed, error }: Outcome, terminal: Terminal): string {
  const mark = passed ? paint.green(terminal, '✓') : paint.red(terminal, '✗')
  const numbers = [absolute, relative, tolerance].map((value) => brief(value).padStart(8)).join('  ')
  const said = error === undefined ? [] : wrapped(error, terminal.columns - 4).map((each) => `\n    ${each}`)
  return `${mark} ${title(check).padEnd(titleWidth)}   ${numbers}${said.join('')}`
}

const brief = (value: number): string => (Number.isFinite(value) ? value.toExponential(1) : '—')

function summary(tested: number, untested: number, failures: number): string {
  const engines = `${tested} engine${tested === 1 ? '' : 's'} tested${untested === 0 ? '' : `, ${untested} not`}`
  if (failures > 0) return `${engines}; ${failures} check${failures === 1 ? '' : 's'} failed`
  return tested === 0 ? engines : `${engines}; every difference is within what is allowed`
}

/** JSON has no infinity: a check that gave no comparable number has null for its differences. */
function finite(result: Verification): unknown {
  if (!result.tested) return result
  const number = (value: number): number | null => (Number.isFinite(value) ? value : null)
  return {
    ...result,
    outcomes: result.outcomes.map((each) =>
      ({ ...each, stages: checks[each.check].stages, absolute: number(each.absolute), relative: number(each.relative) })),
  }
}
