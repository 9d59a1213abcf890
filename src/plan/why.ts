// Why stages have to run: in what each differs from the stored result nearest to it, followed through the inputs
// of both to where the difference begins.
import { ownChanges, union, type Change } from './difference.ts'
import { descendants } from './graph.ts'
import { canonical, shortKey } from './key.ts'
import type { Identity, Key, Node, Plan } from './node.ts'
import { graphOf, toRun, wanted } from './walk.ts'

/** A result that is in the store: what was computed, not what came out. */
export interface Known {
  readonly key: Key
  readonly identity: Identity
  readonly label: string
}

/** A change and the stage it is in: the first one on the way downstream. */
export interface Cause {
  readonly change: Change
  /** The same for what is one change, wherever it appears: β from 0.1 to 0.2 in the training of every round. */
  readonly name: string
  /** In the plan. */
  readonly stage: Known
  /** What the stage is compared with. */
  readonly relative: Known
}

export interface Reason {
  readonly node: Node
  /** `idle` is a stage that is not stored, and not needed because what it feeds is. */
  readonly state: 'run' | 'stored' | 'idle'
  /** The stored result of the same kind of stage with the fewest changes; undefined when none of the kind is stored. */
  readonly nearest?: Known
  /** Those of the stage itself first, then those upstream. Empty for what is stored. */
  readonly causes: readonly Cause[]
  /** Ports of inputs and files, `seed` and `engine`: the same as the nearest's. */
  readonly unchanged: readonly string[]
  /** Stages that will run and need this one, directly or not. */
  readonly follow: readonly Key[]
}

/** For the stages named, or all that will run, in the plan's order. Of stored results that are equally near, the first counts. */
export function reasons(plan: Plan, stored: readonly Known[], about?: ReadonlySet<Key>): Reason[] {
  const there = new Set(stored.map(({ key }) => key))
  const graph = graphOf(plan)
  const running = toRun(graph, wanted(plan), (key) => there.has(key))
  const compare = comparison(new Map([...stored, ...plan.nodes].map((known) => [known.key, known])))
  const planned = new Set(plan.nodes.map(({ key }) => key))
  const kinds = byKind(stored)
  return plan.nodes.filter(({ key }) => (about ?? running).has(key)).map((node): Reason => {
    const follow = [...descendants(graph, [node.key])].filter((key) => running.has(key))
    if (there.has(node.key)) return { node, state: 'stored', causes: [], unchanged: [], follow }
    const found = nearest(node, kinds.get(node.identity.stage) ?? [], compare, planned)
    const state = running.has(node.key) ? 'run' : 'idle'
    if (found === undefined) return { node, state, causes: [], unchanged: [], follow }
    const { relative, causes } = found
    return { node, state, nearest: relative, causes, unchanged: unchanged(relative.identity, node.identity), follow }
  })
}

function byKind(stored: readonly Known[]): Map<string, Known[]> {
  const kinds = new Map<string, Known[]>()
  for (const known of stored) {
    const alike = kinds.get(known.identity.stage)
    if (alike === undefined) kinds.set(known.identity.stage, [known])
    else alike.push(known)
  }
  return kinds
}

function causeOf(change: Change, stage: Known, relative: Known): Cause {
  const { kind, field, before, now } = change
  const where = kind === 'seed' || kind === 'engine' ? '' : stage.identity.stage
  return { change, name: canonical([kind, where, field, before ?? null, now ?? null]), stage, relative }
}

type Compare = (before: Known, now: Known) => readonly Cause[]

/**
 * Fewest inputs that are another kind of thing, then fewest distinct changes; then the one that bears the same label, then
 * the nearest numbers, then one that this plan does not use itself (an earlier version, not a sibling), then the first given.
 */
function nearest(node: Node, candidates: readonly Known[], compare: Compare, planned: ReadonlySet<Key>) {
  let best: { relative: Known; causes: readonly Cause[]; rank: readonly number[] } | undefined
  for (const relative of candidates) {
    const causes = compare(relative, node)
    const distinct = new Map(causes.map(({ name, change }) => [name, change]))
    const rank = [
      causes.filter(({ change }) => change.kind === 'input').length,
      distinct.size,
      Number(relative.label !== node.label),
      [...distinct.values()].reduce((sum, change) => sum + step(change), 0),
      Number(planned.has(relative.key)),
    ]
    if (best === undefined || precedes(rank, best.rank)) best = { relative, causes, rank }
  }
  return best
}

/** How far a number has moved, as a share of what it is; 0 for what is no number. */
function step({ before, now }: Change): number {
  return typeof before === 'number' && typeof now === 'number' ? Math.abs(now - before) / (Math.abs(now) + Math.abs(before)) : 0
}

function precedes(one: readonly number[], other: readonly number[]): boolean {
  const place = one.findIndex((value, index) => value !== other[index])
  return place >= 0 && one[place]! < other[place]!
}

/** Compares two stages of a kind with all that leads to them. Every pair of stages is compared once. */
function comparison(known: ReadonlyMap<Key, Known>): Compare {
  const compared = new Map<string, readonly Cause[]>()
  const compare = (relative: Known, stage: Known): readonly Cause[] => {
    const pair = `${relative.key} ${stage.key}`
    const before = compared.get(pair)
    if (before !== undefined) return before
    const causes = new Set<Cause>(ownChanges(relative.identity, stage.identity).map((change) => causeOf(change, stage, relative)))
    for (const port of union(relative.identity.inputs, stage.identity.inputs)) {
      for (const cause of follow(port, relative, stage)) causes.add(cause)
    }
    const found = [...causes]
    compared.set(pair, found)
    return found
  }
  const follow = (port: string, relative: Known, stage: Known): Cause[] => {
    const [were, are] = [keysOf(relative.identity, port), keysOf(stage.identity, port)]
    return Array.from({ length: Math.max(were.length, are.length) }, (_, index) => index).flatMap((index) => {
      const [was, is] = [were[index], are[index]]
      if (was === is) return []
      const old = was === undefined ? undefined : known.get(was)
      const now = is === undefined ? undefined : known.get(is)
      if (old !== undefined && now !== undefined && old.identity.stage === now.identity.stage) return [...compare(old, now)]
      const change: Change = {
        kind: 'input', field: port,
        ...(was === undefined ? {} : { before: old === undefined ? `${shortKey(was)} (no longer stored)` : old.label }),
        ...(is === undefined ? {} : { now: now?.label ?? shortKey(is) }),
      }
      return [causeOf(change, stage, relative)]
    })
  }
  return compare
}

function keysOf(identity: Identity, port: string): readonly Key[] {
  const found = Object.hasOwn(identity.inputs, port) ? identity.inputs[port]! : []
  return typeof found === 'string' ? [found] : found
}

function unchanged(before: Identity, now: Identity): string[] {
  const same = (some: Identity['inputs'], others: Identity['inputs']): string[] =>
    Object.keys(others).filter((name) => Object.hasOwn(some, name) && canonical(some[name]) === canonical(others[name])).sort()
  return [
    ...same(before.inputs, now.inputs),
    ...Object.keys(now.files ?? {}).filter((port) => before.files?.[port] === now.files?.[port]).sort(),
    ...(now.seed !== undefined && now.seed === before.seed ? ['seed'] : []),
    ...(now.engine !== undefined && now.engine === before.engine ? ['engine'] : []),
  ]
}
