// Directed graphs of named nodes: order, reachability, cycles. Knows nothing of stages.

/** What each node needs. Every node that is needed is itself in the map. */
export type Graph<T extends string = string> = ReadonlyMap<T, readonly T[]>

/**
 * Every node after all it needs. Among the nodes that could come next the smallest by `compare` does,
 * so the order does not depend on the order of the map. Throws when there is a cycle, naming it.
 */
export function order<T extends string>(graph: Graph<T>, compare: (a: T, b: T) => number): T[] {
  const dependents = reversed(graph)
  const missing = new Map([...graph].map(([node, needs]) => [node, new Set(needs).size]))
  const ready = [...graph.keys()].filter((node) => missing.get(node) === 0).sort((a, b) => compare(b, a))
  const sorted: T[] = []
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    sorted.push(node)
    for (const dependent of dependents.get(node)!) {
      const left = missing.get(dependent)! - 1
      missing.set(dependent, left)
      if (left === 0) insert(ready, dependent, compare)
    }
  }
  if (sorted.length < graph.size) throw new Error(`the graph has a cycle: ${cycle(graph)?.join(' → ')}`)
  return sorted
}

/** Everything that the nodes need, directly or not; the nodes themselves only where another of them needs them. */
export function ancestors<T extends string>(graph: Graph<T>, nodes: Iterable<T>): Set<T> {
  return reach(graph, nodes)
}

/** Everything that needs the nodes, directly or not. */
export function descendants<T extends string>(graph: Graph<T>, nodes: Iterable<T>): Set<T> {
  return reach(reversed(graph), nodes)
}

/** A cycle as a path that ends where it began, each node needing the next; undefined when there is none. */
export function cycle<T extends string>(graph: Graph<T>): T[] | undefined {
  const clear = new Set<T>()
  for (const start of graph.keys()) {
    const found = cycleFrom(graph, start, clear)
    if (found !== undefined) return found
  }
  return undefined
}

/** Depth first without recursion, since a chain of stages may be long. `clear` collects nodes that lead to no cycle. */
function cycleFrom<T extends string>(graph: Graph<T>, start: T, clear: Set<T>): T[] | undefined {
  if (clear.has(start)) return undefined
  const path = [start]
  const untried = [[...needsOf(graph, start)]]
  const onPath = new Set(path)
  while (path.length > 0) {
    const next = untried.at(-1)!.shift()
    if (next === undefined) {
      const done = path.pop()!
      untried.pop()
      onPath.delete(done)
      clear.add(done)
    } else if (onPath.has(next)) {
      return [...path.slice(path.indexOf(next)), next]
    } else if (!clear.has(next)) {
      path.push(next)
      onPath.add(next)
      untried.push([...needsOf(graph, next)])
    }
  }
  return undefined
}

function reach<T extends string>(graph: Graph<T>, nodes: Iterable<T>): Set<T> {
  const reached = new Set<T>()
  const pending = [...nodes]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const next of needsOf(graph, node)) {
      if (reached.has(next)) continue
      reached.add(next)
      pending.push(next)
    }
  }
  return reached
}

function reversed<T extends string>(graph: Graph<T>): Map<T, T[]> {
  const result = new Map<T, T[]>([...graph.keys()].map((node) => [node, []]))
  for (const [node, needs] of graph) {
    for (const need of new Set(needs)) {
      needsOf(graph, need)
      result.get(need)!.push(node)
    }
  }
  return result
}

function needsOf<T extends string>(graph: Graph<T>, node: T): readonly T[] {
  const needs = graph.get(node)
  if (needs === undefined) throw new Error(`the graph has no node ${node}`)
  return needs
}

/** Keeps `ready` sorted with the smallest last, where it is taken from. */
function insert<T>(ready: T[], node: T, compare: (a: T, b: T) => number): void {
  let low = 0, high = ready.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(ready[middle]!, node) > 0) low = middle + 1
    else high = middle
  }
  ready.splice(low, 0, node)
}
