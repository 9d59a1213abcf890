// `dice plan` and `dice graph`: what would run, for people and for programs.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { dice, edited, folder, tiny } from './dice.ts'
import { filled } from './filled.ts'

interface PlanJson {
  readonly experiment: string
  readonly engine: string
  readonly stages: readonly {
    readonly key: string
    readonly kind: string
    readonly label: string
    readonly inputs: Readonly<Record<string, string | readonly string[]>>
    readonly seed?: number
    readonly params: unknown
    readonly stored: boolean
    readonly neededBy: readonly string[]
    readonly tokens: number
    readonly bytes: number
  }[]
  readonly totals: Readonly<Record<string, number>> & {
    readonly kinds: Readonly<Record<string, { readonly stages: number; readonly toRun: number }>>
  }
}

const planned = async (words: readonly string[], directory: string): Promise<PlanJson> => {
  const { status, stdout, stderr } = await dice(['plan', ...words, '--json'], { directory })
  assert.equal([status, stderr], [0, ''])
  return JSON.parse(stdout) as PlanJson
}

const fresh = folder({ 'tiny.dice': tiny })

describe('plan', (it) => {
  it('gives programs every stage, its inputs before it, and totals that agree', async () => {
    const { experiment, engine, stages, totals } = await planned(['tiny.dice'], fresh)
    assert.equal([experiment, engine.length > 0], ['tiny', true])
    const seen = new Set<string>()
    for (const { key, kind, label, inputs, stored, neededBy, tokens, bytes } of stages) {
      assert.match(key, /^[0-9a-f]{64}$/)
      assert.ok(!seen.has(key), `${label} is there twice`)
      for (const input of Object.values(inputs).flat()) assert.ok(seen.has(input), `${label} comes before what it needs`)
      assert.ok(kind !== '' && label !== '' && neededBy.length > 0 && tokens >= 0 && bytes >= 0, label)
      assert.is(stored, false)
      seen.add(key)
    }
    assert.equal([totals['stages'], totals['toRun'], totals['stored']], [stages.length, stages.length, 0])
    for (const [kind, counts] of Object.entries(totals.kinds)) assert.is(counts.stages, stages.filter((stage) => stage.kind === kind).length)
    assert.is(totals['tokens'], stages.reduce((sum, { tokens }) => sum + tokens, 0))
  })

  it('runs nothing and makes no report', async () => {
    await dice(['plan', 'tiny.dice'], { directory: fresh })
    assert.is(existsSync(join(fresh, 'reports')), false)
    const { stages } = await planned(['tiny.dice'], fresh)
    assert.equal(stages.filter(({ stored }) => stored), [])
  })

  it('knows what is stored', async () => {
    const { directory } = await filled()
    const { stages, totals } = await planned(['tiny.dice'], directory)
    assert.equal([totals['toRun'], totals['stored'], totals['tokens'], totals['peakBytes']], [0, stages.length, 0, 0])
    assert.equal(stages.filter(({ stored }) => !stored), [])
    const { stdout } = await dice(['plan', 'tiny.dice'], { directory })
    assert.match(stdout, /Nothing is left to run\.\n$/)
    assert.not.match(stdout, /▸ {2}/)
  })

  it('says in words and in JSON the same', async () => {
    const { directory } = await filled()
    const words = ['tiny.dice', '--set', 'replay.gamma=0.25']
    const { totals } = await planned(words, directory)
    const { status, stdout, stderr } = await dice(['plan', ...words], { directory })
    assert.equal([status, stderr], [0, ''])
    assert.match(stdout, new RegExp(`${totals['stages']} stages: ✓ ${totals['stored']} stored, ▸ ${totals['toRun']} to run`))
    assert.is(stdout.split('\n').filter((line) => line.startsWith('▸')).length, totals['toRun'])
  })

  it('plans what --set says as if the file said it', async () => {
    const directory = folder({ 'a.dice': tiny, 'b.dice': edited(edited(tiny, 'gamma: 0.5', 'gamma: 0.25'), 'rounds: 2', 'rounds: 3') })
    const words = ['a.dice', '--set', 'replay.gamma=0.25', '--set', 'rounds=3']
    const [set, written] = await Promise.all([planned(words, directory), planned(['b.dice'], directory)])
    assert.equal(set.stages, written.stages)
  })

  it('keeps every key when names, order and comments change', async () => {
    const renamed = tiny.replace('---', '---\n# another look').replaceAll(/\bsft\b/g, 'tuned').replaceAll(/\bdpo0\b/g, 'first')
    const directory = folder({ 'a.dice': tiny, 'b.dice': renamed })
    const [one, other] = await Promise.all([planned(['a.dice'], directory), planned(['b.dice'], directory)])
    assert.equal(other.stages.map(({ key }) => key).sort(), one.stages.map(({ key }) => key).sort())
  })

  it('resolves every setting, written or filled in', async () => {
    const { status, stdout } = await dice(['plan', 'tiny.dice', '--resolved'], { directory: fresh })
    assert.is(status, 0)
    const lines = stdout.split('\n')
    const after = (heading: string): string[] => lines.slice(lines.indexOf(heading) + 1)
    assert.equal(after('front matter').slice(0, 2), ['  title: "The whole loop in a few seconds"', '  seeds: [1, 2]'])
    assert.ok(after('train dpo0 dpo').includes('  beta: 0.1  (default)'))
    assert.ok(after('train dpo0 dpo').includes('  steps: 2'))
    const block = after('  replay').slice(0, 4)
    assert.ok(block.includes('    gamma: 0.5') && block.includes('    size: 8'), block.join('\n'))
    assert.ok(lines.includes('  shape length  (default)'), 'a block that is not written is shown too')
    assert.equal(lines.filter((line) => /undefined|\[object/.test(line)), [])
  })

  it('resolves what --set replaced', async () => {
    const { stdout } = await dice(['plan', 'tiny.dice', '--resolved', '--set', 'dpo0.beta=0.3'], { directory: fresh })
    assert.match(stdout, /^ {2}beta: 0\.3$/m)
  })

  it('refuses a broken file with its mistakes', async () => {
    const { status, stdout, stderr } = await dice(['plan', '-', '--json'], { input: edited(tiny, 'gamma: 0.5', 'gamma: 5') })
    assert.equal([status, stdout], [2, ''])
    assert.match(stderr, /^<stdin>:31:39: error\[D302\]/)
  })
})

describe('graph', (it) => {
  const graphOf = async (format: string): Promise<string> => {
    const { directory } = await filled()
    const { status, stdout, stderr } = await dice(['graph', 'tiny.dice', '--format', format, '--set', 'replay.gamma=0.25'], { directory })
    assert.equal([status, stderr], [0, ''])
    return stdout
  }

  it('gives programs the stages and what feeds them', async () => {
    const { directory } = await filled()
    const { stages } = await planned(['tiny.dice', '--set', 'replay.gamma=0.25'], directory)
    const wanted = stages.map(({ key, label, inputs, stored }) => ({ key, label, inputs, stored }))
    assert.equal(JSON.parse(await graphOf('json')), wanted)
  })

  for (const [format, begins, arrow] of [['mermaid', 'flowchart ', /^ *\w+ --> \w+$/gm], ['dot', 'digraph ', /^ *\w+ -> \w+/gm]] as const) {
    it(`draws the same as ${format}: every stage by its label, an arrow for each input`, async () => {
      const [text, json] = await Promise.all([graphOf(format), graphOf('json')])
      assert.ok(text.startsWith(begins), text.slice(0, 40))
      const stages = JSON.parse(json) as { label: string; inputs: Record<string, string | string[]> }[]
      for (const { label } of stages) assert.ok(text.includes(label), `${label} is not drawn`)
      const fed = stages.reduce((sum, { inputs }) => sum + new Set(Object.values(inputs).flat()).size, 0)
      assert.is(text.match(arrow)?.length, fed)
    })
  }

  it('is Mermaid unless another format is named', async () => {
    const { stdout } = await dice(['graph', 'tiny.dice'], { directory: fresh })
    assert.ok(stdout.startsWith('flowchart '))
    assert.is(stdout.endsWith('\n'), true)
  })
})
