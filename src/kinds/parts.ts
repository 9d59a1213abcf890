// Finding the part of a data set that a reference names.
import type { Context, Reference } from './context.ts'
import type { PartProduct } from './product.ts'

export function part(context: Context, reference: Reference): PartProduct {
  const product = context.product(reference.name)
  const found = product.kind === 'data' && reference.member !== undefined ? product.part(reference.member) : undefined
  if (found === undefined) throw new Error(`bug: \`${reference.name}.${reference.member ?? ''}\` was checked but is no part`)
  return found
}
