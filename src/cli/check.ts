// `dice check`: every mistake of the files named, in one go. Loads no tensor runtime and touches nothing.
import { check as analyse, planned } from '../dice.ts'
import { UsageError, common } from './command.ts'
import type { Command } from './command.ts'
import { diagnosticJson, overridesOf, readSource, showDiagnostics } from './load.ts'

export const check: Command = {
  examples: [
    ['dice check experiments/*.dice', 'silent when all is well'],
    ['dice check FILE --json', '{ "ok": …, "diagnostics": […] }'],
  ],
  options: { set: common.set, json: common.json },
  async run(input, terminal) {
    if (input.files.length === 0) throw new UsageError('which file? give the path of a .dice file, or - for standard input')
    const diagnostics = input.files.flatMap((file) => {
      const source = readSource(file, terminal)
      const { program, diagnostics } = analyse(source, overridesOf(input))
      // What shows only across entries is found by planning, which needs no engine and no store.
      return program === undefined ? diagnostics : [...diagnostics, ...planned(program, 'graph-cpu', terminal.directory).diagnostics]
    })
    const ok = diagnostics.every(({ severity }) => severity !== 'error')
    if (input.on('json')) terminal.out(`${JSON.stringify({ ok, diagnostics: diagnostics.map(diagnosticJson) }, undefined, 2)}\n`)
    else showDiagnostics(diagnostics, terminal)
    return ok ? 0 : 2
  },
}
