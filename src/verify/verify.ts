// Every engine against the same arithmetic in double precision: what stages compute, how far it lies off, whether that passes.
import type { Engine } from '../tensor/engine.ts'
import { engines } from '../tensor/index.ts'
import type { EngineName, EngineRow } from '../tensor/index.ts'
import { difference } from './check.ts'
import type { Check, Difference, Quantities } from './check.ts'
import { forwardCheck, sampleCheck, scoreCheck } from './reading.ts'
import { adamwCheck, adapterCheck, preferencesCheck, tokensCheck } from './training.ts'

/** What is checked, by name. */
export const checks = {
  forward: forwardCheck,
  score: scoreCheck,
  sample: sampleCheck,
  tokens: tokensCheck,
  preferences: preferencesCheck,
  adapter: adapterCheck,
  adamw: adamwCheck,
} as const satisfies Readonly<Record<string, Check>>

export type CheckName = keyof typeof checks

export interface Outcome extends Difference {
  readonly check: CheckName
  readonly tolerance: number
  readonly passed: boolean
  /** What was thrown instead of a result. */
  readonly error?: string
}

export type Verification =
  | Tested
  | { readonly engine: EngineName; readonly tested: false; readonly reason: string; readonly remedy: string }

export interface Tested {
  readonly engine: EngineName
  readonly tested: true
  readonly device: string
  readonly version: string
  readonly outcomes: readonly Outcome[]
}

/** Runs all checks on each engine in turn. What is wrong with an engine is an outcome; nothing throws but our own mistakes. */
export async function* verify(names: readonly EngineName[]): AsyncGenerator<Verification, void, void> {
  const expected = new Map<CheckName, Quantities>()
  for (const engine of names) {
    const row: EngineRow = engines[engine]
    const probe = await row.probe()
    if (!probe.available) {
      yield { engine, tested: false, reason: probe.reason, remedy: probe.remedy }
      continue
    }
    const opened = await row.open({ threads: 1 })
    const outcomes: Outcome[] = []
    for (const [name, check] of Object.entries(checks) as [CheckName, Check][]) {
      const right = expected.get(name) ?? check.expected()
      expected.set(name, right)
      outcomes.push(await outcome(opened, name, check, right))
    }
    await opened.dispose()
    yield { engine, tested: true, device: probe.device, version: probe.version, outcomes }
  }
}

/** Kernels that fail to compile or to run are what this is here to find. */
export async function outcome(
  engine: Engine, name: CheckName, { run, tolerance }: Check, expected: Quantities,
): Promise<Outcome> {
  const found = await run(engine).catch((error: Error) => error)
  if (found instanceof Error) {
    return { check: name, absolute: Infinity, relative: Infinity, tolerance, passed: false, error: found.message }
  }
  const apart = difference(found, expected)
  return { check: name, ...apart, tolerance, passed: apart.relative <= tolerance }
}
