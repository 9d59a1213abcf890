// What each worker thread runs: the tables of stages and engines, served to the main thread.
import { workerData } from 'node:worker_threads'
import { serve } from '../run/serve.ts'
import { StageFailure } from '../run/stage.ts'
import { stages } from '../stages/index.ts'
import type { Engine } from '../tensor/engine.ts'
import { resolveEngine } from '../tensor/index.ts'
import type { EngineName } from '../tensor/index.ts'

export interface WorkerSettings {
  readonly storeRoot: string
  readonly engine: EngineName
  /** Threads for each worker's engine. */
  readonly threads: number
}

const settings = workerData as WorkerSettings

async function open(): Promise<Engine> {
  const { engine, rejected } = await resolveEngine(settings.engine, { threads: settings.threads })
  if (engine !== undefined) return engine
  const refused = rejected.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  throw new StageFailure(`no engine could be opened (${refused})`, rejected[0]?.remedy ?? 'see `dice doctor`')
}

serve({ stages, openEngine: open, engineName: settings.engine, storeRoot: settings.storeRoot })
