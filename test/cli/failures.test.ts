// What is wrong with files and settings and shows only while stages run: each failure names the place and the remedy,
// what does not depend on it goes on, and nothing stored before is lost.
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { dice, edited, entry, readJson, tiny, whys } from './dice.ts'
import type { Ended } from './dice.ts'
import { copyOfFilled, filled, nothingLost } from './filled.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

/** A data set, a model and three trainings, all of them stored in the filled store; what follows is the test's. */
const opening = edited(tiny.slice(0, tiny.indexOf('%% the loop')), 'seeds: [1, 2]', 'seeds: [1]')

const pair = (prompt: string, chosen: string, rejected: string): string => `${JSON.stringify({ prompt, chosen, rejected })}\n`
const pairs = [pair('a red fox', 'yes', 'no'), pair('a blue cat', 'it sleeps', 'it runs'), pair('an owl', 'at night', 'by day')]
const mine = 'data mine = file("mine.jsonl") { format: chosen_rejected }\ntrain other = dpo(sft) on mine.preferences { steps: 1, batch: 2 }\n'

async function run(declarations: string, files: Files = {}, words: readonly string[] = []): Promise<Ended & { readonly directory: string }> {
  const directory = await copyOfFilled({ 'x.dice': `${opening}\n${declarations}`, ...files })
  return { ...await dice(['run', 'x.dice', '--json', ...words], { directory }), directory }
}

/** That the run fails with these words, is blamed on the user's input, gives a remedy, ends in order and loses nothing. */
async function fails(declarations: string, files: Files, ...says: string[]): Promise<Ended & { readonly directory: string }> {
  const ended = await run(declarations, files)
  const { status, stdout, stderr, directory } = ended
  assert.is(status, 1, stderr)
  for (const words of says) assert.ok(stderr.includes(words), `${words}\nis not said in\n${stderr}`)
  assert.match(stderr, /^ {2}remedy: .{10}/m)
  assert.not.match(stderr, /a fault of dice/)
  const { stages } = JSON.parse(stdout) as { stages: { failed: number } }
  assert.ok(stages.failed > 0)
  await nothingLost(join(directory, '.dice'))
  return ended
}

describe('a data file is refused', (it) => {
  const broken: [name: string, content: string | Uint8Array, ...says: string[]][] = [
    ['with a malformed row, at its line and column', `${pairs[0]}${pairs[1]}{"prompt": "x", "chosen": }\n`,
      'mine.jsonl:3:27: not JSON: expected', 'in JSONL every line is one whole JSON object'],
    ['with a row that lacks a field, at its line', `${pairs[0]}\n{"prompt": "x", "chosen": "y"}\n`,
      'mine.jsonl:3: no `rejected`', 'give every row one of `rejected`'],
    ['with a field of another type, at its line', `{"prompt": 5, "chosen": "y", "rejected": "z"}\n${pairs[0]}`,
      'mine.jsonl:1: `prompt` is the number 5 where a text is needed', 'write `prompt` in double quotes'],
    ['with the same id twice, at the second', '{"id":"a","prompt":"x","chosen":"y","rejected":"z"}\n'.repeat(2),
      'mine.jsonl:2: the id `a` was already given in line 1', 'give every row an id of its own'],
    ['that is empty', '', 'mine.jsonl: the file is empty', 'give a file with at least one usable row'],
    ['that holds only blank lines', '\n\n  \n', 'mine.jsonl: the file is empty'],
    ['in which no row is left', pair('x', 'same', 'same'), 'mine.jsonl: no row of the file can be used'],
    ['that is not text', new Uint8Array([0x7b, 0xff, 0xfe, 0x00]), 'mine.jsonl is not UTF-8 text', 'save it as UTF-8'],
  ]
  for (const [name, content, ...says] of broken) {
    it(name, async () => {
      const { stderr } = await fails(mine, { 'mine.jsonl': content }, ...says)
      assert.match(stderr, /^skipped {3}other · /m)
    })
  }
})

