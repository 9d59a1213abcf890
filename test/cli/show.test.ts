// `dice show`: where a stored result comes from, and a view of what is in it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Pair, Samples } from '../../src/data/record.ts'
import { describe } from '../describe.ts'
import { dice, entry, folder, whys } from './dice.ts'
import { copyOfFilled, filled } from './filled.ts'

interface ShowJson {
  readonly key: string
  readonly label: string
  readonly identity: { readonly stage: string; readonly params: Readonly<Record<string, unknown>> }
  readonly inputs: readonly { readonly port: string; readonly key: string; readonly label: string | null }[]
  readonly whole: string
  readonly bytes: number
  readonly seconds: number
  readonly value: Readonly<Record<string, unknown>>
}

const keyOf = async (label: string): Promise<string> => {
  const found = whys((await filled()).store).find((why) => why.label === label)
  assert.ok(found !== undefined, label)
  return found.key
}

const show = async (label: string, ...words: string[]): Promise<string> => {
  const [{ directory }, key] = [await filled(), await keyOf(label)]
  const { status, stdout, stderr } = await dice(['show', key.slice(0, 10), ...words], { directory })
  assert.equal([status, stderr], [0, ''])
  return stdout
}

const json = async (label: string): Promise<ShowJson> => JSON.parse(await show(label, '--json')) as ShowJson

/** The lines under a heading. */
const under = (text: string, title: string): string[] => {
  const lines = text.split('\n')
  assert.ok(lines.includes(title), `there is no ${title} in\n${text}`)
  const below = lines.slice(lines.indexOf(title) + 1)
  return below.slice(0, below.indexOf('')).map((line) => line.trim())
}

