// `dice graph`: the plan as a picture in words.
import { draw } from '../plan/draw.ts'
import { common, UsageError } from './command.ts'
import type { Command } from './command.ts'
import { prepare, storedKeys } from './prepare.ts'

const formats = ['mermaid', 'dot', 'json']

export const graph: Command = {
  examples: [
    ['dice graph experiments/quickstart.dice', 'Mermaid, for pages that draw it'],
    ['dice graph FILE --format dot | dot -Tsvg', 'Graphviz'],
  ],
  options: {
    format: { value: 'FORMAT', doc: 'mermaid (default), dot or json' },
    set: common.set, store: common.store, engine: common.engine,
  },
  async run(input, terminal) {
    const format = input.text('format') ?? 'mermaid'
    if (!formats.includes(format)) throw new UsageError(`--format is one of ${formats.join(', ')}, not \`${format}\``)
    const prepared = prepare(input, terminal)
    if (prepared === undefined) return 2
    const { plan, store } = prepared
    const stored = storedKeys(plan, store)
    if (format === 'mermaid' || format === 'dot') terminal.out(draw(plan, stored, format))
    else terminal.out(`${JSON.stringify(plan.nodes.map(({ key, identity, label }) => ({ key, label, inputs: identity.inputs, stored: stored.has(key) })), undefined, 2)}\n`)
    return 0
  },
}
