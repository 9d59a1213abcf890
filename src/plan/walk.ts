// How the nodes of a plan hang together: inputs, what is wanted, and what must run given what is stored.
import { ancestors, type Graph } from './graph.ts'
import type { Identity, Key, Plan } from './node.ts'

/** The inputs of all ports in a flat list, ports by name. */
export function inputKeys(identity: Identity): Key[] {
  return Object.keys(identity.inputs).sort().flatMap((port) => identity.inputs[port]!)
}

export function graphOf(plan: Plan): Graph<Key> {
  return new Map(plan.nodes.map((node) => [node.key, inputKeys(node.identity)]))
}

/** What a run is for: the plan's targets, and every stage that feeds no other. */
export function wanted(plan: Plan): Set<Key> {
  const feeding = new Set(plan.nodes.flatMap((node) => inputKeys(node.identity)))
  const ends = plan.nodes.map((node) => node.key).filter((key) => !feeding.has(key))
  return new Set([...plan.targets.map((target) => target.key), ...ends])
}

/** The wanted nodes and everything they need, directly or not: what a run concerns itself with. */
export function scope(graph: Graph<Key>, goals: Iterable<Key>): Set<Key> {
  return new Set([...goals, ...ancestors(graph, goals)])
}

/**
 * What must be computed: the goals that are not stored, and what those need that is not stored.
 * A stored result asks for nothing: its inputs may be gone.
 */
export function toRun(graph: Graph<Key>, goals: Iterable<Key>, stored: (key: Key) => boolean): Set<Key> {
  const found = new Set<Key>()
  const pending = [...goals]
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    if (found.has(key) || stored(key)) continue
    found.add(key)
    pending.push(...(graph.get(key) ?? []))
  }
  return found
}
