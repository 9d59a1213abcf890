// `dice repro`: the printed command computes exactly the result that was asked for.
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { dice, digests, edited, fixture, folder, tiny, whys } from './dice.ts'
import { filled, nothingLost } from './filled.ts'

const keyOf = async (label: string): Promise<string> => whys((await filled()).store).find((why) => why.label === label)!.key

describe('dice repro', (it) => {
  it('prints a command that computes the same bytes in an empty store', async () => {
    const key = await keyOf('sft · supervised · seed 2')
    const directory = folder({ 'tiny.dice': tiny })
    const { status, stdout, stderr } = await dice(['repro', key.slice(0, 12), 'tiny.dice'], { directory })
    assert.equal([status, stdout, stderr], [0, `dice run tiny.dice --target ${key.slice(0, 8)}\n`, 'sft · supervised · seed 2\n'])
    const run = await dice(stdout.trimEnd().split(' ').slice(1), { directory })
    assert.is(run.status, 0, run.stderr)
    assert.is(digests(join(directory, '.dice'))[key], (await filled()).digests[key])
  })

  it('repeats the settings it was given, and finds the key among several files and before or after them', async () => {
    const directory = folder({ 'a.dice': fixture('ablation.dice'), 'my tiny.dice': edited(tiny, 'gamma: 0.5', 'gamma: 0.25') })
    const key = await keyOf('dice · round 2 · replay · seed 1')
    const set = ['--set', 'dice.replay.gamma=0.5', '--store', 'else where']
    const { status, stdout } = await dice(['repro', 'my tiny.dice', key, ...set], { directory })
    const again = "dice run 'my tiny.dice' --set dice.replay.gamma=0.5 --store 'else where'"
    assert.equal([status, stdout], [0, `${again} --target ${key.slice(0, 8)}\n`])
    const shared = await keyOf('dice · round 1 · sample · seed 1')
    const several = await dice(['repro', shared, 'a.dice', 'my tiny.dice'], { directory })
    assert.is(several.stdout, `dice run 'my tiny.dice' --target ${shared.slice(0, 8)}\n`)
  })

  it('names the engine when another one computed the result', async () => {
    const directory = folder({ 'tiny.dice': tiny })
    const planned = await dice(['plan', 'tiny.dice', '--engine', 'eager-cpu', '--json'], { directory })
    const { key } = (JSON.parse(planned.stdout) as { stages: { key: string; label: string }[] }).stages
      .find(({ label }) => label === 'dice · round 1 · pair · seed 1')!
    const { stdout } = await dice(['repro', key, 'tiny.dice', '--json'], { directory })
    assert.equal(JSON.parse(stdout), {
      key, label: 'dice · round 1 · pair · seed 1', file: 'tiny.dice', stored: false,
      command: `dice run tiny.dice --engine eager-cpu --target ${key.slice(0, 8)}`,
    })
  })

  it('says when the result is stored, and what it is when no plan holds it', async () => {
    const { directory } = await filled()
    const key = await keyOf('base · tokenizer')
    const stored = await dice(['repro', key, 'tiny.dice'], { directory })
    assert.match(stored.stderr, /^base · tokenizer; it is stored and would not run again: /)
    const changed = await dice(['repro', key, 'tiny.dice', '--set', 'village.animals=5'], { directory })
    assert.equal([changed.status, changed.stdout], [1, ''])
    assert.ok(changed.stderr.startsWith(`${key.slice(0, 8)} is \`base · tokenizer\`, and no stage of tiny.dice has the key`))
    await nothingLost()
  })

  it('refuses words that do not say enough', async () => {
    const directory = folder({ 'tiny.dice': tiny, 'broken.dice': 'train' })
    const says = async (words: readonly string[]): Promise<[number, string]> => {
      const { status, stderr } = await dice(['repro', ...words], { directory })
      return [status, stderr.split('\n')[0]!]
    }
    assert.match((await says([])).join(' '), /^2 dice repro: which result\?/)
    assert.match((await says(['01234567'])).join(' '), /^2 dice repro: in which experiment\?/)
    assert.match((await says(['01234567', '76543210', 'tiny.dice'])).join(' '), /^2 dice repro: one result at a time; `76543210`/)
    assert.match((await says(['ffffffff', 'tiny.dice'])).join(' '), /^1 no stage of tiny\.dice has the key ffffffff/)
    assert.match((await says(['ffffffff', 'broken.dice'])).join(' '), /^2 broken\.dice:1:/)
  })
})
