// What a rule of the simplifier is, and how rules look at nodes.
import { elementCount } from '../feeds.ts'
import type { Node, Operation } from '../graph.ts'

/** A simpler node that computes the same, or undefined where the rule does not apply. Inputs are simplified already. */
export type Rule = (node: Operation) => Node | undefined

export const isOperation = (node: Node | undefined, op: string): node is Operation => node?.kind === 'operation' && node.op === op

/** The one number that fills a constant or a broadcast constant; undefined when there are several or they are unknown. */
export function uniformValue(node: Node | undefined): number | undefined {
  if (isOperation(node, 'Expand')) return uniformValue(node.inputs[0])
  return node?.kind === 'constant' && elementCount(node.shape) === 1 ? Number(node.data[0]) : undefined
}

/** Attribute that must be a list of integers. */
export function listOf(node: Operation, name: string): readonly number[] {
  const value = node.attributes[name]
  if (typeof value !== 'object' || 'float' in value) throw new Error(`${node.op} has no list ${name}`)
  return value
}
