// `dice check`: every mistake of a file at its place, nothing run, nothing written.
import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { dice, edited, folder, tiny } from './dice.ts'

/** Up to the loop: a data set, a model and three trainings. */
const opening = tiny.slice(0, tiny.indexOf('%% the loop'))

describe('check', (it) => {
  it('says nothing of a sound file, and touches nothing', async () => {
    const directory = folder({ 'tiny.dice': tiny })
    const { status, stdout, stderr } = await dice(['check', 'tiny.dice'], { directory })
    assert.equal([status, stdout, stderr], [0, '', ''])
    assert.is(existsSync(join(directory, '.dice')), false)
  })

  it('reads standard input', async () => {
    const sound = await dice(['check', '-'], { input: tiny })
    assert.equal([sound.status, sound.stderr], [0, ''])
    const broken = await dice(['check', '-'], { input: edited(tiny, 'rounds: 2', 'rounds: two') })
    assert.is(broken.status, 2)
    assert.match(broken.stderr, /^<stdin>:28:11: error/)
  })

  it('takes a byte order mark and Windows line endings', async () => {
    const { status, stderr } = await dice(['check', 'x.dice'], { directory: folder({ 'x.dice': `\ufeff${tiny.replaceAll('\n', '\r\n')}` }) })
    assert.equal([status, stderr], [0, ''])
  })

  it('answers programs in JSON', async () => {
    const directory = folder({ 'good.dice': tiny, 'bad.dice': edited(tiny, 'rounds: 2', 'ruonds: 2') })
    const good = await dice(['check', 'good.dice', '--json'], { directory })
    assert.equal([good.status, JSON.parse(good.stdout)], [0, { ok: true, diagnostics: [] }])
    const bad = await dice(['check', 'good.dice', 'bad.dice', '--json'], { directory })
    assert.equal([bad.status, bad.stderr], [2, ''])
    const { ok, diagnostics } = JSON.parse(bad.stdout) as { ok: boolean; diagnostics: Record<string, unknown>[] }
    assert.is(ok, false)
    const { hint, ...first } = diagnostics[0]!
    assert.equal(first, {
      file: 'bad.dice', line: 28, column: 3, endLine: 28, endColumn: 9,
      severity: 'error', code: 'D202', message: '`iterate dice` has no entry `ruonds`',
    })
    assert.match(String(hint), /did you mean `rounds`\?/)
  })

  it('checks what --set replaces, and says where it comes from', async () => {
    const directory = folder({ 'tiny.dice': tiny })
    assert.is((await dice(['check', 'tiny.dice', '--set', 'replay.gamma=0.25'], { directory })).status, 0)
    const refused = await dice(['check', 'tiny.dice', '--set', 'replay.gamma=1.5'], { directory })
    assert.is(refused.status, 2)
    assert.match(refused.stderr, /^--set:1:14: error\[D302\]: 1\.5 is out of range\n {4}1 \| replay\.gamma=1\.5\n/)
    const unknown = await dice(['check', 'tiny.dice', '--set', 'replay.gama=0.5'], { directory })
    assert.match(unknown.stderr, /nothing in the file is at `replay\.gama`.*did you mean `replay\.gamma`\?/s)
  })

  it('colours only where it is asked to', async () => {
    const directory = folder({ 'bad.dice': 'trian x' })
    const colored = await dice(['check', 'bad.dice'], { directory, environment: { NO_COLOR: '', FORCE_COLOR: '1' } })
    assert.match(colored.stderr, /\u001b\[/)
    const plain = await dice(['check', 'bad.dice'], { directory, environment: { FORCE_COLOR: '1' } })
    assert.not.match(plain.stderr, /\u001b/, 'NO_COLOR is the stronger wish')
    assert.not.match((await dice(['check', 'bad.dice'], { directory, environment: { NO_COLOR: '' } })).stderr, /\u001b/, 'a pipe is no terminal')
  })
})

const modelFolder = { 'bad.dice': 'model m = huggingface("m")\n', 'm/tokenizer.json': '{}', 'm/model.safetensors': '' }

describe('check finds', (it) => {
  const mistakes: [name: string, text: string, ...says: string[]][] = [
    ['a syntax error', edited(tiny, 'gamma: 0.5, size: 8 }', 'gamma: 0.5, size: 8'),
      'bad.dice:31:30: error[D107]: this `{` is never closed', '   31 |   replay village.preferences { gamma: 0.5, size: 8\n', 'add the missing `}`'],
    ['an unknown kind', `${opening}\ntrian other = dpo(sft) on village.preferences { steps: 4 }\n`,
      'bad.dice:27:1: error[D201]: there is no kind `trian`', 'did you mean `train`?'],
    ['an unknown row', `${opening}\ntrain other = dop(sft) on village.preferences { steps: 4 }\n`,
      'bad.dice:27:15: error[D204]: `train` cannot be `dop`', 'did you mean `dpo`?'],
    ['an unknown entry', edited(tiny, 'gamma: 0.5, size: 8', 'gamma: 0.5, szie: 8'),
      'bad.dice:31:44: error[D202]: `replay` has no entry `szie`', 'did you mean `size`?'],
    ['an unknown name', edited(tiny, 'dpo(sft) on', 'dpo(stf) on'), 'bad.dice:24:18: error[D205]: nothing is named `stf`', 'did you mean `sft`?'],
    ['a wrong type', edited(tiny, 'judge: village.judge', 'judge: village.test'),
      'bad.dice:38:10: error[D309]: `village.test` is requests without answers', '`village.judge` would fit'],
    ['a value out of range', edited(tiny, 'gamma: 0.5', 'gamma: 1.5'),
      'bad.dice:31:39: error[D302]: 1.5 is out of range', 'it must be at least 0 and at most 1'],
    ['a cycle', `${opening}\ntrain one = dpo(two) on village.preferences\ntrain two = dpo(one) on village.preferences\n`,
      'bad.dice:27:17: error[D209]: `one` depends on itself', 'one → two → one'],
    ['a sweep over a path that does not exist', `${tiny}\nsweep knobs = dice with { replay.gama: [0, 1] }\n`,
      'bad.dice:49:27: error[D307]: `dice` has nothing at `replay.gama` to sweep', 'did you mean `replay.gamma`?'],
    ['a swept value out of range', `${tiny}\nsweep knobs = dice with { replay.gamma: [0, 1.5] }\n`,
      'bad.dice:49:45: error[D302]: 1.5 is out of range'],
    ['a missing file', `${opening}\ndata mine = file("absent/pairs.jsonl") { format: chosen_rejected }\n`,
      'bad.dice:27:18: error[D507]: cannot read `absent/pairs.jsonl`: there is no such file', 'paths are relative to the folder of the .dice file'],
    ['a folder where a file belongs', `${opening}\ndata mine = file("folder") { format: chosen_rejected }\n`,
      'bad.dice:27:18: error[D507]: cannot read `folder`: it is a folder, and not that of a model: it holds no config.json'],
    ['more responses wanted than are drawn', edited(tiny, 'min_responses: 2', 'min_responses: 5'),
      'bad.dice:30:36: error[D504]: `min_responses` is 5 but only 4 responses are drawn', 'draw more responses or ask for fewer'],
    ['several mistakes in one go', `${opening}\ntrain a = dpo(stf) on sft { beta: -1, setps: 3 }\ntrain b = dop(sft) on village.preferences\n`,
      'bad.dice:27:15: error', 'bad.dice:27:23: error', 'bad.dice:27:35: error', 'bad.dice:27:39: error', 'bad.dice:28:11: error', '\n5 errors\n'],
  ]
  for (const [name, text, ...says] of mistakes) {
    it(name, async () => {
      const { status, stdout, stderr } = await dice(['check', 'bad.dice'], { directory: folder({ 'bad.dice': text, 'folder/file': '' }) })
      assert.equal([status, stdout], [2, ''])
      for (const words of says) assert.ok(stderr.includes(words), `${words}\nis not said in\n${stderr}`)
    })
  }

  it('a file that may not be read', async () => {
    const directory = folder({ 'bad.dice': `${opening}\ndata mine = file("pairs.jsonl") { format: chosen_rejected }\n`, 'pairs.jsonl': '' })
    chmodSync(join(directory, 'pairs.jsonl'), 0o000)
    // To the superuser every file is readable.
    const allowed = process.getuid?.() === 0
    const { status, stderr } = await dice(['check', 'bad.dice'], { directory })
    assert.is(status, allowed ? 0 : 2, stderr)
    if (!allowed) assert.match(stderr, /cannot read `pairs\.jsonl`: permission denied/)
  })

  it('a device, which is never read to its end', async () => {
    const { status, stderr } = await dice(['check', '-'], { input: 'data endless = file("/dev/zero") { format: text }\n' })
    assert.is(status, 2)
    assert.match(stderr, /cannot read `\/dev\/zero`: it is neither a file nor a folder/)
  })

  it('a path that is also the name of something built in', async () => {
    const text = `${opening}\ndata mine = file("constructor") { format: prompts }\ndata yours = file("__proto__") { format: prompts }\n`
    const { status, stderr } = await dice(['check', '-'], { input: text })
    assert.is(status, 2)
    assert.match(stderr, /cannot read `constructor`: there is no such file.*cannot read `__proto__`: there is no such file/s)
  })

  it('a model folder whose config.json is not JSON', async () => {
    const files = { ...modelFolder, 'm/config.json': '{ "model_type": ' }
    const { status, stderr } = await dice(['check', 'bad.dice'], { directory: folder(files) })
    assert.is(status, 2)
    assert.match(stderr, /^bad\.dice:1:23: error\[D507\]: cannot read `m`: its config\.json is not JSON/)
  })

  it('a model of another architecture', async () => {
    const files = { ...modelFolder, 'm/config.json': '{ "model_type": "gpt2" }' }
    const { status, stderr } = await dice(['check', 'bad.dice'], { directory: folder(files) })
    assert.is(status, 2)
    assert.match(stderr, /its config\.json does not describe a model we can run: model_type is "gpt2"; llama and mistral are supported/)
  })
})
