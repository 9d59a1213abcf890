// `dice run` and `dice report`: from a file to a report, and waiting only for what a change touches.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { dice, digests, edited, folder, tiny } from './dice.ts'
import { copyOfFilled, filled, nothingLost } from './filled.ts'

interface Outcome {
  readonly experiment: string
  readonly stages: { readonly total: number; readonly ran: number; readonly cached: number; readonly failed: number }
  readonly seconds: number
  readonly report: string
}

const lastLine = (stdout: string): Outcome => JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Outcome

/** Keys as the progress lines give them: eight letters each. */
const ranKeys = (stderr: string): string[] => [...stderr.matchAll(/^finished .* ([0-9a-f]{8}) in /gm)].map((match) => match[1]!).sort()

/** Keys that a plan says are to run. */
async function toRun(words: readonly string[], directory: string): Promise<string[]> {
  const { stdout } = await dice(['plan', ...words, '--json'], { directory })
  const { stages, totals } = JSON.parse(stdout) as { stages: { key: string; stored: boolean }[]; totals: { notNeeded: number } }
  assert.is(totals.notNeeded, 0)
  return stages.filter(({ stored }) => !stored).map(({ key }) => key.slice(0, 8)).sort()
}

describe('run', (it) => {
  it('ends with one line of JSON, exactly', async () => {
    const { run, digests } = await filled()
    const outcome = lastLine(run.stdout)
    const total = Object.keys(digests).length
    assert.equal(outcome, {
      experiment: 'tiny', stages: { total, ran: total, cached: 0, failed: 0 }, seconds: outcome.seconds, report: 'reports/tiny/report.html',
    })
    assert.ok(outcome.seconds > 0 && outcome.seconds < run.seconds)
    assert.is(run.stdout.split('\n').length, 2, 'standard output holds nothing else')
  })

  it('tells on standard error what starts and ends, and what it comes to', async () => {
    const { run, digests } = await filled()
    const total = Object.keys(digests).length
    assert.is(ranKeys(run.stderr).length, total)
    assert.match(run.stderr, new RegExp(`^The whole loop in a few seconds · ${total} stages · \\S+ · \\d+ at a time\n`))
    assert.match(run.stderr, new RegExp(`\n${total} ran in [^\n]+\nreport: reports/tiny/report\\.html\n$`))
    assert.not.match(run.stderr + run.stdout, /\u001b/, 'NO_COLOR')
  })

  it('writes a report whose page holds the numbers and loads nothing from elsewhere', async () => {
    const { directory } = await filled()
    const names = readdirSync(join(directory, 'reports/tiny'), { recursive: true }) as string[]
    assert.ok(names.includes('report.html') && names.includes('results.csv') && names.includes('results.json'), names.join(' '))
    assert.equal(names.filter((name) => name.endsWith('.tmp')), [])
    const page = readFileSync(join(directory, 'reports/tiny/report.html'), 'utf8')
    assert.ok(page.includes('The whole loop in a few seconds') && page.includes('Does the whole loop run?'))
    assert.equal(page.match(/(src|href)="(https?:)?\/\/[^"]*"/g) ?? [], [])
  })

  it('a second time runs nothing, in under three seconds, and gives the same report', async () => {
    const { directory, digests: before } = await filled()
    const again = await dice(['run', 'tiny.dice', '--json', '--out', 'again'], { directory })
    const total = Object.keys(before).length
    assert.equal([again.status, lastLine(again.stdout).stages], [0, { total, ran: 0, cached: total, failed: 0 }])
    assert.ok(lastLine(again.stdout).seconds < 3, `${lastLine(again.stdout).seconds} s`)
    assert.equal(ranKeys(again.stderr), [])
    assert.match(again.stderr, new RegExp(`0 ran, ${total} stored before`))
    for (const name of ['report.html', 'results.json', 'results.csv']) {
      assert.is(readFileSync(join(directory, 'again', name), 'utf8'), readFileSync(join(directory, 'reports/tiny', name), 'utf8'))
    }
    await nothingLost()
  })

  it('after a change runs exactly the stages that the plan says', async () => {
    const directory = await copyOfFilled({ 'tiny.dice': tiny, 'edited.dice': edited(tiny, 'gamma: 0.5', 'gamma: 0.25') })
    const words = ['tiny.dice', '--set', 'replay.gamma=0.25']
    const expected = await toRun(words, directory)
    const { length: stored } = Object.keys((await filled()).digests)
    assert.ok(expected.length > 0 && expected.length < stored)
    assert.equal(await toRun(['edited.dice'], directory), expected, 'whether --set or the file says it')
    const { status, stdout, stderr } = await dice(['run', ...words, '--json'], { directory })
    assert.is(status, 0, stderr)
    assert.equal(ranKeys(stderr), expected)
    const { total, ran, cached, failed } = lastLine(stdout).stages
    assert.equal([ran, cached, failed], [expected.length, total - expected.length, 0])
    assert.equal(await toRun(['edited.dice'], directory), [], 'the edited file finds what --set computed')
    await nothingLost(join(directory, '.dice'))
  })

  it('prints the summary for people when it is not asked for JSON', async () => {
    const { directory } = await filled()
    const { status, stdout } = await dice(['run', 'tiny.dice'], { directory })
    assert.is(status, 0)
    assert.match(stdout, /^The whole loop in a few seconds\n.*quality: against dpo0\n/s)
    assert.is((await dice(['run', 'tiny.dice', '--quiet'], { directory })).stdout, stdout)
  })

  it('with --quiet says only how it ended', async () => {
    const { directory } = await filled()
    const { stderr } = await dice(['run', 'tiny.dice', '-q'], { directory })
    assert.is(stderr.trimEnd().split('\n').length, 2, stderr)
  })

  it('keeps results and report where it is told', async () => {
    const { store } = await filled()
    const directory = folder({ 'deep/tiny.dice': tiny })
    const { status, stdout } = await dice(['run', 'deep/tiny.dice', '--store', store, '--out', 'here/and/there', '--json'], { directory })
    assert.equal([status, lastLine(stdout).report, lastLine(stdout).stages.ran], [0, 'here/and/there/report.html', 0])
    assert.equal(readdirSync(directory).sort(), ['deep', 'here'])
  })

  it('reads standard input', async () => {
    const { directory } = await filled()
    const { status, stdout } = await dice(['run', '-', '--json'], { directory, input: tiny })
    assert.equal([status, lastLine(stdout).experiment, lastLine(stdout).stages.ran], [0, 'stdin', 0])
  })

  it('refuses a broken file before anything is written', async () => {
    const directory = folder({ 'bad.dice': edited(tiny, 'gamma: 0.5', 'gamma: 5') })
    const { status, stdout, stderr } = await dice(['run', 'bad.dice'], { directory })
    assert.equal([status, stdout], [2, ''])
    assert.match(stderr, /^bad\.dice:31:39: error\[D302\]/)
    assert.equal(readdirSync(directory), ['bad.dice'])
  })

  it('refuses a report folder that cannot be made', async () => {
    const { store } = await filled()
    const directory = folder({ 'tiny.dice': tiny, taken: 'a file' })
    const { status, stderr } = await dice(['run', 'tiny.dice', '--store', store, '--out', 'taken', '-q'], { directory })
    assert.is(status, 2)
    assert.match(stderr, /cannot write the report to `taken`: .*--out DIR/s)
    assert.not.match(stderr, /\bat \S+:\d+:\d+/, 'no stack')
    assert.is(readFileSync(join(directory, 'taken'), 'utf8'), 'a file')
    await nothingLost()
  })
})

describe('report', (it) => {
  it('is the same, written again from what is stored', async () => {
    const { directory } = await filled()
    const { status, stdout } = await dice(['report', 'tiny.dice', '--out', 'anew', '--json'], { directory })
    assert.equal([status, JSON.parse(stdout)], [0, { experiment: 'tiny', report: 'anew/report.html', missing: 0 }])
    const names = (readdirSync(join(directory, 'reports/tiny'), { recursive: true }) as string[]).sort()
    assert.equal((readdirSync(join(directory, 'anew'), { recursive: true }) as string[]).sort(), names)
    const page = (where: string): string => readFileSync(join(directory, where, 'report.html'), 'utf8')
    assert.is(page('anew'), page('reports/tiny'))
  })

  it('says what is missing, shows it as missing, and runs nothing', async () => {
    const { store, digests: before } = await filled()
    const directory = folder({ 'tiny.dice': tiny })
    const words = ['report', 'tiny.dice', '--store', store, '--set', 'replay.gamma=0.25', '--json']
    const { status, stdout, stderr } = await dice(words, { directory })
    const { missing } = JSON.parse(stdout) as { missing: number }
    assert.equal([status, missing > 0], [1, true])
    assert.match(stderr, new RegExp(`${missing} results are not stored and are shown as missing; compute them with: `))
    assert.match(stderr, /: dice run tiny\.dice --set replay\.gamma=0\.25 --store /)
    assert.ok(existsSync(join(directory, 'reports/tiny/report.html')))
    assert.equal(digests(store), before)
  })
})

describe('doctor', (it) => {
  it('finds an engine that works, and says so for programs', async () => {
    const directory = folder()
    const { status, stdout, stderr } = await dice(['doctor', '--json'], { directory })
    assert.equal([status, stderr], [0, ''])
    const findings = JSON.parse(stdout) as { name: string; ok: boolean; says: string; remedy?: string }[]
    assert.ok(findings.some(({ name, ok }) => name.startsWith('engine ') && ok))
    for (const { name, ok, says, remedy } of findings) assert.ok(says !== '' && (ok || (remedy ?? '') !== ''), name)
  })

  it('names the store that cannot be written, with a remedy', async () => {
    const { status, stdout } = await dice(['doctor', '--store', 'taken'], { directory: folder({ taken: '' }) })
    assert.is(status, 1)
    assert.match(stdout, /✗ store [^]*taken[^]*\n +→ choose another folder with --store DIR/)
  })
})

describe('a store that cannot be used', (it) => {
  it('is refused with a remedy: a file stands where the folder should be', async () => {
    const directory = folder({ 'tiny.dice': tiny, taken: 'a file' })
    for (const command of ['run', 'plan', 'report', 'graph']) {
      const { status, stdout, stderr } = await dice([command, 'tiny.dice', '--store', 'taken'], { directory })
      assert.equal([status, stdout], [2, ''])
      assert.match(stderr, /cannot write to the store \S+taken: a file stands in its way; choose another folder with --store DIR/)
    }
    assert.is(readFileSync(join(directory, 'taken'), 'utf8'), 'a file')
  })

  it('fails the stages that cannot be kept and still ends in order, when a file takes the place of its inside', async () => {
    const directory = folder({ 'tiny.dice': tiny })
    mkdirSync(join(directory, '.dice'))
    writeFileSync(join(directory, '.dice/objects'), 'a file')
    const { status, stderr } = await dice(['run', 'tiny.dice'], { directory })
    assert.is(status, 2)
    assert.match(stderr, /cannot write to the store/)
    rmSync(join(directory, '.dice/objects'))
  })
})
