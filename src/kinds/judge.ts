// `judge name = rules { … }`: something that scores answers. A judge adds no stage of its own;
// its settings enter the key of every stage that asks it.
import { judges } from '../judges/index.ts'
import type { Value } from '../vocabulary/value.ts'
import { reference, settings } from './context.ts'
import type { Context, KindRow } from './context.ts'
import type { JudgeProduct } from './product.ts'

export const judge: KindRow = {
  doc: 'Declares a judge: a score for an answer to a request.',
  named: 'name',
  head: { rows: judges },
  gives: 'judge',
  expand: (declaration) => {
    const row = judges[declaration.row as keyof typeof judges]
    return { kind: 'judge', row: declaration.row, params: settings(declaration.arguments, Object.keys(row.entries ?? {})) }
  },
}

/** The judge a reference names: declared on its own, or a data set's own (`village.judge`). */
export function judgeOf(context: Context, value: Value | undefined): JudgeProduct {
  const { name, member } = reference(value)
  const product = context.product(name)
  if (product.kind === 'judge') return product
  if (product.kind === 'data' && member === 'judge' && product.judge !== undefined) return product.judge
  throw new Error(`bug: \`${name}\` was checked to be a judge and is a ${product.kind}`)
}
