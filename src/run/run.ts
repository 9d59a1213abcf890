// Runs a plan: what is not stored, in the order of dependence, as many stages at a time as the executor takes.
// Says what happens as events and nothing else.
import type { Key, Node, Plan } from '../plan/node.ts'
import { wanted } from '../plan/walk.ts'
import { channel } from './channel.ts'
import type { Event } from './event.ts'
import type { Executor, Outcome } from './executor.ts'
import { openSchedule, type Schedule } from './schedule.ts'
import type { Store } from './store.ts'
import { failureOf } from './task.ts'

export interface RunOptions {
  readonly store: Store
  readonly executor: Executor
  readonly signal?: AbortSignal
  /** After a failure, go on with what does not depend on it (the default), or start nothing more. */
  readonly keepGoing?: boolean
  /** What to bring about; all that the plan is for, unless given. */
  readonly targets?: Iterable<Key>
  /** Milliseconds since 1970, for `started`. */
  readonly now?: () => number
}

type News =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'ended'; readonly node: Node; readonly outcome: Outcome }

/**
 * Yields each event as it happens and ends when nothing is left to do. Every stored stage is `cached`; a stage that is
 * neither stored nor needed by one that must run is not mentioned. An input found damaged is computed again, once, and
 * then what failed on it: those stages are `started` a second time. Leaving the loop early stops what is running.
 */
export async function* run(plan: Plan, options: RunOptions): AsyncGenerator<Event, void, void> {
  const { store, executor, keepGoing = true, now = Date.now } = options
  const schedule = openSchedule(plan, options.targets ?? wanted(plan), store.has)
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, ...(options.signal === undefined ? [] : [options.signal])])
  const news = channel<News>()
  const running = new Map<Key, Promise<void>>()
  try {
    for (const { key } of schedule.stored) yield { kind: 'cached', key, digest: store.digest(key)?.whole ?? '' }
    for (;;) {
      while (!signal.aborted && running.size < executor.size) {
        const node = schedule.next()
        if (node === undefined) break
        // Another process that shares the store may have been faster.
        const known = store.digest(node.key)
        if (known !== undefined) schedule.finished(node.key)
        const { key } = node
        yield known === undefined ? { kind: 'started', key, at: now() } : { kind: 'cached', key, digest: known.whole }
        if (known === undefined) running.set(key, execute(node, executor, signal, news.put))
      }
      if (running.size === 0) return
      const next = await news.take()
      if (next.kind === 'event') yield next.event
      else if (running.delete(next.node.key)) yield* ended(next.node.key, next.outcome, schedule, keepGoing)
    }
  } finally {
    stop.abort()
    await Promise.all(running.values())
  }
}

function execute(node: Node, executor: Executor, signal: AbortSignal, put: (news: News) => void): Promise<void> {
  const onProgress = (progress: Extract<Event, { kind: 'progress' }>['progress']) =>
    put({ kind: 'event', event: { kind: 'progress', key: node.key, progress } })
  const onWarning = (message: string) => put({ kind: 'event', event: { kind: 'warning', key: node.key, message } })
  // A signal of its own, so that any number of stages may listen.
  return executor.execute(node, { onProgress, onWarning, signal: AbortSignal.any([signal]) })
    .catch(failureOf)
    .then((outcome) => put({ kind: 'ended', node, outcome }))
}

function* ended(key: Key, outcome: Outcome, schedule: Schedule, keepGoing: boolean): Generator<Event, void, void> {
  if (outcome.kind === 'interrupted') {
    yield { kind: 'interrupted', key }
  } else if (outcome.kind === 'finished') {
    schedule.finished(key)
    yield { kind: 'finished', key, digest: outcome.digest, seconds: outcome.seconds }
  } else if (outcome.damaged === undefined || !schedule.retry(key, outcome.damaged)) {
    const { message, remedy, stack } = outcome
    yield { kind: 'failed', key, message, remedy, stack }
    const skipped = [...schedule.failed(key), ...(keepGoing ? [] : schedule.abandon())]
    for (const other of skipped) yield { kind: 'skipped', key: other, because: key }
  }
}