describe('a data file is read', (it) => {
  it('without the row whose two answers are the same, which a note names', async () => {
    const { status, stderr, directory } = await run(mine, { 'mine.jsonl': `${pairs[0]}${pair('x', 'same', 'same')}${pairs[1]}` })
    assert.is(status, 0, stderr)
    assert.match(stderr, /^note {6}mine · preferences \w+: \S*mine\.jsonl:2: chosen and rejected are the same: left out$/m)
    const read = whys(join(directory, '.dice')).find(({ identity }) => identity.stage === 'read')!
    assert.is(readFileSync(join(entry(join(directory, '.dice'), read.key), 'rows.jsonl'), 'utf8').trim().split('\n').length, 2)
  })

  it('again when its content has changed, and not when only its name has', async () => {
    const { status, directory } = await run(mine, { 'mine.jsonl': pairs.join('') })
    assert.is(status, 0)
    const toRun = async (name: string, content: string): Promise<number> => {
      writeFileSync(join(directory, name), content)
      writeFileSync(join(directory, 'y.dice'), `${opening}\n${edited(mine, 'mine.jsonl', name)}`)
      const { stdout } = await dice(['plan', 'y.dice', '--json'], { directory })
      return (JSON.parse(stdout) as { totals: { toRun: number } }).totals.toRun
    }
    assert.is(await toRun('renamed.jsonl', pairs.join('')), 0)
    assert.is(await toRun('mine.jsonl', pairs.toReversed().join('')), 3)
  })
})

describe('a text that does not fit the context is refused', (it) => {
  const long = 'word '.repeat(200)

  it('as a prompt', async () => void await fails(
    'data asked = file("asked.jsonl") { format: prompts }\n' +
      'evaluate quality of [sft] against dpo0 { prompts: asked.prompts, judge: village.judge, measures: [length], max_tokens: 4 }\n',
    { 'asked.jsonl': `{"id": "short", "prompt": "a fox"}\n{"id": "endless", "prompt": "${long}"}\n` },
    'prompt `endless` has ', "but the model's context is 192", 'shorten the row, leave it out, or use a model with a longer `context`',
  ))

  it('as a pair', async () => void await fails(
    mine, { 'mine.jsonl': `${pairs[0]}{"id": "endless", "prompt": "a fox", "chosen": "${long}", "rejected": "no"}\n` },
    'prompt and answer of `endless` have ', "but the model's context is 192",
  ))

  it('as a demonstration', async () => void await fails(
    'data shown = file("shown.jsonl") { format: demonstrations }\n' +
      'train other = supervised(language) on shown.demonstrations { steps: 1, batch: 1 }\n',
    { 'shown.jsonl': `{"id": "endless", "prompt": "a fox", "response": "${long}"}\n` }, 'prompt and answer of `endless` have '))
})

/** The header of a legacy llama2.c checkpoint for a model of 8 features, one block and 320 tokens, and so many numbers after it. */
function checkpoint(numbers: number): Uint8Array {
  const header = Int32Array.of(8, 16, 1, 2, 2, 320, 64)
  return new Uint8Array([...new Uint8Array(header.buffer), ...new Uint8Array(4 * numbers)])
}

describe('a model from files is refused', (it) => {
  const stories = 'model stories = checkpoint("stories.bin") { tokenizer: "tokenizer.bin" }\n' +
    'train other = dpo(stories) on village.preferences { steps: 1 }\n'

  it('when a llama2.c checkpoint is cut off', async () => {
    const { stderr } = await fails(stories, { 'stories.bin': checkpoint(100), 'tokenizer.bin': new Uint8Array(8) },
      'stories.bin: a llama2.c checkpoint of version 0 with ', ' bytes, this file has 428', 'fetch the file again: it is cut off')
    assert.match(stderr, /^skipped {3}other · /m)
  })

  it('when the file is something else', async () => void await fails(
    stories, { 'stories.bin': 'version https://git-lfs.github.com/spec/v1\n', 'tokenizer.bin': '' },
    'stories.bin is not a llama2.c checkpoint: ',
  ))

  it('when the tokenizer is none', async () => {
    // Embedding, one block of attention and feed-forward, norms and rotary tables: as many numbers as the header asks for.
    const numbers = 320 * 8 + 8 + 4 * 64 + 8 + 3 * 8 * 16 + 8 + 2 * 64 * 2
    await fails(stories, { 'stories.bin': checkpoint(numbers), 'tokenizer.bin': new Uint8Array(4) }, 'tokenizer.bin is not a llama2.c tokenizer: ')
  })

  it('when the shape of a tensor is not that of config.json', async () => {
    const { store } = await filled()
    const initial = entry(store, whys(store).find(({ identity }) => identity.stage === 'initialize')!.key)
    const directory = await copyOfFilled({ 'x.dice': 'model wide = huggingface("wide")\n' })
    cpSync(initial, join(directory, 'wide'), { recursive: true })
    const sound = await dice(['run', 'x.dice'], { directory })
    assert.is(sound.status, 0, sound.stderr)
    const config = readJson(join(initial, 'config.json')) as { intermediate_size: number }
    writeFileSync(join(directory, 'wide/config.json'), JSON.stringify({ ...config, intermediate_size: config.intermediate_size + 8 }))
    const { status, stderr } = await dice(['run', 'x.dice'], { directory })
    assert.is(status, 1)
    assert.match(stderr, new RegExp(`model\\.safetensors: tensor \\S+ has the shape \\[${config.intermediate_size}, 16\\]; ` +
      `config\\.json asks for .*${config.intermediate_size + 8}.*\n {2}remedy: check that config\\.json and the weights belong together`))
    await nothingLost(join(directory, '.dice'))
  })
})

