// `adapter: lora(rank: 16)` on a model: what is trained from then on in place of the model's own weights.
import type { Declaration } from '../language/program.ts'
import { loraTargets } from '../model/adapter.ts'
import type { LoraSettings, LoraTarget } from '../model/adapter.ts'
import type { Field, Row } from '../vocabulary/field.ts'
import { list, number, value } from './context.ts'
import type { Context } from './context.ts'
import { positive } from './fields.ts'
import type { ModelProduct } from './product.ts'

/** Kinds of adapters: one row each. */
const adapters: Readonly<Record<string, Row>> = {
  lora: {
    doc: 'Low-rank matrices beside the frozen ones (Hu et al., arXiv 2106.09685); they add nothing until they are trained.',
    entries: {
      rank: positive('Columns of A and rows of B.', 16),
      alpha: { doc: 'The product A · B counts alpha / rank times.', type: { kind: 'number', above: 0 }, default: 32 },
      targets: {
        doc: "The matrices of each block that have an adapter; as in the method's paper when unwritten.",
        type: { kind: 'list', of: { kind: 'choice', of: loraTargets }, min: 1 },
        default: ['query', 'value'],
      },
    },
  },
}

export const adapterField: Field = {
  doc: 'Trained in place of the weights, which stay as they are and are stored once; all weights are trained when unwritten.',
  type: { kind: 'row', rows: adapters },
  optional: true,
}

/** The model with the adapter that its declaration asks for, if any. */
export function withAdapter(declaration: Declaration, context: Context, base: ModelProduct): ModelProduct {
  const found = value(declaration.arguments, 'adapter')
  if (found?.kind !== 'row') return base
  const settings = loraSettings(found.arguments)
  const key = context.add({
    stage: 'adapt',
    params: { ...settings },
    inputs: { base: base.key },
    label: `${declaration.name} · adapter`,
    cost: { tokens: 0, bytes: 0 },
  })
  return { ...base, key, adapter: { base: base.key, settings } }
}

/** Targets in one order and each once, so that writing them in another order is the same adapter. */
function loraSettings(given: Declaration['arguments']): LoraSettings {
  const wanted = list(given, 'targets').map((item) => (item.kind === 'choice' ? item.value : ''))
  const targets = (Object.keys(loraTargets) as LoraTarget[]).filter((target) => wanted.includes(target))
  return { rank: number(given, 'rank'), alpha: number(given, 'alpha'), targets }
}
