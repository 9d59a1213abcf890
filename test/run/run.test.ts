import * as assert from 'uvu/assert'
import { ancestors } from '../../src/plan/graph.ts'
import type { Key, Plan } from '../../src/plan/node.ts'
import { graphOf, inputKeys } from '../../src/plan/walk.ts'
import { integer, stream } from '../../src/random.ts'
import type { Event } from '../../src/run/event.ts'
import type { Executor } from '../../src/run/executor.ts'
import { run, type RunOptions } from '../../src/run/run.ts'
import { type Artifact, StageFailure } from '../../src/run/stage.ts'
import { DamagedResult, memoryStore, type Store } from '../../src/run/store.ts'
import { openOnce, perform } from '../../src/run/task.ts'
import { describe } from '../describe.ts'
import { randomPlan, toyPlanner } from '../plan/toy.ts'
import { openToyEngine, stages } from './fixtures/stages.ts'

/** Runs stages in this thread, several at a time, and remembers how many at most. */
function several(store: Store, size: number): Executor & { most: number; calls: number } {
  let busy = 0
  const workshop = { stages, store, engine: openOnce(() => openToyEngine('toy')) }
  const made = {
    size, most: 0, calls: 0,
    execute: async (...[node, watch]: Parameters<Executor['execute']>) => {
      made.calls += 1
      made.most = Math.max(made.most, ++busy)
      const outcome = await perform(node, workshop, watch)
      busy -= 1
      return outcome
    },
  }
  return made
}

async function collect(plan: Plan, store: Store, options: Partial<RunOptions> = {}): Promise<Event[]> {
  const events: Event[] = []
  for await (const event of run(plan, { store, executor: several(store, 3), now: () => 0, ...options })) events.push(event)
  return events
}

const kinds = (events: readonly Event[], kind: Event['kind']) => events.filter((event) => event.kind === kind)
const keysOf = (events: readonly Event[], kind: Event['kind']) => kinds(events, kind).map((event) => event.key).sort()
const digests = (store: Store) => Object.fromEntries(store.keys().map((key) => [key, store.digest(key)!.whole]))
const labels = (plan: Plan, keys: readonly Key[]) => keys.map((key) => plan.nodes.find((node) => node.key === key)!.label).sort()

describe('run', (it) => {
  it('runs every stage once, inputs first, and no more at a time than the executor takes', async () => {
    const plan = randomPlan('order', 30)
    const store = memoryStore()
    const executor = several(store, 4)
    const events = await collect(plan, store, { executor })
    assert.equal(keysOf(events, 'finished'), plan.nodes.map((node) => node.key).sort())
    assert.is(executor.calls, 30)
    assert.is(executor.most, 4)
    const at = (kind: Event['kind'], key: Key) => events.findIndex((event) => event.kind === kind && event.key === key)
    for (const { key, identity } of plan.nodes) {
      for (const input of inputKeys(identity)) assert.ok(at('finished', input) < at('started', key))
      assert.ok(at('started', key) < at('progress', key) && at('progress', key) < at('finished', key))
    }
  })

  it('takes everything from the store the second time, with the same digests', async () => {
    const plan = randomPlan('again', 20)
    const store = memoryStore()
    const first = await collect(plan, store)
    const executor = several(store, 3)
    const second = await collect(plan, store, { executor })
    assert.equal([executor.calls, second.length, kinds(second, 'cached').length], [0, 20, 20])
    const pairs = (events: readonly Event[]) => Object.fromEntries(events.flatMap((event) => ('digest' in event ? [[event.key, event.digest]] : [])))
    assert.equal(pairs(second), pairs(first))
  })

  it('does not recompute what only feeds stored results', async () => {
    const { short, plan: made } = toyPlanner()
    const world = short('draw', 'world')
    const model = short('train', 'model', [world])
    const answer = short('join', 'answer', [model])
    const plan = made([])
    const store = memoryStore()
    await collect(plan, store)
    store.remove(world)
    store.remove(answer)
    const events = await collect(plan, store)
    assert.equal(events.map((event) => [event.kind, event.key]).filter(([kind]) => kind !== 'progress'), [['cached', model], ['started', answer], ['finished', answer]])
    assert.is(store.has(world), false)
  })

  it('brings about only the targets and what they need', async () => {
    const plan = randomPlan('targets', 25)
    const store = memoryStore()
    const target = plan.nodes[12]!.key
    await collect(plan, store, { targets: [target] })
    assert.equal(store.keys(), [...ancestors(graphOf(plan), [target]), target].sort())
  })

  it('takes what another process stored meanwhile', async () => {
    const { short, plan: made } = toyPlanner()
    const late = short('join', 'late', [short('draw', 'early')])
    const plan = made([])
    const store = memoryStore()
    const other = memoryStore()
    await collect(plan, other)
    const events: Event[] = []
    for await (const event of run(plan, { store, executor: several(store, 1) })) {
      events.push(event)
      if (event.kind !== 'started') continue
      const why = other.why(late)!
      store.put({ key: late, ...why, files: { 'value.json': new Uint8Array() }, seconds: 0 })
    }
    assert.equal(keysOf(events, 'cached'), [late])
  })
})

