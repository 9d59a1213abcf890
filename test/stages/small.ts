// Whole experiments in this thread, in a store in memory: what stages leave, and what they are given.
import * as assert from 'uvu/assert'
import { gatherFacts } from '../../src/edge/facts.ts'
import { frame } from '../../src/frame.ts'
import { expand } from '../../src/kinds/expand.ts'
import { vocabulary } from '../../src/kinds/index.ts'
import { analyze } from '../../src/language/analyze.ts'
import type { Node, Plan } from '../../src/plan/node.ts'
import { run } from '../../src/run/run.ts'
import type { Artifact } from '../../src/run/stage.ts'
import { memoryStore, type Store } from '../../src/run/store.ts'
import { inline, openOnce } from '../../src/run/task.ts'
import { stages } from '../../src/stages/index.ts'
import { engineIdentity, engines } from '../../src/tensor/index.ts'
import { names } from '../model/small.ts'

const [name] = names

/** Paths in the text are absolute. */
export function planOf(text: string): Plan {
  const { plan, mistakes } = read(text)
  assert.equal(mistakes, [])
  return plan!
}

/** As people see them. */
export function mistakesOf(text: string): string[] {
  return read(text).mistakes
}

function read(text: string): { readonly plan: Plan | undefined; readonly mistakes: string[] } {
  const { program, diagnostics } = analyze({ path: 'test.dice', text }, vocabulary)
  const found = diagnostics.length > 0 || program === undefined
    ? { plan: undefined, diagnostics }
    : expand(program, { stages, engine: engineIdentity(name!), facts: gatherFacts(program, '/') })
  return { plan: found.plan, mistakes: found.diagnostics.map((one) => frame(one, { color: false })) }
}

export interface Carried {
  readonly plan: Plan
  readonly store: Store
  /** The one stage of a label. */
  readonly node: (label: string) => Node
  readonly result: (label: string) => Artifact
}

/** Runs every stage; a failure of one is a failure of the test. */
export async function carryOut(text: string): Promise<Carried> {
  const plan = planOf(text)
  const store = memoryStore()
  const engine = openOnce(() => engines[name!].open({ threads: 1 }))
  try {
    for await (const event of run(plan, { store, executor: inline({ stages, store, engine }) })) {
      if (event.kind === 'failed') throw new Error(`${plan.nodes.find(({ key }) => key === event.key)!.label}: ${event.message} ${event.stack}`)
    }
  } finally {
    await (await engine()).dispose()
  }
  const node = (label: string): Node => {
    const found = plan.nodes.filter((one) => one.label === label)
    assert.is(found.length, 1, `${found.length} stages are labelled ${label}: ${plan.nodes.map((one) => one.label).join(', ')}`)
    return found[0]!
  }
  return { plan, store, node, result: (label) => store.artifact(node(label).key) }
}
