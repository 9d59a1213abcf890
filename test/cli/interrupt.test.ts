// Ctrl-C, kill -9, several runs at once, one job or two: what is stored is whole, and in the end the same.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { dice, digests, folder, start, tiny } from './dice.ts'
import type { Started } from './dice.ts'
import { filled } from './filled.ts'

const pause = (seconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, 1000 * seconds))

/** Not `child.kill`, after which Deno takes the child to have died of the signal whatever it did. */
const kill = ({ child }: Started, signal: NodeJS.Signals): void => {
  if (child.exitCode === null) process.kill(child.pid!, signal)
}

/** Waits until so many stages have finished, or the run itself. */
async function finished(run: Started, count: number): Promise<void> {
  while (run.child.exitCode === null && (run.stderr().match(/^finished /gm)?.length ?? 0) < count) await pause(0.01)
}

/** That what is stored so far is a part of what an uninterrupted run stores, to the byte. */
async function isPart(store: string): Promise<number> {
  const whole = (await filled()).digests
  const some = Object.entries(existsSync(store) ? digests(store) : {})
  for (const [key, digest] of some) assert.is(digest, whole[key], `the result ${key}`)
  return some.length
}

describe('Ctrl-C', (it) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`(${signal}) ends with 130 and says how to go on; going on completes the run`, async () => {
      const directory = folder({ 'tiny.dice': tiny })
      const store = join(directory, 'kept')
      const run = start(['run', 'tiny.dice', '--store', 'kept', '--json'], { directory })
      await finished(run, 12)
      kill(run, signal)
      const { status, stdout, stderr } = await run.ended
      assert.equal([status, stdout], [130, ''])
      assert.match(stderr, /\ninterrupted; what finished is stored\. Go on with: dice run tiny\.dice --store kept\n$/)
      assert.match(stderr, /^stopping: what is running ends at its next step; Ctrl-C again ends it at once$/m)
      assert.match(stderr, /^stopped /m)
      assert.equal(readdirSync(join(store, 'corrupt')), [])
      const before = await isPart(store)
      const total = Object.keys((await filled()).digests).length
      assert.ok(before >= 12 && before < total, `${before} of ${total}`)
      const again = await dice(['run', 'tiny.dice', '--store', 'kept', '--json'], { directory })
      assert.is(again.status, 0, again.stderr)
      assert.equal(JSON.parse(again.stdout).stages, { total, ran: total - before, cached: before, failed: 0 })
      assert.equal(digests(store), (await filled()).digests)
      assert.equal(readdirSync(join(store, 'tmp')), [], 'what was being written has been cleared away')
    })
  }

  it('ends at once what is not running stages: there is nothing to finish', async () => {
    // Standard input that never comes.
    const waiting = start(['check', '-'], { input: null })
    await pause(0.5)
    kill(waiting, 'SIGINT')
    assert.is((await waiting.ended).status, 130)
  })

  it('twice ends at once', async () => {
    const run = start(['run', 'tiny.dice'], { directory: folder({ 'tiny.dice': tiny }) })
    await finished(run, 1)
    kill(run, 'SIGINT')
    kill(run, 'SIGINT')
    assert.is((await run.ended).status, 130)
  })
})

describe('kill -9', (it) => {
  const seed = 3
  const kills = 10

  it(`at ${kills} random moments (seed ${seed}) costs no more than what was running`, async () => {
    const { digests: whole } = await filled()
    const random = stream(`kill ${seed}`)
    const directory = folder({ 'tiny.dice': tiny })
    const store = join(directory, '.dice')
    // Spread over the length of a run: each life gets on by up to twice a share of its stages.
    const share = Object.keys(whole).length / (kills + 1)
    let stored = 0
    for (let life = 0; life < kills; life++) {
      const run = start(['run', 'tiny.dice', '--json'], { directory })
      await finished(run, Math.floor(2 * share * random.at(2 * life)))
      await pause(0.2 * random.at(2 * life + 1))
      kill(run, 'SIGKILL')
      const { status } = await run.ended
      assert.ok(status === 137 || status === 0, `it ended with ${status}`)
      const now = await isPart(store)
      assert.ok(now >= stored, 'a result was lost')
      stored = now
    }
    const last = await dice(['run', 'tiny.dice', '--json'], { directory })
    assert.is(last.status, 0, last.stderr)
    assert.equal(digests(store), whole)
    assert.equal(readdirSync(join(store, 'tmp')), [], 'what the dead were writing has been cleared away')
    assert.equal(readdirSync(join(store, 'corrupt')), [], 'nothing was ever half written')
  })
})

describe('the same seed', (it) => {
  it('gives the same digests with one job and with three, in another folder', async () => {
    const { digests: whole } = await filled()
    for (const jobs of ['1', '3']) {
      const directory = folder({ 'elsewhere/renamed.dice': tiny })
      const { status, stderr } = await dice(['run', 'elsewhere/renamed.dice', '-j', jobs], { directory })
      assert.is(status, 0, stderr)
      assert.equal(digests(join(directory, '.dice')), whole)
    }
  })

  it('gives the same digests when two runs fill one store at once', async () => {
    const directory = folder({ 'tiny.dice': tiny })
    const both = await Promise.all(['one', 'two'].map((out) => dice(['run', 'tiny.dice', '--out', out, '--json'], { directory })))
    assert.equal(both.map(({ status }) => status), [0, 0], both.map(({ stderr }) => stderr).join('\n'))
    assert.equal(digests(join(directory, '.dice')), (await filled()).digests)
    assert.equal(readdirSync(join(directory, '.dice/tmp')), [])
  })
})
