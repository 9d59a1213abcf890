// Compiled once: sessions are kept for the next who brings the same graph, within limits.
import type { InferenceSession } from 'onnxruntime-node'
import * as assert from 'uvu/assert'
import type { Engine, Step } from '../../src/tensor/engine.ts'
import { engines } from '../../src/tensor/index.ts'
import { keptSessions } from '../../src/tensor/sessions.ts'
import { describe } from '../describe.ts'
import { floats } from './harness.ts'

/** Sessions that only tell when they are released. */
function pretended(limit: { most: number; bytes: number }) {
  const released: string[] = []
  const create = async (bytes: Uint8Array): Promise<InferenceSession> => {
    const name = String.fromCharCode(...bytes)
    if (name === 'broken') throw new Error('no such session')
    return { name, release: async () => void released.push(name) } as unknown as InferenceSession
  }
  const sessions = keptSessions(create, limit)
  const open = (name: string, size = 1) => sessions.open(Uint8Array.from(name, (letter) => letter.charCodeAt(0)), size)
  return { sessions, open, released }
}

const settled = () => new Promise((done) => setTimeout(done, 0))

describe('sessions', (it) => {
  it('are shared by equal models and kept when released', async () => {
    const { sessions, open, released } = pretended({ most: 2, bytes: 10 })
    const [one, two] = [await open('a'), await open('a')]
    assert.is(one.session, two.session)
    one.release()
    two.release()
    assert.is((await open('a')).session, one.session)
    assert.equal([sessions.created, released], [1, []])
  })

  it('go when there are too many or they hold too much, the longest unused first', async () => {
    const { open, released } = pretended({ most: 2, bytes: 10 })
    for (const name of ['a', 'b']) (await open(name)).release()
    ;(await open('a')).release()
    ;(await open('c')).release()
    await settled()
    assert.equal(released, ['b'])
    ;(await open('d', 10)).release()
    await settled()
    assert.equal(released, ['b', 'a', 'c'])
  })

  it('stay while they are used, whatever they hold; releasing twice does no harm', async () => {
    const { open, released } = pretended({ most: 1, bytes: 1 })
    const [first, second] = [await open('a', 100), await open('a', 100)]
    first.release()
    first.release()
    await settled()
    assert.equal(released, [])
    second.release()
    await settled()
    assert.equal(released, ['a'])
  })

  it('are not remembered when they fail, and end with the engine', async () => {
    const { sessions, open, released } = pretended({ most: 5, bytes: 10 })
    for (let turn = 0; turn < 2; turn++) {
      assert.match(await open('broken').then(() => '', (error: Error) => error.message), 'no such session')
    }
    assert.is(sessions.created, 2)
    const used = await open('a')
    ;(await open('b')).release()
    sessions.close()
    await settled()
    assert.equal(released, ['b'])
    used.release()
    await settled()
    assert.equal(released, ['b', 'a'])
  })

  it('serve a second run of the same step without compiling, and count what was compiled', async () => {
    const engine: Engine = await engines['graph-cpu'].open({ threads: 1 })
    const run = async (factor: number, name: string): Promise<number> => {
      const step: Step = (tf, { x }) => ({ y: tf.mul(x!, factor) })
      const { data, shape } = floats([1, 2, 3])
      const x = engine.value(data, shape)
      const kernel = await engine.compile(name, step, { x })
      const found = (await (await kernel.run({ x }))['y']!.read())[2]!
      kernel.dispose()
      return found
    }
    assert.equal([await run(2, 'double'), await run(2, 'twice')], [6, 6])
    assert.is(engine.compilation?.sessions, 1)
    assert.is(await run(5, 'double'), 15) // the name says nothing: another step is another session
    assert.is(engine.compilation?.sessions, 2)
    assert.ok(engine.compilation!.milliseconds > 0)
    await engine.dispose()
  })
})
