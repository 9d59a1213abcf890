// What a row of the table of engines holds.
import type { Engine } from '../engine.ts'
import { packageVersion } from '../packages.ts'

export interface OpenOptions {
  /** Threads for one operation; an engine that cannot use several uses one. Results do not depend on it. */
  readonly threads: number
}

export type Probe =
  /**
   * `device` in words: `NVIDIA GPU`, `CPU`. `software` for an adapter that computes on the CPU in a GPU's stead, or whose
   * nature cannot be told: it may be asked for by name, but `auto` passes it over.
   */
  | { readonly available: true; readonly version: string; readonly device: string; readonly software?: 'yes' | 'unknown' }
  /** `remedy` is one command or one step that would make it available. */
  | { readonly available: false; readonly reason: string; readonly remedy: string }

export interface EngineRow {
  readonly name: string
  readonly doc: string
  /** Raise it whenever the same step would give other bits on the same packages. */
  readonly version: number
  /** The packages that do the arithmetic: their versions enter the identity. */
  readonly packages: readonly string[]
  /** The runtime may be used from one thread of a process at a time: stages run one after the other. */
  readonly oneThread?: true
  /** Whether the packages are installed and the device is seen, without loading them. */
  present(): boolean
  /** Loads what it must to be sure. Never throws. */
  probe(): Promise<Probe>
  /** Throws when the engine is not available. */
  open(options: OpenOptions): Promise<Engine>
}

/**
 * Name, our version and the packages', read without loading them:
 * `graph-cpu/1 onnxruntime-node@1.30.0 @tensorflow/tfjs@4.22.0`.
 */
export function identityOf({ name, version, packages }: Pick<EngineRow, 'name' | 'version' | 'packages'>): string {
  return [`${name}/${version}`, ...packages.map((each) => `${each}@${packageVersion(each) ?? 'absent'}`)].join(' ')
}

/** Runs a probe so that a package which fails to load becomes a reason. */
export async function probeBy(remedy: string, look: () => Promise<Probe>): Promise<Probe> {
  try {
    return await look()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { available: false, reason: message.split('\n')[0]!, remedy }
  }
}