describe('failures', (it) => {
  function failing(kind: string): { plan: Plan; bad: Key } {
    const { short, plan } = toyPlanner(stages)
    const world = short('draw', 'world')
    const bad = short(kind, 'bad', [world])
    const after = short('join', 'after', [bad])
    short('join', 'after both', [after, bad])
    short('join', 'beside', [short('join', 'also beside', [world])])
    return { plan: plan([]), bad }
  }

  it('of the user\'s input carry the remedy; dependents are skipped once, the rest goes on', async () => {
    const { plan, bad } = failing('fail')
    const events = await collect(plan, memoryStore())
    assert.equal(kinds(events, 'failed'), [{ kind: 'failed', key: bad, message: 'the set holds no prompt', remedy: 'give it at least one', stack: '' }])
    assert.equal(labels(plan, keysOf(events, 'skipped')), ['after', 'after both'])
    assert.ok(kinds(events, 'skipped').every((event) => event.kind === 'skipped' && event.because === bad))
    assert.equal(labels(plan, keysOf(events, 'finished')), ['also beside', 'beside', 'world'])
  })

  it('of ours carry the stack', async () => {
    const { plan } = failing('throw')
    const [event] = kinds(await collect(plan, memoryStore()), 'failed')
    assert.ok(event?.kind === 'failed' && event.remedy === '' && /undefined is not a tensor/.test(event.message) && /stages\.[jt]s/.test(event.stack))
  })

  it('stop everything that has not begun when asked to', async () => {
    const { plan } = failing('fail')
    const store = memoryStore()
    const events = await collect(plan, store, { keepGoing: false, executor: several(store, 1) })
    assert.is(kinds(events, 'failed').length, 1)
    const seen = [...keysOf(events, 'finished'), ...keysOf(events, 'failed'), ...keysOf(events, 'skipped')]
    assert.is(new Set(seen).size, 6)
    assert.is(seen.length, 6)
    assert.equal(labels(plan, keysOf(events, 'skipped')).includes('beside'), true)
  })

  it('of an executor are failures of the stage', async () => {
    const { plan } = failing('join')
    const executor = { size: 1, execute: () => Promise.reject(new Error('no such pool')) }
    const events = await collect(plan, memoryStore(), { executor })
    assert.equal([kinds(events, 'failed').length, kinds(events, 'skipped').length], [1, 5])
  })

  it('are not hidden by a stage that draws or computes without saying so', async () => {
    for (const changes of [{ seeded: false }, { numeric: false }]) {
      const table = { ...stages, train: { ...stages['train']!, ...changes } }
      const { short, plan } = toyPlanner(table)
      short('train', 'model')
      const store = memoryStore()
      const workshop = { stages: table, store, engine: openOnce(() => openToyEngine('toy')) }
      const executor: Executor = { size: 1, execute: (node, watch) => perform(node, workshop, watch) }
      const [event] = kinds(await collect(plan([]), store, { executor }), 'failed')
      assert.ok(event?.kind === 'failed' && /is not declared to/.test(event.message))
    }
  })

  it('name an engine that is not the planned one', async () => {
    const { short, plan } = toyPlanner()
    short('train', 'model')
    const store = memoryStore()
    const engine = openOnce(async () => ({ ...await openToyEngine('toy'), identity: 'toy 2.0' }))
    const executor: Executor = { size: 1, execute: (node, watch) => perform(node, { stages, store, engine }, watch) }
    const [event] = kinds(await collect(plan([]), store, { executor }), 'failed')
    assert.ok(event?.kind === 'failed' && /planned for the engine toy 1\.0, but this is toy 2\.0/.test(event.message) && /--engine/.test(event.remedy))
  })
})

