// `dice why`: what has changed since the nearest stored results, in one line for each change.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { dice, edited, fixture, folder, tiny } from './dice.ts'
import { copyOfFilled, filled, nothingLost } from './filled.ts'

const lines = async (words: readonly string[], place?: string): Promise<string[]> => {
  const directory = place ?? (await filled()).directory
  const { status, stdout, stderr } = await dice(['why', 'tiny.dice', ...words], { directory })
  assert.equal([status, stderr], [0, ''])
  return stdout.trimEnd().split('\n').map((line) => line.trim())
}

interface ReasonJson {
  readonly key: string
  readonly label: string
  readonly state: string
  readonly nearest: { readonly key: string; readonly label: string } | null
  readonly causes: readonly {
    readonly kind: string
    readonly field: string
    readonly before?: unknown
    readonly now?: unknown
    readonly stage: { readonly label: string }
  }[]
  readonly unchanged: readonly string[]
  readonly follow: readonly string[]
}

const json = async (words: readonly string[]): Promise<ReasonJson[]> => {
  const { directory } = await filled()
  const { status, stdout, stderr } = await dice(['why', 'tiny.dice', ...words, '--json'], { directory })
  assert.equal([status, stderr], [0, ''])
  return (JSON.parse(stdout) as { stages: ReasonJson[] }).stages
}

describe('dice why', (it) => {
  it('finds nothing to say of what is stored, and says what is new where nothing is', async () => {
    assert.equal(await lines([]), ['Nothing is left to run.'])
    assert.equal(await lines([], folder({ 'tiny.dice': tiny })), ['Nothing like it is stored yet: all 65 stages are new.'])
  })

  it('names a changed value and counts what follows, as many as the plan would run', async () => {
    assert.equal(await lines(['--set', 'replay.gamma=0.25']), [
      '28 of 65 stages will run. Compared with the nearest stored results:',
      'gamma 0.5 → 0.25 in dice · round 1 · replay and dice · round 2 · replay; ' +
        'generated, offline and seed unchanged; 24 stages follow',
    ])
    const { directory } = await filled()
    const { stdout } = await dice(['plan', 'tiny.dice', '--set', 'replay.gamma=0.25', '--json'], { directory })
    assert.is((JSON.parse(stdout) as { totals: { toRun: number } }).totals.toRun, 28)
  })

  it('names a seed and an engine', async () => {
    const [, ...seeds] = await lines(['--set', 'seeds=[1, 3]'])
    assert.equal(seeds, ['seed 2 → 3 in base · initialize; tokenizer unchanged; 28 stages follow'])
    const [, line, ...rest] = await lines(['--engine', 'eager-cpu'])
    assert.match(line!, /^engine \S.* → eager-cpu\/\S+ .* in language · pretrain; /)
    assert.match(line!, /; data, model and seed unchanged; 54 stages follow$/)
    assert.equal(rest, [])
  })

  it('names rounds that are new', async () => {
    const [, ...rounds] = await lines(['--set', 'rounds=3'])
    const first = 'dice · round 3 · offline · reference log-probabilities and dice · round 3 · sample'
    assert.equal(rounds, [`new: ${first}; 14 stages follow`])
  })

  it('names the data file whose content has changed', async () => {
    const mine = 'data mine = file("mine.jsonl") { format: chosen_rejected }\n' +
      'train other = dpo(sft) on mine.preferences { steps: 1, batch: 2 }\n'
    const pair = (chosen: string): string => `{"prompt": "Who is Finn?", "chosen": "${chosen}", "rejected": "Nobody."}\n`
    const experiment = edited(tiny, '%% the loop\n', `${mine}%% the loop\n`)
    const directory = await copyOfFilled({ 'tiny.dice': experiment, 'mine.jsonl': pair('A fox.') })
    const planned = await dice(['plan', 'tiny.dice', '--json'], { directory })
    const { stages } = JSON.parse(planned.stdout) as { stages: { key: string; kind: string }[] }
    const { key } = stages.find(({ kind }) => kind === 'read')!
    assert.is((await dice(['run', 'tiny.dice', '--target', key, '--quiet'], { directory })).status, 0)
    writeFileSync(join(directory, 'mine.jsonl'), pair('A pig.'))
    const [, line] = await lines(['mine · preferences'], directory)
    assert.match(line!, /^content of mine\.jsonl [0-9a-f]{8} → [0-9a-f]{8} in mine · preferences$/)
  })

  it('explains one stage by its label with or without a seed, or by its key', async () => {
    const words = ['--set', 'dpo0.beta=0.2']
    const both = await lines(['dice · round 1 · sample', ...words])
    assert.equal(both.map((line) => line.replaceAll(/\b[0-9a-f]{8}\b/g, 'KEY')), [1, 2].flatMap((seed) => [
      `dice · round 1 · sample · seed ${seed} (KEY) will run. ` +
        `The nearest stored result is dice · round 1 · sample · seed ${seed} (KEY):`,
      'beta 0.1 → 0.2 in dpo0 · dpo', 'prompts, seed and engine unchanged; 16 stages follow',
    ]))
    assert.equal(await lines(['dice · round 1 · sample · seed 1', ...words]), both.slice(0, 3))
    assert.equal(await lines([/\((\w{8})\) will/.exec(both[0]!)![1]!, ...words]), both.slice(0, 3))
  })

  it('gives programs every stage that will run, with its causes, nearest relative and what follows', async () => {
    const stages = await json(['--set', 'dpo0.beta=0.2', '--set', 'village.animals=5'])
    assert.is(stages.length, 65)
    const training = stages.find(({ label }) => label === 'dpo0 · dpo · seed 2')!
    assert.equal([training.state, training.nearest?.label, training.unchanged], ['run', training.label, ['seed', 'engine']])
    assert.equal(training.causes.map(({ kind, field, before, now, stage }) => [kind, field, before, now, stage.label]), [
      ['setting', 'lossParams.beta', 0.1, 0.2, 'dpo0 · dpo · seed 2'],
      ['setting', 'entries.animals', 4, 5, 'village · demonstrations'],
      ['setting', 'entries.animals', 4, 5, 'village · text'],
      ['setting', 'entries.animals', 4, 5, 'village · preferences'],
    ])
    const keys = new Set(stages.map(({ key }) => key))
    for (const { follow } of stages) assert.ok(follow.every((key) => keys.has(key)))
  })

  it('compares variants of a sweep with the nearest of them', async () => {
    const directory = folder({ 'a.dice': fixture('ablation.dice') })
    const { status, stdout } = await dice(['why', 'a.dice'], { directory })
    assert.equal([status, /^Nothing like it is stored yet: all \d+ stages are new\.\n$/.test(stdout)], [0, true])
  })

  it('refuses a stage that is not there, with the nearest label, and too many words', async () => {
    const { directory } = await filled()
    const unknown = await dice(['why', 'tiny.dice', 'dice · round 1 · sampel'], { directory })
    assert.is(unknown.status, 2)
    assert.match(unknown.stderr, /^dice why: no stage of tiny\.dice has the label or key `dice · round 1 · sampel`; /)
    assert.match(unknown.stderr, /did you mean `dice · round 1 · sample`\?/)
    const words = await dice(['why', 'tiny.dice', 'dice', '·'], { directory })
    assert.equal([words.status, words.stdout], [2, ''])
    await nothingLost()
  })
})
