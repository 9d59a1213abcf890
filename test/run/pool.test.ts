import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Node } from '../../src/plan/node.ts'
import type { Request } from '../../src/plan/planner.ts'
import type { Event } from '../../src/run/event.ts'
import type { Failure, Outcome } from '../../src/run/executor.ts'
import { openStore } from '../../src/run/folder.ts'
import { fileDigest } from '../../src/run/hash.ts'
import { entryBeside, openPool, type Pool } from '../../src/run/pool.ts'
import { run } from '../../src/run/run.ts'
import { throttled } from '../../src/run/serve.ts'
import type { Progress } from '../../src/run/stage.ts'
import { memoryStore, type Store } from '../../src/run/store.ts'
import { inline, openOnce } from '../../src/run/task.ts'
import { describe } from '../describe.ts'
import { randomPlan, toyPlanner } from '../plan/toy.ts'
import { openToyEngine, stages } from './fixtures/stages.ts'

interface Bench {
  readonly root: string
  readonly store: Store
  readonly pool: Pool
  /** Runs one stage by itself. */
  once(stage: string, rest?: Partial<Request>, signal?: AbortSignal, onProgress?: (progress: Progress) => void): Promise<Outcome>
}

async function withPool(size: number, test: (bench: Bench) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'dice-pool-'))
  const storeRoot = join(root, 'store')
  const pool = openPool({ size, entry: entryBeside(import.meta.url, './fixtures/worker'), data: { storeRoot } })
  const once: Bench['once'] = (stage, rest = {}, signal = new AbortController().signal, onProgress = () => {}) =>
    pool.execute(nodeOf(stage, rest), { signal, onProgress })
  try {
    await test({ root, pool, store: openStore(storeRoot), once })
  } finally {
    await pool.close()
    rmSync(root, { recursive: true, force: true })
  }
}

function nodeOf(stage: string, rest: Partial<Request> = {}): Node {
  const { short, plan } = toyPlanner(stages)
  short(stage, `one ${stage}`, [], rest)
  return plan([]).nodes[0]!
}

function failure(outcome: Outcome): Failure {
  assert.is(outcome.kind, 'failed')
  return outcome as Failure
}

