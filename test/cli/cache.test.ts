// `dice cache`: what is stored, whether it is whole, and removing what no experiment needs.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ageText } from '../../src/cli/cache-list.ts'
import { describe } from '../describe.ts'
import { dice, digests, edited, entry, folder, tiny, whys } from './dice.ts'
import type { Ended } from './dice.ts'
import { copyOfFilled, filled, nothingLost } from './filled.ts'

const cache = async (words: readonly string[], place?: string): Promise<Ended> =>
  dice(['cache', ...words], { directory: place ?? (await filled()).directory })

interface EntryJson {
  readonly key: string
  readonly stage: string
  readonly label: string
  readonly bytes: number
  readonly finishedAt: string
}

interface PruneJson {
  readonly removed: boolean
  readonly results: readonly EntryJson[]
  readonly unfinished: { readonly count: number; readonly bytes: number }
  readonly setAside: { readonly count: number; readonly bytes: number }
  readonly kept: number
}

const parsed = async <T>(words: readonly string[], place?: string): Promise<T> => {
  const { status, stdout, stderr } = await cache([...words, '--json'], place)
  assert.equal([status, stderr], [0, ''])
  return JSON.parse(stdout) as T
}

const keyOf = (store: string, label: string): string => whys(store).find((why) => why.label === label)!.key

/** Same length, another content. */
function spoil(path: string): void {
  const bytes = readFileSync(path)
  bytes[bytes.length - 5]! ^= 1
  writeFileSync(path, bytes)
}

describe('dice cache list and size', (it) => {
  it('lists every result, the latest first, or those that an experiment needs', async () => {
    const { store, digests: stored } = await filled()
    const entries = await parsed<EntryJson[]>(['list'])
    assert.equal(entries.map(({ key }) => key).sort(), Object.keys(stored).sort())
    const times = entries.map(({ finishedAt }) => finishedAt)
    assert.equal(times, [...times].sort().reverse())
    assert.equal(entries.find(({ label }) => label === 'base · tokenizer'), {
      key: keyOf(store, 'base · tokenizer'), stage: 'tokenizer', label: 'base · tokenizer',
      bytes: readFileSync(join(entry(store, keyOf(store, 'base · tokenizer')), 'tokenizer.json')).length,
      finishedAt: entries.find(({ stage }) => stage === 'tokenizer')!.finishedAt,
    })
    const { stdout } = await cache(['list'])
    const lines = stdout.trimEnd().split('\n')
    assert.match(lines[0]!, /^key +stage +label +size +age$/)
    assert.match(lines[1]!, /^[0-9a-f]{8} {2}\w+ +\S.* [\d.]+ k?B +\d+ (s|min)$/)
    assert.match(lines.at(-1)!, /^65 results, \d+ kB$/)
    const first = await parsed<EntryJson[]>(['list', 'tiny.dice', '--set', 'rounds=1'])
    assert.is(first.length, 47)
    assert.equal(first.filter(({ label }) => label.includes('round 2')), [])
  })

  it('adds up the sizes of each kind of stage', async () => {
    const entries = await parsed<EntryJson[]>(['list'])
    const { kinds, total, unfinished } = await parsed<{
      kinds: { stage: string; results: number; bytes: number }[]
      total: { results: number; bytes: number }
      unfinished: { count: number }
    }>(['size'])
    assert.equal(total, { results: entries.length, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0) })
    assert.is(kinds.reduce((sum, { bytes }) => sum + bytes, 0), total.bytes)
    assert.is(unfinished.count, 0)
    for (const { stage, results } of kinds) assert.is(results, entries.filter((each) => each.stage === stage).length)
    assert.match((await cache(['size'])).stdout, /^stage +results +size\nprefer +6 +\d+ kB\n(.*\n)*all results +65 +\d+ kB\n$/)
  })

  it('says so when nothing is stored, and makes no store by looking', async () => {
    const directory = folder({ '.dice/objects/README': '' })
    assert.is((await cache(['list'], directory)).stdout, 'nothing is stored\n')
    const empty = folder()
    const { status, stderr } = await cache(['list'], empty)
    assert.equal([status, /^dice cache: there is no store at /.test(stderr), readdirSync(empty)], [2, true, []])
  })

  it('tells ages in one unit', () => {
    const ages = [0, 59.9, 60, 3599, 3600, 172_799, 172_800, -5].map(ageText)
    assert.equal(ages, ['0 s', '59 s', '1 min', '59 min', '1 h', '47 h', '2 days', '0 s'])
  })
})

