// Which stage may run next: the state of one run, without running anything.
import { descendants } from '../plan/graph.ts'
import type { Key, Node, Plan } from '../plan/node.ts'
import { graphOf, inputKeys, scope, toRun } from '../plan/walk.ts'

export interface Schedule {
  /** The stored stages among the goals and all they need, in the plan's order. */
  readonly stored: readonly Node[]
  /** The first stage in the plan's order whose inputs are all there; it counts as running from now on. */
  next(): Node | undefined
  finished(key: Key): void
  /** Gives the stages that now will never run, in the plan's order, each once in a schedule's life. */
  failed(key: Key): Key[]
  /** Gives up all that waits. */
  abandon(): Key[]
  /**
   * After `key` failed on a damaged input: puts both back to be run, with whatever that takes.
   * False when that was tried before or cannot help: then the failure stands.
   */
  retry(key: Key, damaged: Key): boolean
}

export function openSchedule(plan: Plan, goals: Iterable<Key>, stored: (key: Key) => boolean): Schedule {
  const wanted = [...goals]
  const graph = graphOf(plan)
  for (const key of wanted) if (!graph.has(key)) throw new Error(`the goal ${key} is not in the plan`)
  const inScope = scope(graph, wanted)
  const present = new Set([...inScope].filter(stored))
  const waiting = toRun(graph, wanted, (key) => present.has(key))
  const running = new Set<Key>()
  const lost = new Set<Key>()
  const retried = new Set<string>()

  const isThere = (input: Key) => !waiting.has(input) && !running.has(input) && !lost.has(input)
  const isReady = (node: Node) => waiting.has(node.key) && inputKeys(node.identity).every(isThere)
  const giveUp = (keys: ReadonlySet<Key>): Key[] => {
    const gone = plan.nodes.map((node) => node.key).filter((key) => keys.has(key) && waiting.has(key))
    for (const key of gone) {
      waiting.delete(key)
      lost.add(key)
    }
    return gone
  }
  return {
    stored: plan.nodes.filter((node) => present.has(node.key)),
    next: () => {
      const node = plan.nodes.find(isReady)
      if (node === undefined) return undefined
      waiting.delete(node.key)
      running.add(node.key)
      return node
    },
    finished: (key) => void running.delete(key),
    failed: (key) => {
      running.delete(key)
      lost.add(key)
      return giveUp(descendants(graph, [key]))
    },
    abandon: () => giveUp(waiting),
    retry: (key, damaged) => {
      const missing = toRun(graph, [key, damaged], stored)
      const attempt = `${key} ${damaged}`
      if (!graph.has(damaged) || retried.has(attempt) || [...missing].some((other) => lost.has(other))) return false
      retried.add(attempt)
      running.delete(key)
      for (const other of missing) if (!running.has(other)) waiting.add(other)
      return true
    },
  }
}
