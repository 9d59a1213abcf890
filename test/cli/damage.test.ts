// Stored results that are no longer what was written: set aside, computed again, and in the end the same.
import { existsSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { dice, digests, entry, whys } from './dice.ts'
import type { Ended } from './dice.ts'
import { copyOfFilled, filled } from './filled.ts'

/** The stored result whose label begins so. */
function place(store: string, label: string): string {
  const found = whys(store).filter((why) => why.label.startsWith(label))
  assert.is(found.length, 1, `${label}: ${found.length} results`)
  return entry(store, found[0]!.key)
}

function flip(path: string): void {
  const bytes = readFileSync(path)
  bytes[bytes.length - 5]! ^= 1
  writeFileSync(path, bytes)
}

const remove = (store: string, ...labels: string[]): void => labels.forEach((label) => rmSync(place(store, label), { recursive: true }))

/** Damages a copy of the filled store, runs, and holds the outcome against the run that filled it. */
async function mended(damage: (store: string) => void, aside: number): Promise<Ended> {
  const directory = await copyOfFilled()
  const store = join(directory, '.dice')
  damage(store)
  const run = await dice(['run', 'tiny.dice', '--json'], { directory })
  assert.is(run.status, 0, run.stderr)
  assert.equal(digests(store), (await filled()).digests)
  assert.is(readdirSync(join(store, 'corrupt')).length, aside)
  const { stages } = JSON.parse(run.stdout.trimEnd().split('\n').at(-1)!) as { stages: Record<string, number> }
  assert.is(stages['ran']! + stages['cached']!, stages['total'])
  assert.is(stages['failed'], 0)
  const { directory: sound } = await filled()
  for (const name of ['report.html', 'results.json']) {
    assert.is(readFileSync(join(directory, 'reports/tiny', name), 'utf8'), readFileSync(join(sound, 'reports/tiny', name), 'utf8'))
  }
  return run
}

const aside = /^a stored result was damaged and has been set aside: [0-9a-f]{8} \((.*)\)$/m

describe('a damaged result is set aside and computed again', (it) => {
  it('when a file is cut short', async () => {
    const { stderr } = await mended((store) => truncateSync(join(place(store, 'sft · supervised · seed 1'), 'model.safetensors'), 100), 1)
    assert.match(stderr.match(aside)?.[1] ?? stderr, /^model\.safetensors has 100 bytes instead of \d+$/)
  })

  it('when its digest.json is gone', async () => {
    const { stderr } = await mended((store) => rmSync(join(place(store, 'quality · dpo0 · judge · seed 2'), 'digest.json')), 1)
    assert.match(stderr, aside)
  })

  it('when a file is gone, and another is not JSON', async () => {
    await mended((store) => {
      rmSync(join(place(store, 'dice · round 2 · replay · seed 1'), 'rows.jsonl'))
      writeFileSync(join(place(store, 'dice · round 1 · pair · seed 2'), 'why.json'), '{')
    }, 2)
  })

  it('when bytes of weights have changed, as soon as somebody reads them', async () => {
    const { stderr } = await mended((store) => {
      flip(join(place(store, 'dpo0 · dpo · seed 1'), 'model.safetensors'))
      remove(store, 'quality · dpo0 · sample · seed 1', 'quality · dpo0 · judge · seed 1')
    }, 1)
    assert.match(stderr.match(aside)?.[1] ?? stderr, /^the content of model\.safetensors has changed$/)
    assert.match(stderr, /^finished {2}dpo0 · dpo · seed 1 /m)
  })

  it('when bytes have changed that only the report reads', async () => {
    const { stderr } = await mended((store) => {
      flip(join(place(store, 'quality · dpo0 · judge · seed 1'), 'evaluation.json'))
      flip(join(place(store, 'dice · round 1 · dpo · seed 2'), 'curve.json'))
    }, 2)
    assert.match(stderr, /^finished {2}quality · dpo0 · judge · seed 1 /m)
    assert.match(stderr, /^finished {2}dice · round 1 · dpo · seed 2 /m)
  })

  it('when the whole objects folder is gone', async () => {
    await mended((store) => rmSync(join(store, 'objects'), { recursive: true }), 0)
  })
})

describe('a report of damaged results', (it) => {
  it('shows them as missing, says so, and computes nothing', async () => {
    const directory = await copyOfFilled()
    const store = join(directory, '.dice')
    const damaged = place(store, 'quality · dpo0 · judge · seed 1')
    flip(join(damaged, 'evaluation.json'))
    const { status, stdout, stderr } = await dice(['report', 'tiny.dice', '--json'], { directory })
    assert.equal([status, JSON.parse(stdout)], [1, { experiment: 'tiny', report: 'reports/tiny/report.html', missing: 1 }])
    assert.match(stderr.match(aside)?.[1] ?? stderr, /^the content of evaluation\.json has changed$/)
    assert.match(stderr, /^1 result is not stored and is shown as missing; compute it with: dice run tiny\.dice$/m)
    assert.is(existsSync(damaged), false)
    assert.is(Object.keys(digests(store)).length, Object.keys((await filled()).digests).length - 1)
  })
})
