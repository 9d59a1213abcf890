// Worker threads that carry out stages, so that the main thread stays free for progress, Ctrl-C and the notebook.
// A worker that dies takes only its own stage with it, and is replaced.
import { Worker } from 'node:worker_threads'
import type { Node } from '../plan/node.ts'
import type { Executor, Failure, Outcome, Watch } from './executor.ts'
import type { Damage } from './moving.ts'
import type { FromWorker, ToWorker } from './message.ts'
import type { Progress } from './stage.ts'

export interface PoolOptions {
  readonly size: number
  /** The module that calls `serve`; see `entryBeside`. */
  readonly entry: URL
  /** What the entry finds in `workerData`. */
  readonly data: unknown
  readonly onDamage?: (damage: Damage) => void
}

export interface Pool extends Executor {
  /** Ends all workers, in the middle of their work if need be. */
  close(): Promise<void>
}

/** The module `name` beside the calling one, in whichever form that runs: `.ts` from source, `.js` from the build. */
export function entryBeside(callerUrl: string, name: string): URL {
  const extension = /\.[jt]s$/.exec(new URL(callerUrl).pathname)?.[0]
  if (extension === undefined) throw new Error(`${callerUrl} is neither .ts nor .js`)
  return new URL(`${name}${extension}`, callerUrl)
}

/** Workers start when there is work for them. */
export function openPool(options: PoolOptions): Pool {
  const idle: Worker[] = []
  const all = new Set<Worker>()
  let busy = 0
  const start = (): Worker => {
    const worker = new Worker(options.entry, { workerData: options.data })
    all.add(worker)
    // Stays for as long as the worker: an error between stages must not end the process.
    worker.on('error', () => {})
    worker.on('exit', () => {
      all.delete(worker)
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
    })
    return worker
  }
  const execute = async (node: Node, watch: Watch): Promise<Outcome> => {
    if (watch.signal.aborted) return { kind: 'interrupted' }
    if (busy >= options.size) throw new Error(`a pool of ${options.size} was given one stage more`)
    busy += 1
    const worker = idle.pop() ?? start()
    const { outcome, alive } = await converse(worker, node, watch, options.onDamage ?? (() => {}))
    busy -= 1
    if (alive && all.has(worker)) idle.push(worker)
    else await worker.terminate()
    return outcome
  }
  const close = async () => {
    await Promise.all([...all].map((worker) => worker.terminate()))
  }
  return { size: options.size, execute, close }
}

interface End {
  readonly outcome: Outcome
  readonly alive: boolean
}

/** One stage on one worker, until it answers, dies or is to stop. */
function converse(worker: Worker, node: Node, watch: Watch, onDamage: (damage: Damage) => void): Promise<End> {
  return new Promise((settle) => {
    let last: Progress | undefined
    const end = (result: End) => {
      worker.off('message', onMessage).off('error', onError).off('messageerror', onError).off('exit', onExit)
      watch.signal.removeEventListener('abort', onAbort)
      settle(result)
    }
    const onMessage = (message: FromWorker) => {
      if (message.kind === 'outcome') end({ outcome: message.outcome, alive: true })
      else if (message.kind === 'damage') onDamage(message.damage)
      else if (message.kind === 'warning') watch.onWarning?.(message.message)
      else watch.onProgress((last = message.progress))
    }
    const onError = (error: unknown) => end({ outcome: crashed(node, last, error), alive: false })
    const onExit = (code: number) => end({ outcome: crashed(node, last, `exit code ${code}`), alive: false })
    const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const onAbort = () => {
      // To end a thread inside an engine's native code aborts the whole process: there the stage stops by itself, at its
      // next step. Plain code is ended where it stands.
      if (node.identity.engine !== undefined) Atomics.store(stop, 0, 1)
      else end({ outcome: { kind: 'interrupted' }, alive: false })
    }
    worker.on('message', onMessage).on('error', onError).on('messageerror', onError).on('exit', onExit)
    watch.signal.addEventListener('abort', onAbort)
    worker.postMessage({ kind: 'execute', node, stop: stop.buffer } satisfies ToWorker)
  })
}

function crashed(node: Node, last: Progress | undefined, cause: unknown): Failure {
  const { message, stack } = cause instanceof Error ? cause : { message: String(cause), stack: '' }
  const doing = last === undefined ? 'before its first progress' : `after ${last.done} of ${last.total} ${last.unit}`
  const outOfMemory = cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return {
    kind: 'failed',
    message: `the worker died while it ran ${node.identity.stage} (${node.label}), ${doing}: ${message}`,
    remedy: outOfMemory ? 'run fewer stages at a time with --jobs, or make the batch smaller' : '',
    stack: stack ?? '',
  }
}