describe('a pool of workers', (it) => {
  it('gives the digests that this thread gives', () => withPool(2, async ({ store, pool }) => {
    const plan = randomPlan('pool', 12)
    const here = memoryStore()
    const workshop = { stages, store: here, engine: openOnce(() => openToyEngine('toy')) }
    const events: Event[] = []
    for await (const event of run(plan, { store, executor: pool })) events.push(event)
    for await (const _ of run(plan, { store: here, executor: inline(workshop) }));
    assert.equal(events.filter((event) => event.kind === 'failed'), [])
    for (const { key } of plan.nodes) assert.is(store.digest(key)?.whole, here.digest(key)!.whole)
    const last = new Map(events.flatMap((event) => (event.kind === 'progress' ? [[event.key, event.progress] as const] : [])))
    assert.equal(last.get(plan.nodes[0]!.key), { done: 0, total: 3, unit: 'steps', metrics: { loss: 1 } })
  }))

  it('turns what stages throw into failures', () => withPool(1, async ({ once, store }) => {
    assert.equal(await once('fail'), { kind: 'failed', message: 'the set holds no prompt', remedy: 'give it at least one', stack: '' })
    const bug = failure(await once('throw'))
    assert.equal([bug.message, bug.remedy], ['undefined is not a tensor', ''])
    assert.match(bug.stack, 'stages')
    assert.is((await once('read')).kind, 'finished')
    assert.is(store.keys().length, 1)
  }))

  it('outlives a worker that dies, and says what it was doing', () => withPool(1, async ({ once }) => {
    assert.match(failure(await once('crash')).message, /the worker died while it ran crash \(one crash\), after 7 of 9 steps: .*3/)
    const detached = failure(await once('detach'))
    assert.match(detached.message, /died while it ran detach \(one detach\), before its first progress: .*nobody waits for me/)
    assert.is((await once('read')).kind, 'finished')
  }))

  it('stops a stage in the middle of its arithmetic, and starts another worker for the next', () => withPool(1, async ({ once, store }) => {
    const stop = new AbortController()
    const outcome = await once('spin', {}, stop.signal, () => setTimeout(() => stop.abort(), 50))
    assert.equal(outcome, { kind: 'interrupted' })
    assert.equal(store.keys(), [])
    assert.equal(await once('read', {}, AbortSignal.abort()), { kind: 'interrupted' })
    assert.is((await once('read')).kind, 'finished')
  }))

  it('lets a stage that computes on an engine stop by itself at its next step, and keeps the worker', () => withPool(1, async ({ once, store }) => {
    for (const stage of ['stepwise', 'kernels']) {
      const stop = new AbortController()
      const outcome = await once(stage, {}, stop.signal, () => setTimeout(() => stop.abort(), 50))
      assert.equal(outcome, { kind: 'interrupted' })
      assert.equal(store.keys(), [])
    }
    assert.is((await once('read')).kind, 'finished')
  }))

  it('runs as many stages at a time as it has workers, and keeps this thread free', () => withPool(2, async ({ store, pool }) => {
    const { short, plan } = toyPlanner(stages)
    for (let number = 0; number < 6; number++) short('slow', `slow ${number}`)
    let busy = 0, most = 0
    for await (const event of run(plan([]), { store, executor: pool })) {
      if (event.kind === 'started') most = Math.max(most, ++busy)
      if (event.kind === 'finished') busy -= 1
    }
    assert.is(most, 2)
    assert.is(store.keys().length, 6)
  }))

  it('refuses a stage too many: that would be our bug', () => withPool(1, async ({ once }) => {
    const first = once('slow')
    try {
      await once('read')
      assert.unreachable()
    } catch (error) {
      assert.match((error as Error).message, 'a pool of 1 was given one stage more')
    }
    assert.is((await first).kind, 'finished')
  }))

  it('passes on no more than about ten progress reports a second, and always the last', () => withPool(1, async ({ once }) => {
    const reports: Progress[] = []
    await once('chatty', {}, undefined, (progress) => reports.push(progress))
    assert.ok(reports.length >= 2 && reports.length < 30, String(reports.length))
    assert.equal([reports[0]!.done, reports.at(-1)!.done], [0, 5000])
  }))

  it('reads external files only while they are what was planned', () => withPool(1, async ({ root, once }) => {
    const path = join(root, 'text.txt')
    writeFileSync(path, 'as planned')
    const rest = { files: { text: fileDigest(path) }, paths: { text: path } }
    assert.is((await once('file', rest)).kind, 'finished')
    writeFileSync(path, 'as edited!')
    const changed = failure(await once('file', { ...rest, params: 1 }))
    assert.equal([changed.message, changed.remedy], [`${path} has changed since the plan was made`, 'run again: the stages that read it will be planned anew'])
    rmSync(path)
    assert.match(failure(await once('file', { ...rest, params: 2 })).message, `${path} cannot be read`)
    assert.match(failure(await once('file')).message, 'has no file at text')
  }))

  it('says which store cannot be written', () => withPool(1, async ({ root }) => {
    writeFileSync(join(root, 'file'), '')
    const pool = openPool({ size: 1, entry: entryBeside(import.meta.url, './fixtures/worker'), data: { storeRoot: join(root, 'file') } })
    const outcome = failure(await pool.execute(nodeOf('read'), { signal: new AbortController().signal, onProgress: () => {} }))
    assert.match(outcome.message, 'cannot write to the store')
    assert.match(outcome.remedy, '--store DIR')
    await pool.close()
  }))

  it('reports an entry that cannot be loaded', async () => {
    const pool = openPool({ size: 1, entry: entryBeside(import.meta.url, './fixtures/absent'), data: null })
    const outcome = failure(await pool.execute(nodeOf('read'), { signal: new AbortController().signal, onProgress: () => {} }))
    assert.match(outcome.message, /the worker died .*absent/s)
    await pool.close()
  })

  it('mends a damaged input within the run', () => withPool(2, async ({ store, pool, root }) => {
    const { short, plan: made } = toyPlanner(stages)
    const world = short('draw', 'world')
    const answer = short('join', 'answer', [world])
    const plan = made([])
    for await (const _ of run(plan, { store, executor: pool }));
    const before = store.digest(answer)!.whole
    store.remove(answer)
    const file = join(root, 'store', 'objects', world.slice(0, 2), world, 'value.json')
    writeFileSync(file, store.artifact(world).text('value.json').replace(/\d/, 'X'))
    const events: Event[] = []
    for await (const event of run(plan, { store, executor: pool })) events.push(event)
    assert.equal(events.filter((event) => event.kind !== 'progress').map((event) => [event.kind, event.key]), [
      ['cached', world], ['started', answer], ['started', world], ['finished', world], ['started', answer], ['finished', answer],
    ])
    assert.is(store.digest(answer)!.whole, before)
  }))
})

describe('progress of a worker', (it) => {
  it('is thinned by the clock', () => {
    let time = 0
    const sent: number[] = []
    const send = throttled((progress) => sent.push(progress.done), 100, () => time)
    for (const [at, done] of [[0, 1], [50, 2], [99, 3], [100, 4], [150, 5], [160, 9]] as const) {
      time = at
      send({ done, total: 9, unit: 'steps' })
    }
    assert.equal(sent, [1, 4, 9])
  })
})

describe('an engine', (it) => {
  it('is opened once, and again only after a failure', async () => {
    let calls = 0
    const engine = openOnce(() => (++calls === 1 ? Promise.reject(new Error('busy')) : openToyEngine('toy')))
    assert.is(await engine().catch((error: Error) => error.message), 'busy')
    assert.is(await engine(), await engine())
    assert.is(calls, 2)
  })
})
