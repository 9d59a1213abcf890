// A process that carries out timed work on request, ours or a peer's: one JSON line in, one out.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Timing } from './ours.ts'
import type { Task } from './sizes.ts'

export interface Request {
  readonly task: Task
  readonly variant: string
  readonly size: object
  readonly shape: object
  readonly repeat: number
}

export interface Answer {
  readonly times?: readonly Timing[]
  readonly error?: string
  /** The most memory the process has held so far. */
  readonly megabytes: number
}

export interface Worker {
  readonly versions: Readonly<Record<string, string>>
  ask(request: Request): Promise<Answer>
  close(): void
}

/** Undefined when the process does not come up: no such program, or a library missing. */
export async function openWorker(command: string, args: readonly string[], threads: number): Promise<Worker | undefined> {
  const child = spawn(command, [...args, String(threads)], {
    env: { ...process.env, OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) },
    stdio: ['pipe', 'pipe', process.env['DICE_BENCH_VERBOSE'] === undefined ? 'ignore' : 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const failed = new Promise<undefined>((settle) => child.once('error', () => settle(undefined)))
  const next = async (): Promise<string | undefined> => {
    const line = await Promise.race([lines.next(), failed])
    return line === undefined || line.done === true ? undefined : line.value
  }
  const greeting = await next()
  if (greeting === undefined) return undefined
  const { versions } = JSON.parse(greeting) as Pick<Worker, 'versions'>
  return {
    versions,
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      const line = await next()
      return line === undefined ? { error: 'the process ended', megabytes: 0 } : JSON.parse(line) as Answer
    },
    close: () => child.stdin.end(),
  }
}
