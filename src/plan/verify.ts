// What holds of every plan, as an assertion: run by tests and wherever a plan arrives from outside this process.
import { canonical, keyOf } from './key.ts'
import type { Key, Node, Plan } from './node.ts'
import { inputKeys } from './walk.ts'

/** Throws one error that lists every way in which the plan breaks the rules. */
export function verify(plan: Plan): void {
  const seen = new Set<Key>()
  const problems: string[] = []
  for (const node of plan.nodes) {
    if (seen.has(node.key)) problems.push(`${node.label}: the key ${node.key} occurs twice`)
    problems.push(...problemsOf(node, seen).map((problem) => `${node.label}: ${problem}`))
    seen.add(node.key)
  }
  for (const target of plan.targets) {
    if (!seen.has(target.key)) problems.push(`the target ${target.declaration} is not in the plan`)
    problems.push(...notCanonical(target).map((problem) => `the target ${target.declaration}: ${problem}`))
  }
  if (problems.length > 0) throw new Error(`the plan is not sound:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
}

function problemsOf(node: Node, earlier: ReadonlySet<Key>): string[] {
  const broken = notCanonical(node)
  if (broken.length > 0) return broken
  const problems: string[] = []
  if (keyOf(node.identity) !== node.key) problems.push(`its identity hashes to ${keyOf(node.identity)}, not to its key ${node.key}`)
  for (const input of inputKeys(node.identity)) {
    if (!earlier.has(input)) problems.push(`its input ${input} does not come before it`)
  }
  for (const port of Object.keys(node.identity.files ?? {})) {
    if (node.paths?.[port] === undefined) problems.push(`its file ${port} has no path`)
  }
  if (node.neededBy.length === 0) problems.push('no declaration needs it')
  if (new Set(node.neededBy).size < node.neededBy.length) problems.push('a declaration needs it twice')
  if (!(node.cost.tokens >= 0 && node.cost.bytes >= 0)) problems.push('its cost is negative')
  return problems
}

function notCanonical(value: unknown): string[] {
  try {
    canonical(value)
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
