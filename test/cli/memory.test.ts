// `--memory`: what cannot fit is refused before it runs, and what need not run is not.
import * as assert from 'uvu/assert'
import { describe } from '../describe.ts'
import { dice, folder, tiny } from './dice.ts'
import { filled } from './filled.ts'

const directory = folder({ 'tiny.dice': tiny })

describe('--memory', (it) => {
  it('plan shows every stage and refuses what is too large, with what to change', async () => {
    const { status, stdout, stderr } = await dice(['plan', 'tiny.dice', '--memory', '15MB'], { directory })
    assert.is(status, 2)
    assert.match(stdout, /dpo0 · dpo · seed 1 .* 22 MB/)
    assert.match(stderr, /^tiny\.dice:24:7: error\[D511\]: `dpo0 · dpo · seed 1` needs about 22 MB of memory, and there are 15 MB/)
    assert.match(stderr, '`accumulate: 2` would take about')
    assert.is(stderr.match(/error\[/g)!.length, 1)
  })

  it('plan for programs says the same by its exit code, beside the JSON', async () => {
    const { status, stdout, stderr } = await dice(['plan', 'tiny.dice', '--json', '--memory', '15MB'], { directory })
    assert.is(status, 2)
    assert.match(stderr, 'error[D511]')
    assert.ok((JSON.parse(stdout) as { stages: { bytes: number }[] }).stages.some(({ bytes }) => bytes > 15e6))
  })

  it('has room for everything where it says so, and by itself here', async () => {
    for (const words of [['--memory', '64GB'], []]) {
      const { status, stderr } = await dice(['plan', 'tiny.dice', ...words], { directory })
      assert.equal([status, stderr], [0, ''])
    }
  })

  it('run starts nothing', async () => {
    const { status, stdout, stderr } = await dice(['run', 'tiny.dice', '--memory', '15MB'], { directory })
    assert.equal([status, stdout], [2, ''])
    assert.match(stderr, 'error[D511]')
    assert.not.match(stderr, 'stages')
  })

  it('is no matter for what is stored', async () => {
    const { directory: done } = await filled()
    const { status, stderr } = await dice(['run', 'tiny.dice', '--memory', '1kB'], { directory: done })
    assert.is(status, 0, stderr)
  })

  it('wants a size', async () => {
    const { status, stderr } = await dice(['plan', 'tiny.dice', '--memory', 'lots'], { directory })
    assert.is(status, 2)
    assert.match(stderr, '--memory wants a size, as in --memory 64GB, not `lots`')
  })
})
