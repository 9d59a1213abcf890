// The words of the command line: help, versions, and words it does not know.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { commands } from '../../src/cli/commands.ts'
import { describe } from '../describe.ts'
import { golden } from '../golden.ts'
import { root } from '../root.ts'
import { dice, folder } from './dice.ts'

const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
const names = Object.keys(commands)
const empty = folder()

describe('help', (it) => {
  for (const name of ['', ...names]) {
    it(`of ${name === '' ? 'dice' : name} fits a screen and begins with an example`, async () => {
      const { status, stdout, stderr } = await dice([...(name === '' ? [] : [name]), '--help'], { directory: empty })
      assert.equal([status, stderr], [0, ''])
      const lines = stdout.trimEnd().split('\n')
      assert.ok(lines.length <= 24, `${lines.length} lines`)
      assert.equal(lines.filter((line) => [...line].length > 80), [])
      assert.match(lines.slice(2).join('\n'), /^\n?Examples\n {2}\$ dice /)
      golden(`cli/help${name === '' ? '' : `-${name}`}.txt`, stdout.replaceAll(version, '<version>'))
    })
  }

  it('can be asked for in several ways', async () => {
    const asked = await Promise.all([['--help'], ['-h'], ['help'], []].map((words) => dice(words)))
    assert.is(new Set(asked.map(({ status, stdout }) => `${status} ${stdout}`)).size, 1)
    const [long, short, before] = await Promise.all([['plan', '--help'], ['plan', 'file.dice', '-h'], ['help', 'plan']].map((words) => dice(words)))
    assert.equal([short!.stdout, before!.stdout], [long!.stdout, long!.stdout])
  })

  it('names every command', async () => {
    const { stdout } = await dice([])
    for (const name of names) assert.match(stdout, new RegExp(`^ {2}${name}\\b`, 'm'))
  })
})

describe('words', (it) => {
  it('tell the version', async () => {
    for (const word of ['--version', '-V']) {
      const { status, stdout, stderr } = await dice([word])
      assert.equal([status, stdout, stderr], [0, `${version}\n`, ''])
    }
  })

  const refused: [name: string, words: string[], says: RegExp][] = [
    ['an unknown command, with the nearest', ['rnu', 'x.dice'], /^dice: there is no command `rnu`; did you mean `run`\?/],
    ['an unknown command unlike any', ['frobnicate'], /^dice: there is no command `frobnicate`\n/],
    ['help about an unknown command', ['help', 'pln'], /there is no command `pln`; did you mean `plan`\?/],
    ['an unknown option, with the nearest', ['run', 'x.dice', '--job', '2'], /^dice run: there is no option `--job`; did you mean `--jobs`\?/],
    ['an unknown option unlike any', ['check', 'x.dice', '--frobnicate'], /^dice check: there is no option `--frobnicate`\n/],
    ['an unknown short option', ['run', 'x.dice', '-z'], /^dice run: there is no option `-z`\n/],
    ['an option of another command', ['check', 'x.dice', '--jobs', '2'], /^dice check: there is no option `--jobs`\n/],
    ['an option without its value', ['run', 'x.dice', '--store'], /^dice run: .*--store/],
    ['an option given twice', ['run', 'x.dice', '--out', 'a', '--out', 'b'], /^dice run: --out is given twice/],
    ['a value for a switch', ['run', 'x.dice', '--json=yes'], /^dice run: .*--json/],
    ['no file', ['run'], /^dice run: which file\?/],
    ['two files where one is wanted', ['run', 'a.dice', 'b.dice'], /^dice run: one file at a time; `b.dice` is one too many/],
    ['a number of jobs that is none', ['run', 'x.dice', '-j', 'two'], /^dice run: --jobs wants a whole number from 1, not `two`/],
    ['no jobs', ['run', 'x.dice', '-j', '0'], /^dice run: --jobs wants a whole number from 1, not `0`/],
    ['an unknown engine, with the nearest', ['plan', 'x.dice', '--engine', 'graph-cup'],
      /there is no engine `graph-cup`; did you mean `graph-cpu`\?/],
    ['an unknown format of graphs', ['graph', 'x.dice', '--format', 'png'], /--format is one of mermaid, dot, json, not `png`/],
    ['a setting without a value', ['plan', 'x.dice', '--set', 'replay.gamma'],
      /--set wants PATH=VALUE, as in --set replay\.gamma=0\.25; `replay\.gamma` has no value/],
    ['a file that is not there', ['check', 'absent.dice'], /^dice check: cannot read `absent\.dice`: there is no such file/],
    ['a folder instead of a file', ['run', '.'], /^dice run: cannot read `\.`: it is a folder/],
  ]
  for (const [name, words, says] of refused) {
    it(`refuse ${name}`, async () => {
      const { status, stdout, stderr } = await dice(words, { directory: folder({ 'x.dice': '' }) })
      assert.match(stderr, says)
      assert.equal([status, stdout], [2, ''])
      assert.match(stderr, /\n {2}\$ dice /, 'an example shows how it is done')
      assert.not.match(stderr, /\bat \S+:\d+:\d+/, 'no stack')
    })
  }
})
