// What a report is made from: the checked program, its plan, and whatever the stages left behind.
import type { Program } from '../language/program.ts'
import type { Key, Node, Plan, Target } from '../plan/node.ts'
import type { Artifact } from '../run/stage.ts'
import type { Vocabulary } from '../vocabulary/kind.ts'

export interface Results {
  readonly program: Program
  readonly plan: Plan
  /** Units, axis names and the words to highlight come from here. */
  readonly vocabulary: Vocabulary
  /** Identity of the engine that computed, for the footer. */
  readonly engine: string
  /** Undefined when the stage failed or was skipped. */
  read(key: Key): Artifact | undefined
}

/** What is behind one line of a table: a model, its round and its swept settings; one target for each seed. */
export interface Subject {
  readonly model: string
  readonly round: number
  readonly variant: Target['variant']
  readonly targets: readonly Target[]
}

/** Targets of one declaration that hold one kind of value, gathered over seeds, in the order of the plan. */
export function subjects(plan: Plan, holds: string, wanted: (target: Target) => boolean): Subject[] {
  const found = new Map<string, { model: string; round: number; variant: Target['variant']; targets: Target[] }>()
  for (const target of plan.targets) {
    if (target.holds !== holds || !wanted(target)) continue
    const { model, round, variant } = target
    const id = JSON.stringify([model, round, Object.entries(variant).sort(([a], [b]) => (a < b ? -1 : 1))])
    const subject = found.get(id) ?? { model, round, variant, targets: [] }
    subject.targets.push(target)
    found.set(id, subject)
  }
  return [...found.values()].map((subject) => ({ ...subject, targets: [...subject.targets].sort((a, b) => a.seed - b.seed) }))
}

/** The stages to blame for a missing result: the first ones on the way to it that have no result although their inputs do. */
export function causes(results: Results, key: Key): Node[] {
  const nodes = new Map(results.plan.nodes.map((node) => [node.key, node]))
  const found = new Map<Key, Node>()
  const seen = new Set<Key>()
  const visit = (at: Key): void => {
    const node = nodes.get(at)
    if (node === undefined || seen.has(at)) return
    seen.add(at)
    const absent = Object.values(node.identity.inputs).flat().filter((input) => results.read(input as Key) === undefined) as Key[]
    if (absent.length === 0) found.set(at, node)
    for (const input of absent) visit(input)
  }
  visit(key)
  return [...found.values()]
}

/** The sentence shown in place of a number. */
export function notAvailable(results: Results, keys: readonly Key[]): string {
  const blamed = keys.flatMap((key) => causes(results, key))
  const named = ({ label, identity: { seed } }: Node): string => (seed === undefined ? label : `${label} (seed ${seed})`)
  const labels = new Set(blamed.map(named))
  return `not available: stage ${[...labels].join(', ') || 'unknown to the plan'} failed or did not run`
}
