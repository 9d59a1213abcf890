// The table of engines and the choice among them. Importing this file loads neither TensorFlow.js nor ONNX Runtime.
import type { Engine } from './engine.ts'
import { eagerCpu } from './engines/eager-cpu.ts'
import { eagerGpu } from './engines/eager-gpu.ts'
import { eagerWasm } from './engines/eager-wasm.ts'
import { graphCpu } from './engines/graph-cpu.ts'
import { graphCuda } from './engines/graph-cuda.ts'
import { graphWebGpu } from './engines/graph-webgpu.ts'
import { identityOf } from './engines/row.ts'
import type { EngineRow, OpenOptions } from './engines/row.ts'
import { selfTest } from './selftest.ts'

export type { EngineRow, OpenOptions, Probe } from './engines/row.ts'

/**
 * In order of preference. Graphs on a GPU stand behind those on the CPU, which any machine that has the one also has: they have been
 * tested on a software adapter alone, so until they have been measured on hardware one asks for them by name.
 */
export const engines = {
  'eager-gpu': eagerGpu,
  'graph-cpu': graphCpu,
  'graph-cuda': graphCuda,
  'graph-webgpu': graphWebGpu,
  'eager-wasm': eagerWasm,
  'eager-cpu': eagerCpu,
} as const satisfies Record<string, EngineRow>

export type EngineName = keyof typeof engines

export const engineNames = Object.keys(engines) as readonly EngineName[]

export const isEngineName = (text: string): text is EngineName => Object.hasOwn(engines, text)

/** Engines whose packages are installed and whose device is seen, best first; loads none. The first is what a planner takes for `auto`. */
export function presentEngines(): readonly EngineName[] {
  return engineNames.filter((name) => engines[name].present())
}

/** What enters the key of a numeric stage: name, our version and the packages', found without loading them. */
export function engineIdentity(name: EngineName): string {
  return identityOf(engines[name])
}

/** How many of `wanted` threads may each open the engine. */
export function mostThreads(name: EngineName, wanted: number): number {
  const row: EngineRow = engines[name]
  return row.oneThread === true ? 1 : wanted
}

export interface Rejected {
  readonly name: EngineName
  /** A clause without a final stop: `no NVIDIA GPU is seen`. */
  readonly reason: string
  readonly remedy: string
}

/** `engine` is absent when none that was asked for works; `rejected` says why of each that was tried and refused. */
export interface Resolution {
  readonly engine?: Engine
  readonly rejected: readonly Rejected[]
}

/** Opens the named engine, or for `auto` the best, once it has passed its self-test. The caller disposes it. */
export async function resolveEngine(name: EngineName | 'auto', options: OpenOptions): Promise<Resolution> {
  const rejected: Rejected[] = []
  for (const candidate of name === 'auto' ? engineNames : [name]) {
    const result = await openTested(candidate, options, name === 'auto')
    if (!('reason' in result)) return { engine: result, rejected }
    rejected.push(result)
  }
  return { rejected }
}

async function openTested(name: EngineName, options: OpenOptions, automatic: boolean): Promise<Engine | Rejected> {
  const row: EngineRow = engines[name]
  const probe = await row.probe()
  if (!probe.available) return { name, reason: probe.reason, remedy: probe.remedy }
  if (automatic && probe.software !== undefined) {
    return { name, reason: `${probe.device} may compute on the CPU in a GPU's stead`, remedy: `ask for it with --engine ${name}` }
  }
  const engine = await row.open(options)
  const failure = await selfTest(engine).catch((error: Error) => `its self-test failed: ${error.message}`)
  if (failure === undefined) return engine
  await engine.dispose()
  return { name, reason: failure, remedy: 'choose another engine with --engine' }
}