describe('dice show', (it) => {
  it('says what a result is, what it was made of and how large it is', async () => {
    const text = await show('dice · round 1 · replay · seed 1')
    const [first, ...lines] = text.split('\n')
    assert.is(first, 'dice · round 1 · replay · seed 1')
    const fact = (name: string): string | undefined => lines.find((line) => line.startsWith(`  ${name} `))?.slice(13)
    assert.is(fact('key'), await keyOf('dice · round 1 · replay · seed 1'))
    assert.is(fact('stage'), 'replay, version 1')
    assert.is(fact('generated'), `${(await keyOf('dice · round 1 · pair · seed 1')).slice(0, 8)}  dice · round 1 · pair · seed 1`)
    assert.is(fact('seed'), '1')
    assert.is(fact('digest'), (await filled()).digests[await keyOf('dice · round 1 · replay · seed 1')])
    assert.match(fact('computed')!, /^20\S+Z, in [\d.]+ s$/)
    assert.match(fact('files')!, /^replay\.json \d+ B, rows\.jsonl [\d.]+ kB$/)
    assert.equal(under(text, 'settings'), ['gamma 0.5, size 8'])
    assert.equal(under(text, 'replay'), [
      'γ 0.5: 4 offline and 4 generated pairs, a share of 0.5 offline', 'available: 40 offline, 8 generated',
    ])
    assert.match(under(text, 'rows')[0]!, /^8 pairs, 4 offline and 4 generated; mean characters: chosen [\d.]+, rejected [\d.]+$/)
  })

  it('shows samples with lengths and the rewards by which they were paired', async () => {
    const lines = under(`${await show('dice · round 1 · sample · seed 1', '--rows', '1')}\n`, 'samples')
    assert.match(lines[0]!, /^8 prompts, 32 answers, \d+ ended by themselves; characters \d+ to \d+, mean [\d.]+$/)
    assert.match(lines[1]!, /^reward `implicit` /)
    assert.is(lines.length, 8)
    for (const line of lines.slice(3, 7)) assert.match(line, /^reward [−\d.e]+ {2}\d+ characters {2}−[\d.]+ nats {2}/)
    assert.is(lines[7], 'and 7 more (--rows 8 shows all)')
    const unpaired = under(`${await show('quality · sft · sample · seed 1')}\n`, 'samples')
    assert.equal(unpaired.filter((line) => line.includes('reward')), [])
  })

  it('shows pairs with their rewards: the chosen answer has the higher', async () => {
    const text = `${await show('dice · round 1 · pair · seed 1', '--rows', '8')}\n`
    const rewards = (side: string): number[] => [...text.matchAll(new RegExp(`^ +${side} +reward (\\S+)`, 'gm'))]
      .map((match) => Number(match[1]!.replaceAll('−', '-')))
    const [chosen, rejected] = [rewards('chosen'), rewards('rejected')]
    assert.equal([chosen.length, rejected.length], [8, 8])
    assert.ok(chosen.reduce((sum, value) => sum + value, 0) > rejected.reduce((sum, value) => sum + value, 0))
    const shaping = under(text, 'length shaping')
    assert.match(shaping.join('\n'), /^α \S+ per character; auto finds \S+\n8 pairs of 8 prompts and 32 answers/)
    assert.match(shaping.at(-1)!, /^\|Δ length\| for α from 0 to \S+ {2}[▁-█]{2,40}$/)
  })

  it('shows models, training curves, evaluations, tokenizers and log-probabilities', async () => {
    const training = `${await show('dice · round 2 · dpo · seed 2')}\n`
    assert.equal(under(training, 'model'), [
      '8.2 k parameters: 1 layer, width 16, feed-forward 48, 2 heads (1 for keys and values)',
      'vocabulary 320, tied; context 192 tokens', 'template "{prompt}\\n"',
    ])
    const [points, loss, accuracy] = under(training, 'training')
    assert.equal([points, accuracy!.split(' ')[0]], ['2 points, steps 1–2', 'accuracy'])
    assert.match(loss!, /^loss +[\d.]+ → [\d.]+ {2}[▁█]{2} {2}DPO loss \(nats per pair\)$/)
    const judged = under(`${await show('quality · sft · judge · seed 1')}\n`, 'evaluation').join('\n')
    assert.match(judged, /^6 prompts: \d won, \d tied, \d lost\nWin rate +[\d.]+ %\n/)
    assert.match(judged, /\ntest-0 {2}.*\nanswer +score \S+ {2}\d+ characters .*\nbaseline +score /)
    assert.equal(under(`${await show('base · tokenizer')}\n`, 'tokenizer'), ['vocabulary 320'])
    const first = async (label: string, title: string): Promise<string> => under(`${await show(label)}\n`, title)[0]!
    const scored = await first('dice · round 1 · score under the reference · seed 1', 'log-probabilities')
    assert.match(scored, /^8 prompts, 32 log-probabilities; nats −/)
    assert.match(await first('village · demonstrations', 'rows'), /^60 demonstrations; characters of answers \d+ to \d+/)
    assert.match(await first('village · text', 'rows'), /^60 texts; characters /)
  })

  it('gives programs everything', async () => {
    const samples = await json('dice · round 1 · sample · seed 1')
    assert.equal([samples.identity.stage, samples.identity.params['responses'], samples.whole.length], ['sample', 4, 64])
    assert.is((samples.value['samples.jsonl'] as Samples[]).length, 8)
    const from = samples.inputs.map(({ port, label }) => `${port}: ${label}`)
    assert.equal(from, ['model: dpo0 · dpo · seed 1', 'prompts: village · train'])
    const pairs = await json('dice · round 1 · pair · seed 1')
    assert.is((pairs.value['rows.jsonl'] as Pair[]).length, 8)
    const trained = await json('dice · round 2 · dpo · seed 2')
    assert.equal(Object.keys(trained.value).sort(), ['config.json', 'curve.json', 'dice.json', 'tokenizer_config.json'])
    assert.ok(trained.bytes > 34_000 && trained.seconds >= 0)
  })

  it('makes do without inputs that are gone, and names damage that it finds', async () => {
    const directory = await copyOfFilled()
    const store = join(directory, '.dice')
    const [pair, samples] = [await keyOf('dice · round 1 · pair · seed 1'), await keyOf('dice · round 1 · sample · seed 1')]
    rmSync(entry(store, samples), { recursive: true })
    const { status, stdout } = await dice(['show', pair], { directory })
    assert.is(status, 0)
    assert.match(stdout, new RegExp(`samples +${samples.slice(0, 8)} {2}\\(not stored\\)`))
    assert.not.match(stdout, /chosen +reward/)
    const file = join(entry(store, pair), 'shaping.json')
    const whole = readFileSync(file, 'utf8')
    writeFileSync(file, whole.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)))
    const changed = await dice(['show', pair], { directory })
    assert.is(changed.status, 1)
    assert.match(changed.stderr, /^a stored result was damaged and has been set aside: /)
    assert.match(changed.stderr, /\n.*the content of shaping\.json has changed; run again/)
    const gone = await dice(['show', pair], { directory })
    assert.equal([gone.status, /no stored result has a key that begins with/.test(gone.stderr)], [2, true])
  })

  it('refuses what is no key, a key of nothing, and a store that is not there', async () => {
    const { directory } = await filled()
    const refused = async (words: readonly string[], says: RegExp, place = directory): Promise<void> => {
      const { status, stdout, stderr } = await dice(['show', ...words], { directory: place })
      assert.equal([status, stdout], [2, ''])
      assert.match(stderr, says)
    }
    await refused([], /^dice show: which result\?/)
    await refused(['sft'], /^dice show: `sft` begins no key/)
    await refused(['ffffffffffff'], /^dice show: no stored result has a key that begins with `ffffffffffff`/)
    await refused(['0123', '--rows', '-1'], /--rows/)
    await refused(['01234567'], /^dice show: there is no store at .*; `dice run` makes one/, folder())
  })
})
