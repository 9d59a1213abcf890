// `dice doctor`: what this machine offers, what is missing, and the one step that would add it.
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { dirname, resolve } from 'node:path'
import { bestEngine } from '../dice.ts'
import { engines, engineNames, resolveEngine } from '../tensor/index.ts'
import type { EngineName } from '../tensor/index.ts'
import { common } from './command.ts'
import type { Command } from './command.ts'
import { reason } from './load.ts'
import { paint } from './terminal.ts'
import type { Terminal } from './terminal.ts'
import { wrapped } from './wrap.ts'

interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly says: string
  /** What it is for, where that is not plain. */
  readonly doc?: string
  readonly remedy?: string
  /** Of an engine that works. */
  readonly device?: string
  readonly software?: 'yes' | 'unknown'
  /** Its absence is no fault: another engine takes its place. */
  readonly optional?: true
}

export const doctor: Command = {
  examples: [
    ['dice doctor', 'each engine is opened and tested against known numbers'],
    ['dice doctor --json', 'the same for programs'],
  ],
  options: { store: common.store, json: common.json },
  async run(input, terminal) {
    const findings: Finding[] = [runtime(), machine()]
    for (const name of engineNames) findings.push(await engineFinding(name))
    findings.push(storeFinding(resolve(terminal.directory, input.text('store') ?? '.dice')))
    if (input.on('json')) terminal.out(`${JSON.stringify(findings, undefined, 2)}\n`)
    else for (const finding of findings) terminal.out(show(finding, terminal))
    const usable = findings.some(({ name, ok }) => ok && name.startsWith('engine ')) && findings.at(-1)!.ok
    return usable ? 0 : 1
  },
}

function machine(): Finding {
  const memory = Math.round(totalmem() / 2 ** 30)
  return { name: 'machine', ok: true, says: `${availableParallelism()} cores, ${memory} GiB of memory` }
}

function runtime(): Finding {
  const version = process.versions['deno'] === undefined ? `Node ${process.versions.node}` : `Deno ${process.versions['deno']}`
  return { name: 'runtime', ok: true, says: `${version} on ${process.platform} ${process.arch}` }
}

async function engineFinding(engineName: EngineName): Promise<Finding> {
  const name = `engine ${engineName}`
  const { doc } = engines[engineName]
  const probe = await engines[engineName].probe()
  if (!probe.available) return { name, ok: false, says: probe.reason, doc, remedy: probe.remedy, optional: true }
  const { engine, rejected } = await resolveEngine(engineName, { threads: 1 })
  await engine?.dispose()
  const refused = rejected[0]
  if (refused !== undefined) return { name, ok: false, says: refused.reason, doc, remedy: refused.remedy }
  const { device, version, software } = probe
  const says = `${device}${natures[software ?? 'no']}, version ${version}; self-test passed${engineName === bestEngine() ? '; auto takes it' : ''}`
  return { name, ok: true, says, doc, device, ...(software === undefined ? {} : { software }) }
}

/** What is said of an adapter beside its name. */
const natures = {
  no: '',
  yes: ' (a software adapter: for tests; auto never takes it)',
  unknown: ' (perhaps a software adapter: auto never takes it)',
} as const

const storeRemedy = 'choose another folder with --store DIR'

function storeFinding(folder: string): Finding {
  try {
    // Looking must not create it: the nearest folder that is there decides.
    let there = folder
    while (!existsSync(there)) there = dirname(there)
    accessSync(there, constants.W_OK)
    const ok = statSync(there).isDirectory()
    const says = `${folder} ${!ok ? 'cannot be created: a file stands in its way' : there === folder ? 'is writable' : 'can be created'}`
    return { name: 'store', ok, says, ...(ok ? {} : { remedy: storeRemedy }) }
  } catch (error) {
    return { name: 'store', ok: false, says: `${folder}: ${reason(error)}`, remedy: storeRemedy }
  }
}

const nameWidth = Math.max(...engineNames.map((name) => name.length))

/** The name, what is found beside it, and below it what it is for and the remedy, within the width of the terminal. */
function show({ name, ok, says, doc, remedy, optional }: Finding, terminal: Terminal): string {
  const mark = ok ? paint.green(terminal, '✓') : optional === true ? paint.dim(terminal, '–') : paint.red(terminal, '✗')
  const indent = ' '.repeat(nameWidth + 4)
  const lines = (text: string): string[] => wrapped(text, Math.min(terminal.columns, 100) - indent.length)
  const [first = '', ...rest] = lines(says)
  const below = [
    ...rest,
    ...(doc === undefined ? [] : lines(doc).map((line) => paint.dim(terminal, line))),
    ...(remedy === undefined || ok ? [] : lines(`→ ${remedy}`)),
  ]
  const shown = name.replace(/^engine /, '').padEnd(nameWidth)
  return `${[`${mark} ${shown}  ${first}`, ...below.map((line) => `${indent}${line}`)].join('\n')}\n`
}
