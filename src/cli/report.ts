// `dice report`: renders an experiment's report anew from what is stored; runs nothing.
import { common } from './command.ts'
import type { Command } from './command.ts'
import { commandAgain, prepare, storedKeys } from './prepare.ts'
import { openReportFolder, readReport, writeReport } from './write-report.ts'

export const report: Command = {
  examples: [
    ['dice report experiments/quickstart.dice', 'rewrites reports/quickstart'],
    ['dice report FILE --out DIR', 'somewhere else'],
  ],
  options: {
    set: common.set, store: common.store, engine: common.engine,
    out: { value: 'DIR', doc: 'where the report goes (default reports/<experiment>)' },
    json: { doc: 'print one line of JSON on standard output' },
  },
  async run(input, terminal) {
    const prepared = prepare(input, terminal)
    if (prepared === undefined) return 2
    const { plan, store, experiment } = prepared
    const folder = openReportFolder(input, experiment, terminal)
    const found = readReport(prepared)
    const stored = storedKeys(plan, store)
    const missing = new Set(plan.targets.map(({ key }) => key).filter((key) => !stored.has(key))).size
    const { report, summary } = await writeReport(found.report, folder, terminal)
    if (input.on('json')) terminal.out(`${JSON.stringify({ experiment, report, missing })}\n`)
    else terminal.out(`${summary}\n`)
    terminal.err(`report: ${report}\n`)
    if (missing > 0) {
      const says = missing === 1 ? '1 result is not stored and is shown as missing; compute it' : `${missing} results are not stored and are shown as missing; compute them`
      terminal.err(`${says} with: ${commandAgain(prepared, input)}\n`)
    }
    return missing > 0 ? 1 : 0
  },
}