describe('a share γ that the data cannot satisfy', (it) => {
  it('is refused with the largest that they can, and that one works', async () => {
    const directory = await copyOfFilled()
    const { status, stderr } = await dice(['run', 'tiny.dice', '--set', 'replay.size=60', '--set', 'replay.gamma=0.9'], { directory })
    assert.is(status, 1)
    assert.match(stderr, /γ = 0\.9 asks for 54 offline pairs whose prompt no generated pair uses, and there are \d+\n/)
    assert.match(stderr, /\n {2}remedy: the largest γ these data allow is /)
    assert.match(stderr, /^skipped {3}dice · round 1 · dpo/m)
    const largest = Math.min(...[...stderr.matchAll(/the largest γ these data allow is ([\d.e-]+)/g)].map((match) => Number(match[1])))
    const again = await dice(['run', 'tiny.dice', '--set', 'replay.size=60', '--set', `replay.gamma=${largest}`], { directory })
    assert.not.match(again.stderr, /round 1 · replay .*\n {2}γ/)
    assert.is(again.status, 0, again.stderr)
    await nothingLost(join(directory, '.dice'))
  })
})

describe('a training that breaks down', (it) => {
  const declarations = 'train wild = dpo(sft) on village.preferences { steps: 4, batch: 4, rate: 1e30 }\n' +
    'train after = dpo(wild) on village.preferences { steps: 1, batch: 4 }\n' +
    'train apart = dpo(sft) on village.preferences { steps: 1, batch: 4 }\n'

  it('says at which step and what to lower; what depends on it is skipped, the rest goes on', async () => {
    const { stdout, stderr, directory } = await fails(
      declarations, {}, 'training broke down at step 2: the loss is ', 'remedy: lower the learning rate (1e+30 at this step)',
    )
    assert.match(stderr, /^failed {4}wild · dpo .*\n/m)
    assert.match(stderr, /^skipped {3}after · dpo \w+: it needs wild · dpo$/m)
    assert.match(stderr, /^finished {2}apart · dpo /m)
    const { stages } = JSON.parse(stdout) as { stages: { failed: number; ran: number } }
    assert.is(stages.failed, 1)
    assert.match(stderr, /1 failed, 2 skipped in [^\n]+\nreport: reports\/x\/report\.html\n$/)
    const command = /reproduce: dice (.*)/.exec(stderr)![1]!
    const again = await dice(command.split(' '), { directory })
    assert.is(again.status, 1, 'the command that the failure names fails in the same way')
    assert.match(again.stderr, /^failed {4}wild · dpo .*\n {2}training broke down at step 2/m)
    assert.not.match(again.stderr, /^started {3}apart/m)
  })

  it('with --fail-fast is the last that is started', async () => {
    const { status, stderr } = await run(declarations, {}, ['--fail-fast', '--jobs', '1'])
    assert.is(status, 1)
    const after = stderr.slice(stderr.indexOf('\nfailed '))
    assert.not.match(after, /^started /m)
  })
})

describe('a loop from which no pair comes', (it) => {
  it('says what was dropped and why', async () => {
    const { stderr } = await fails(
      'iterate loop from dpo0 against sft {\n  rounds: 1\n  sample { prompts: village.train, count: 4, responses: 2, max_tokens: 2 }\n' +
        '  pair best_worst { min_responses: 2, keep_truncated: false }\n  replay village.preferences { gamma: 0.5, size: 4 }\n' +
        '  train dpo { steps: 1, batch: 2 }\n}\n',
      {}, 'no pair came out of 4 prompts: ', ' had fewer than 2 usable answers (', 'raise `max_tokens`')
    assert.match(stderr, /^skipped {3}loop · round 1 · dpo/m)
  })
})
