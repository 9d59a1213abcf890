// `dice plan`: what would run, what is stored, what is shared, and about how much it will cost.
import { summarise, planText } from '../plan/summary.ts'
import { common } from './command.ts'
import type { Command } from './command.ts'
import { fits, prepare, storedKeys } from './prepare.ts'

export const plan: Command = {
  examples: [
    ['dice plan experiments/quickstart.dice', 'stages, sharing, tokens and memory'],
    ['dice plan FILE --set replay.gamma=0.25', 'what one change would cost'],
    ['dice plan FILE --resolved', 'every setting, written or filled in'],
    ['dice plan FILE --json', 'for programs'],
  ],
  options: {
    set: common.set, store: common.store, engine: common.engine, memory: common.memory, json: common.json,
    resolved: { doc: 'print every setting, written or default' },
  },
  async run(input, terminal) {
    const prepared = prepare(input, terminal)
    if (prepared === undefined) return 2
    const { plan, store, program } = prepared
    if (input.on('resolved')) {
      const { resolvedText } = await import('./resolved.ts')
      terminal.out(resolvedText(program))
      return 0
    }
    const stored = storedKeys(plan, store)
    if (!input.on('json')) {
      terminal.out(planText(plan, stored, { color: terminal.color }))
      return fits(prepared, input, terminal) ? 0 : 2
    }
    const stages = plan.nodes.map(({ key, identity, label, neededBy, cost }) => ({
      key, kind: identity.stage, label, inputs: identity.inputs, ...(identity.seed === undefined ? {} : { seed: identity.seed }),
      params: identity.params, stored: stored.has(key), neededBy, tokens: cost.tokens, bytes: cost.bytes,
    }))
    terminal.out(`${JSON.stringify({ experiment: prepared.experiment, engine: prepared.engine, stages, totals: summarise(plan, stored) }, undefined, 2)}\n`)
    return fits(prepared, input, terminal) ? 0 : 2
  },
}
