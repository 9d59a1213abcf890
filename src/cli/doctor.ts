// `dice doctor`: what this machine offers, what is missing, and the one step that would add it.
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { dirname, resolve } from 'node:path'
import { engines, engineNames, resolveEngine } from '../tensor/index.ts'
import type { EngineName } from '../tensor/index.ts'
import { common } from './command.ts'
import type { Command } from './command.ts'
import { reason } from './load.ts'
import { paint } from './terminal.ts'
import type { Terminal } from './terminal.ts'

interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly says: string
  readonly remedy?: string
}

export const doctor: Command = {
  examples: [
    ['dice doctor', 'each engine is opened and tested against known numbers'],
    ['dice doctor --json', 'the same for programs'],
  ],
  options: { store: common.store, json: common.json },
  async run(input, terminal) {
    const findings: Finding[] = [runtime(), { name: 'machine', ok: true, says: `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB of memory` }]
    for (const name of engineNames) findings.push(await engineFinding(name))
    findings.push(storeFinding(resolve(terminal.directory, input.text('store') ?? '.dice')))
    if (input.on('json')) terminal.out(`${JSON.stringify(findings, undefined, 2)}\n`)
    else for (const finding of findings) terminal.out(show(finding, terminal))
    const usable = findings.some(({ name, ok }) => ok && name.startsWith('engine ')) && findings.at(-1)!.ok
    return usable ? 0 : 1
  },
}

function runtime(): Finding {
  const version = process.versions['deno'] === undefined ? `Node ${process.versions.node}` : `Deno ${process.versions['deno']}`
  return { name: 'runtime', ok: true, says: `${version} on ${process.platform} ${process.arch}` }
}

async function engineFinding(name: EngineName): Promise<Finding> {
  const probe = await engines[name].probe()
  if (!probe.available) return { name: `engine ${name}`, ok: false, says: probe.reason, remedy: probe.remedy }
  const { engine, rejected } = await resolveEngine(name, { threads: 1 })
  await engine?.dispose()
  const refused = rejected[0]
  if (refused !== undefined) return { name: `engine ${name}`, ok: false, says: refused.reason, remedy: refused.remedy }
  return { name: `engine ${name}`, ok: true, says: `${engines[name].doc} ${probe.device}, version ${probe.version}; self-test passed` }
}

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

function show({ name, ok, says, remedy }: Finding, terminal: Terminal): string {
  const mark = ok ? paint.green(terminal, '✓') : paint.red(terminal, '✗')
  return `${mark} ${name.padEnd(20)} ${says}\n${remedy === undefined || ok ? '' : `${' '.repeat(23)}${paint.dim(terminal, `→ ${remedy}`)}\n`}`
}