describe('dice cache verify', (it) => {
  it('finds a sound store sound', async () => {
    const { status, stdout } = await cache(['verify'])
    assert.equal([status, stdout], [0, '65 results verified: all are what was written\n'])
    await nothingLost()
  })

  it('sets damaged results aside, lists them and fails; running computes them again', async () => {
    const directory = await copyOfFilled()
    const store = join(directory, '.dice')
    const model = keyOf(store, 'sft · supervised · seed 1'), text = keyOf(store, 'village · text')
    spoil(join(entry(store, model), 'model.safetensors'))
    writeFileSync(join(entry(store, text), 'why.json'), '{')
    const { status, stdout } = await cache(['verify'], directory)
    assert.is(status, 1)
    assert.ok(stdout.includes(`${model.slice(0, 8)}  sft · supervised · seed 1: the content of model.safetensors has`), stdout)
    assert.ok(stdout.includes(`${text.slice(0, 8)}  (its label is lost): digest.json or why.json cannot be read`), stdout)
    assert.match(stdout, /^65 results verified: 2 damaged and set aside; /m)
    assert.equal([existsSync(entry(store, model)), existsSync(entry(store, text))], [false, false])
    assert.is(readdirSync(join(store, 'corrupt')).length, 2)
    assert.is((await cache(['verify'], directory)).stdout, '63 results verified: all are what was written\n')
    assert.is((await dice(['run', 'tiny.dice', '--target', model, '--quiet'], { directory })).status, 0)
    assert.is(digests(store)[model], (await filled()).digests[model])
  })

  it('looks only at what an experiment needs, when one is given, and tells programs', async () => {
    const directory = await copyOfFilled()
    const store = join(directory, '.dice')
    const late = keyOf(store, 'dice · round 2 · replay · seed 1')
    spoil(join(entry(store, late), 'rows.jsonl'))
    const early = await cache(['verify', 'tiny.dice', '--set', 'rounds=1'], directory)
    assert.is(early.stdout, '47 results verified: all are what was written\n')
    const { status, stdout } = await cache(['verify', '--json'], directory)
    const { verified, damaged } = JSON.parse(stdout) as { verified: number; damaged: { key: string; label: string }[] }
    assert.equal([status, verified], [1, 65])
    assert.equal(damaged.map(({ key, label }) => [key, label]), [[late, 'dice · round 2 · replay · seed 1']])
  })
})