/** A store whose entry `bad` is found damaged the first `times` times it is read. */
function damaging(inner: Store, bad: Key, times: number): Store {
  let left = times
  const artifact = (key: Key): Artifact => {
    const good = inner.artifact(key)
    const json = (name: string) => {
      if (key !== bad || left === 0) return good.json(name)
      left -= 1
      inner.remove(key)
      throw new DamagedResult(key, 'its content has changed')
    }
    return { ...good, json }
  }
  return { ...inner, artifact }
}

describe('a damaged input', (it) => {
  const prepare = async (times: number) => {
    const { short, plan: made } = toyPlanner()
    const world = short('draw', 'world')
    const model = short('train', 'model', [world])
    const answers = [1, 2, 3].map((number) => short('join', `answer ${number}`, [model]))
    const plan = made([])
    const inner = memoryStore()
    await collect(plan, inner)
    const before = digests(inner)
    for (const key of [world, ...answers]) inner.remove(key)
    return { plan, before, store: damaging(inner, model, times), model, world }
  }

  it('is computed again, with what it needs, and so is what failed on it', async () => {
    const { plan, before, store, model, world } = await prepare(1)
    const events = await collect(plan, store)
    assert.equal(kinds(events, 'failed'), [])
    assert.equal(keysOf(events, 'cached'), [model])
    assert.ok(keysOf(events, 'finished').includes(model) && keysOf(events, 'finished').includes(world))
    assert.equal(digests(store), before)
  })

  it('is not computed again without end', async () => {
    const { plan, store } = await prepare(100)
    const events = await collect(plan, store)
    assert.is(kinds(events, 'failed').length, 3)
    const [failure] = kinds(events, 'failed')
    assert.ok(failure?.kind === 'failed' && /damaged/.test(failure.message) && failure.remedy !== '')
  })
})

describe('an interrupted run', (it) => {
  it('does nothing when it was interrupted before it began', async () => {
    const store = memoryStore()
    assert.equal(await collect(randomPlan('before', 5), store, { signal: AbortSignal.abort() }), [])
    assert.equal(store.keys(), [])
  })

  it('stops what is running when its reader goes away', async () => {
    const store = memoryStore()
    const executor = several(store, 2)
    for await (const event of run(randomPlan('leave', 20), { store, executor })) if (event.kind === 'progress') break
    const { calls } = executor
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.is(executor.calls, calls)
    assert.ok(store.keys().length <= 2)
  })

  for (let seed = 0; seed < 25; seed++) it(`resumes to the same digests, whatever the order of adding and the number of jobs (seed ${seed})`, async () => {
    const random = stream(`abort ${seed}`)
    const whole = memoryStore()
    await collect(randomPlan(`abort ${seed}`, 15), whole)
    const store = memoryStore()
    const stop = new AbortController()
    const stopAt = integer(random, 0, 60)
    let count = 0
    const first: Event[] = []
    const shuffled = randomPlan(`abort ${seed}`, 15, 1 + seed)
    for await (const event of run(shuffled, { store, executor: several(store, 1 + integer(random, 1, 4)), signal: stop.signal })) {
      first.push(event)
      if (count++ === stopAt) stop.abort()
    }
    const ended = [...keysOf(first, 'finished'), ...keysOf(first, 'interrupted')].sort()
    assert.equal(ended, keysOf(first, 'started'))
    assert.equal(store.keys(), keysOf(first, 'finished'))
    await collect(shuffled, store)
    assert.equal(digests(store), digests(whole))
  })

  for (let seed = 0; seed < 15; seed++) it(`with failing stages at random, says one thing of every stage (seed ${seed})`, async () => {
    const plan = randomPlan(`chaos ${seed}`, 20)
    const store = memoryStore()
    const inner = several(store, 3)
    const failing = new Set(plan.nodes.filter((_, index) => stream(`chaos ${seed}`).at(index) < 0.15).map((node) => node.key))
    const broken: Executor = {
      size: 3,
      execute: async (node, watch) => {
        if (!failing.has(node.key)) return inner.execute(node, watch)
        const { message, remedy } = new StageFailure('chosen by chance', 'none')
        return { kind: 'failed', message, remedy, stack: '' }
      },
    }
    const events = await collect(plan, store, { executor: broken })
    const graph = graphOf(plan)
    for (const { key } of plan.nodes) {
      const cursed = [...ancestors(graph, [key])].some((other) => failing.has(other))
      const expected = cursed ? 'skipped' : failing.has(key) ? 'failed' : 'finished'
      assert.equal(events.filter((event) => event.key === key && !['started', 'progress'].includes(event.kind)).map((event) => event.kind), [expected])
    }
    for (const event of events) if (event.kind === 'skipped') assert.ok(ancestors(graph, [event.key]).has(event.because))
  })
})
