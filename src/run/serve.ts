// A worker thread's side: takes one stage after another, carries it out, and says how it goes.
import { parentPort } from 'node:worker_threads'
import type { Engine, Kernel } from '../tensor/engine.ts'
import { openStore } from './folder.ts'
import type { FromWorker, ToWorker } from './message.ts'
import type { AnyStage, Progress } from './stage.ts'
import type { Store } from './store.ts'
import { failureOf, openOnce, perform, type Workshop } from './task.ts'

export interface Service {
  readonly stages: Readonly<Record<string, AnyStage>>
  readonly openEngine: (name: string) => Promise<Engine>
  readonly engineName: string
  readonly storeRoot: string
}

/** At most this many milliseconds' worth of silence between progress messages of a busy stage, and no more often. */
const progressInterval = 100

/** Serves until the main thread ends the worker. Call it once, from the worker's entry. */
export function serve(service: Service): void {
  const port = parentPort
  if (port === null) throw new Error('serve() was called outside a worker thread')
  const post = (message: FromWorker) => port.postMessage(message)
  let store: Store | undefined
  const engine = openOnce(() => service.openEngine(service.engineName))
  const workshop = (check: () => void): Workshop => ({
    stages: service.stages,
    get store() {
      return (store ??= openStore(service.storeRoot, { onDamage: (damage) => post({ kind: 'damage', damage }) }))
    },
    engine: async () => stoppable(await engine(), check),
  })
  port.on('message', (message: ToWorker) => {
    const { signal, check } = stopOf(message.stop)
    const report = throttled((progress) => post({ kind: 'progress', progress }), progressInterval)
    const onProgress: Report = (progress) => {
      check()
      report(progress)
    }
    const onWarning = (text: string) => post({ kind: 'warning', message: text })
    perform(message.node, workshop(check), { signal, onProgress, onWarning })
      .catch(failureOf)
      .then((outcome) => post({ kind: 'outcome', outcome }))
  })
}

/** `check` throws once the main thread has raised the flag, and `signal` is aborted then. */
function stopOf(shared: SharedArrayBuffer): { readonly signal: AbortSignal; readonly check: () => void } {
  const flag = new Int32Array(shared)
  const controller = new AbortController()
  const check = () => {
    if (Atomics.load(flag, 0) === 1) controller.abort()
    controller.signal.throwIfAborted()
  }
  return { signal: controller.signal, check }
}

/** The engine, with a check before each run of a kernel. */
function stoppable(engine: Engine, check: () => void): Engine {
  const compile: Engine['compile'] = async (...given) => {
    check()
    const kernel = await engine.compile(...given)
    const run: Kernel['run'] = async (inputs) => {
      check()
      return kernel.run(inputs)
    }
    return { ...kernel, run }
  }
  return { ...engine, compile }
}

type Report = (progress: Progress) => void

/** Passes on the first report, the last (done = total), and between them no more than one each interval (milliseconds). */
export function throttled(send: Report, interval: number, now = () => performance.now()): Report {
  let last = -Infinity
  return (progress) => {
    if (progress.done < progress.total && now() - last < interval) return
    last = now()
    send(progress)
  }
}
