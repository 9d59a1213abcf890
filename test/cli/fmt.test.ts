// `dice fmt`: rewrites what differs, names it, and never leaves half a file.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { format } from '../../src/language/format.ts'
import { describe } from '../describe.ts'
import { dice, edited, folder, tiny } from './dice.ts'

/** As the formatter writes it: what that is, is tested with the language. */
const formatted = (text: string): string => {
  const result = format({ path: 'x.dice', text })
  if ('diagnostics' in result) throw new Error('the text is broken')
  return result.text
}
const tidy = formatted(tiny)
const untidy = edited(edited(tiny, 'rounds: 2', 'rounds:2   # twice'), 'train sft = ', 'train   sft=')
const tidied = formatted(untidy)

describe('fmt', (it) => {
  it('rewrites a file in place, names it, and has nothing to do the second time', async () => {
    const directory = folder({ 'untidy.dice': untidy, 'tidy.dice': tidy })
    const first = await dice(['fmt', 'untidy.dice', 'tidy.dice'], { directory })
    assert.equal([first.status, first.stdout, first.stderr], [0, '', 'formatted untidy.dice\n'])
    assert.is(readFileSync(join(directory, 'untidy.dice'), 'utf8'), tidied)
    assert.is(readFileSync(join(directory, 'tidy.dice'), 'utf8'), tidy)
    const second = await dice(['fmt', 'untidy.dice', 'tidy.dice'], { directory })
    assert.equal([second.status, second.stderr], [0, ''])
    assert.equal(readdirSync(directory).sort(), ['tidy.dice', 'untidy.dice'], 'nothing is left beside the files')
  })

  it('with --check changes nothing and exits 1 when it would', async () => {
    const directory = folder({ 'untidy.dice': untidy, 'tidy.dice': tidy })
    const untidied = await dice(['fmt', '--check', 'untidy.dice', 'tidy.dice'], { directory })
    assert.equal([untidied.status, untidied.stdout, untidied.stderr], [1, '', 'would format untidy.dice\n'])
    assert.is(readFileSync(join(directory, 'untidy.dice'), 'utf8'), untidy)
    assert.is((await dice(['fmt', '--check', 'tidy.dice'], { directory })).status, 0)
  })

  it('takes standard input to standard output', async () => {
    const { status, stdout, stderr } = await dice(['fmt', '-'], { input: untidy })
    assert.equal([status, stdout, stderr], [0, tidied, ''])
  })

  it('with --check and standard input prints nothing and exits 1 when it would change', async () => {
    const untidied = await dice(['fmt', '--check', '-'], { input: untidy })
    assert.equal([untidied.status, untidied.stdout, untidied.stderr], [1, '', 'would format -\n'])
    assert.is((await dice(['fmt', '--check', '-'], { input: tidy })).status, 0)
  })

  it('leaves a broken file as it is, says why, and formats the others', async () => {
    const broken = edited(untidy, 'gamma: 0.5, size: 8 }', 'gamma: 0.5, size: 8')
    const directory = folder({ 'broken.dice': broken, 'untidy.dice': untidy })
    const { status, stderr } = await dice(['fmt', 'broken.dice', 'untidy.dice'], { directory })
    assert.is(status, 2)
    assert.match(stderr, /^broken\.dice:\d+:\d+: error\[D107\].*formatted untidy\.dice\n$/s)
    assert.is(readFileSync(join(directory, 'broken.dice'), 'utf8'), broken)
    assert.is(readFileSync(join(directory, 'untidy.dice'), 'utf8'), tidied)
  })

  it('keeps the meaning: the plan before and after is the same', async () => {
    const directory = folder({ 'untidy.dice': untidy, 'tidy.dice': tidied })
    const [before, after] = await Promise.all(['untidy', 'tidy'].map((name) => dice(['graph', `${name}.dice`, '--format', 'json'], { directory })))
    assert.is(before!.status, 0)
    assert.is(after!.stdout, before!.stdout)
  })
})
