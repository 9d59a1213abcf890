// Whether the stages of a plan fit into the memory there is, and what to change about those that do not.
import type { Diagnostic } from '../diagnostic.ts'
import type { Declaration, Program } from '../language/program.ts'
import type { Cost, Key, Node, Plan } from '../plan/node.ts'
import { bytesText } from '../plan/quantity.ts'
import { mistakes } from './mistakes.ts'

/** A mistake for each declaration with a stage among `running` that needs more than `available` bytes, by its largest stage. */
export function oversized(program: Program, plan: Plan, running: ReadonlySet<Key>, available: number): Diagnostic[] {
  const largest = new Map<Declaration | undefined, Node>()
  for (const node of plan.nodes) {
    if (!running.has(node.key) || node.cost.bytes <= available) continue
    const owner = program.declarations.find((declaration) => asksFor(declaration, node))
    if (node.cost.bytes > (largest.get(owner)?.cost.bytes ?? 0)) largest.set(owner, node)
  }
  return [...largest].map(([owner, { label, cost, identity }]) => mistakes.tooLarge({ program }, owner, {
    stage: label, needed: bytesText(cost.bytes), available: bytesText(available), remedy: remedy(cost, available, 'base' in identity.inputs),
  }))
}

/** Variants of a sweep stand in the plan under the sweep's name and their settings. */
function asksFor({ name, kind }: Declaration, { neededBy }: Node): boolean {
  return neededBy.some((owner) => (name === '' ? owner === kind : owner === name || owner.startsWith(`${name}[`)))
}

function remedy({ savings = [] }: Cost, available: number, adapted: boolean): string {
  const fits = savings.find(({ bytes }) => bytes <= available)
  if (fits !== undefined) return `\`${fits.entries}\` would take about ${bytesText(fits.bytes)}`
  const least = [...savings].sort((one, other) => one.bytes - other.bytes)[0]
  const best = least === undefined ? '' : `even \`${least.entries}\` would take ${bytesText(least.bytes)}: `
  const adapter = least === undefined || adapted ? '' : ', or train an `adapter` in place of the weights'
  return `${best}use a smaller model or a shorter context${adapter}`
}
