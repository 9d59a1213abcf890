// One stage at a time, through the runner's own machinery and a store in memory.
import * as assert from 'uvu/assert'
import { keyOf } from '../../src/plan/key.ts'
import type { Identity, Json, Key } from '../../src/plan/node.ts'
import type { Failure, Outcome } from '../../src/run/executor.ts'
import { rowsFile } from '../../src/run/files.ts'
import type { Artifact, Files } from '../../src/run/stage.ts'
import { memoryStore } from '../../src/run/store.ts'
import { openOnce, perform } from '../../src/run/task.ts'
import { stages } from '../../src/stages/index.ts'
import { engineIdentity, resolveEngine } from '../../src/tensor/index.ts'

export interface Bench {
  /** Keeps files as the result of nothing in particular, to be an input. */
  given(files: Files): Key
  /** The same for rows, under the name that stages look for. */
  rows(name: string, rows: readonly unknown[]): Key
  /** Carries a stage out, which must succeed. */
  run(stage: string, params: Json, inputs: Readonly<Record<string, Key>>, seed?: number): Promise<Artifact>
  /** Carries a stage out, which must fail through the user's input. */
  fails(stage: string, params: Json, inputs: Readonly<Record<string, Key>>): Promise<Failure>
}

const engineName = 'eager-cpu'

export function openBench(): Bench {
  const store = memoryStore()
  const engine = openOnce(async () => (await resolveEngine(engineName, { threads: 1 })).engine!)
  let counted = 0
  const given = (files: Files): Key => {
    const identity: Identity = { stage: 'given', version: 1, params: { number: (counted += 1) }, inputs: {} }
    const key = keyOf(identity)
    store.put({ key, identity, label: 'given', files, seconds: 0 })
    return key
  }
  const carry = async (stage: string, params: Json, inputs: Readonly<Record<string, Key>>, seed: number): Promise<[Key, Outcome]> => {
    const { version, seeded, numeric } = stages[stage]!
    const identity: Identity = {
      stage, version, params, inputs, ...(seeded ? { seed } : {}), ...(numeric ? { engine: engineIdentity(engineName) } : {}),
    }
    const node = { key: keyOf(identity), identity, label: stage, neededBy: [], cost: { tokens: 0, bytes: 0 } }
    const watch = { onProgress: () => {}, signal: new AbortController().signal }
    return [node.key, await perform(node, { stages, store, engine }, watch)]
  }
  return {
    given,
    rows: (name, rows) => given({ [name]: rowsFile(rows) }),
    run: async (stage, params, inputs, seed = 1) => {
      const [key, outcome] = await carry(stage, params, inputs, seed)
      assert.is(outcome.kind, 'finished', JSON.stringify(outcome))
      return store.artifact(key)
    },
    fails: async (stage, params, inputs) => {
      const [, outcome] = await carry(stage, params, inputs, 1)
      assert.is(outcome.kind, 'failed', `${stage} did not fail`)
      const failure = outcome as Failure
      assert.ok(failure.remedy !== '', failure.stack)
      return failure
    },
  }
}
