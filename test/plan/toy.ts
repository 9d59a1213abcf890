// Toy plans for tests: four kinds of stages, and random graphs of them determined by a seed.
import { planner, type Planner, type Request, type StageFacts } from '../../src/plan/planner.ts'
import type { Key, Plan } from '../../src/plan/node.ts'
import { integer, permutation, stream } from '../../src/random.ts'

export const toyStages: Readonly<Record<string, StageFacts>> = {
  read: { version: 1, numeric: false, seeded: false },
  draw: { version: 1, numeric: false, seeded: true },
  train: { version: 2, numeric: true, seeded: true },
  join: { version: 1, numeric: false, seeded: false },
}

export const toyEngine = 'toy 1.0'

/** A planner of toy stages and a short way to add to it. */
export function toyPlanner(stages = toyStages): Planner & { short(stage: string, label: string, inputs?: Key[], rest?: Partial<Request>): Key } {
  const made = planner(stages, toyEngine)
  const short = (stage: string, label: string, inputs: Key[] = [], rest: Partial<Request> = {}): Key => made.add({
    stage, label, params: { label }, inputs: { from: inputs }, seed: 1, neededBy: [label], cost: { tokens: 0, bytes: 0 }, ...rest,
  })
  return { ...made, short }
}

/** A random plan: each stage takes up to three earlier ones. `shuffle` changes only the order of adding. */
export function randomPlan(seed: string, count: number, shuffle = 0): Plan {
  const random = stream(seed)
  const needs = Array.from({ length: count }, (_, index) => Array.from(
    { length: index === 0 ? 0 : integer(random.child(index), 0, 4) },
    (_, port) => integer(random.child(index), port + 1, index),
  ))
  const { short, plan } = toyPlanner()
  const keys = new Map<number, Key>()
  const priority = permutation(stream(`${seed} ${shuffle}`), count)
  while (keys.size < count) {
    const open = needs.flatMap((inputs, index) => (!keys.has(index) && inputs.every((input) => keys.has(input)) ? [index] : []))
    const next = open.sort((a, b) => priority[a]! - priority[b]!)[0]!
    const kind = Object.keys(toyStages)[integer(random.child(next), 9, 4)]!
    keys.set(next, short(kind, `stage ${next}`, needs[next]!.map((input) => keys.get(input)!)))
  }
  return plan([])
}