describe('dice cache prune', (it) => {
  const oneRound = edited(tiny, 'rounds: 2', 'rounds: 1')

  it('says what would go and removes nothing; with --yes it removes exactly that', async () => {
    const directory = await copyOfFilled({ 'one.dice': oneRound })
    const store = join(directory, '.dice')
    const before = digests(store)
    const planned = await parsed<PruneJson>(['prune', 'one.dice'], directory)
    assert.equal([planned.removed, planned.results.length, planned.kept], [false, 18, 47])
    const said = await cache(['prune', 'one.dice'], directory)
    assert.match(said.stdout, /\nwould remove 18 results, \d+ kB; 47 results would stay\n$/)
    assert.is(said.stderr, 'nothing is removed yet: the same with --yes removes it\n')
    assert.equal(digests(store), before)
    const done = await cache(['prune', 'one.dice', '--yes'], directory)
    assert.match(done.stdout, /\nremoved 18 results, \d+ kB; 47 results kept\n$/)
    const gone = new Set(planned.results.map(({ key }) => key))
    assert.equal(digests(store), Object.fromEntries(Object.entries(before).filter(([key]) => !gone.has(key))))
    const plan = await dice(['plan', 'one.dice'], { directory })
    assert.match(plan.stdout, /Nothing is left to run\.\n$/)
    assert.is((await cache(['prune', 'one.dice'], directory)).stdout, 'would remove nothing; 47 results would stay\n')
  })

  it('keeps what any of several experiments needs, and what any engine computes for them', async () => {
    const directory = await copyOfFilled({ 'one.dice': oneRound, 'tiny.dice': tiny })
    const store = join(directory, '.dice')
    const other = await dice(['plan', 'one.dice', '--engine', 'eager-cpu', '--json'], { directory })
    const { stages } = JSON.parse(other.stdout) as { stages: { key: string; kind: string }[] }
    const { key } = stages.find(({ kind }) => kind === 'pretrain')!
    assert.is((await dice(['run', 'one.dice', '--engine', 'eager-cpu', '--target', key, '-q'], { directory })).status, 0)
    assert.equal((await parsed<PruneJson>(['prune', 'one.dice', 'tiny.dice'], directory)).results, [])
    const strict = await parsed<PruneJson>(['prune', 'one.dice', 'tiny.dice', '--engine', 'graph-cpu'], directory)
    assert.equal(strict.results.map((each) => each.key), [key])
    assert.is(Object.keys(digests(store)).length, 66)
  })

  it('clears away damaged results and states of no use, and keeps the state of a stage that has still to finish', async () => {
    const directory = await copyOfFilled({ 'tiny.dice': tiny })
    const store = join(directory, '.dice')
    const waiting = keyOf(store, 'dice · round 2 · dpo · seed 1'), done = keyOf(store, 'dice · round 2 · dpo · seed 2')
    rmSync(entry(store, waiting), { recursive: true })
    mkdirSync(join(store, 'halfway'))
    for (const key of [waiting, done, 'f'.repeat(64)]) writeFileSync(join(store, 'halfway', key), 'state')
    spoil(join(entry(store, keyOf(store, 'village · text')), 'rows.jsonl'))
    assert.is((await cache(['verify'], directory)).status, 1)
    const { unfinished, setAside, results } = await parsed<PruneJson>(['prune', 'tiny.dice'], directory)
    assert.equal([unfinished, setAside.count, results], [{ count: 2, bytes: 10 }, 1, []])
    assert.is((await cache(['prune', 'tiny.dice', '--yes'], directory)).status, 0)
    assert.equal([readdirSync(join(store, 'halfway')), readdirSync(join(store, 'corrupt'))], [[waiting], []])
  })

  it('removes nothing when a file has mistakes or its data is gone, or no file is given', async () => {
    const missing = edited(tiny, '%% the loop\n', '%% the loop\ndata mine = file("gone.jsonl") { format: prompts }\n')
    const broken = edited(tiny, 'rounds: 2', 'rounds: two')
    const directory = await copyOfFilled({ 'tiny.dice': tiny, 'broken.dice': broken, 'missing.dice': missing })
    for (const files of [['broken.dice'], ['tiny.dice', 'broken.dice'], ['missing.dice'], ['absent.dice'], []]) {
      const { status, stdout } = await cache(['prune', ...files, '--yes'], directory)
      assert.equal([status, stdout], [2, ''], files.join(' '))
    }
    await nothingLost(join(directory, '.dice'))
  })

  it('refuses words that do not say what to do', async () => {
    for (const [words, says] of [
      [[], /^dice cache: what is to be done\? one of list, size, verify, prune/],
      [['purge'], /^dice cache: it can list, size, verify, prune, not `purge`/],
      [['lst'], /did you mean `list`\?/],
      [['verify', '--yes'], /^dice cache: --yes belongs to prune/],
    ] as const) {
      const { status, stdout, stderr } = await cache(words)
      assert.equal([status, stdout], [2, ''])
      assert.match(stderr, says)
    }
  })
})
