import * as assert from 'uvu/assert'
import { bytesText, compareNaturally, countText, plural, readBytes } from '../../src/plan/quantity.ts'
import { describe } from '../describe.ts'

describe('quantities', (it) => {
  const run = (actual: string, expected: string) => it(`writes ${expected}`, () => assert.is(actual, expected))
  run(countText(0), '0')
  run(countText(950), '950')
  run(countText(999.6), '1.0 k')
  run(countText(12_345), '12 k')
  run(countText(3_440_000), '3.4 M')
  run(countText(9_960_000), '10 M')
  run(countText(999_600_000), '1.0 G')
  run(bytesText(512), '512 B')
  run(bytesText(28_000_000_000), '28 GB')
  run(plural(1, 'stage'), '1 stage')
  run(plural(0, 'stage'), '0 stages')

  it('reads sizes in decimal and binary units', () => {
    const table: [text: string, bytes: number | undefined][] = [
      ['64GB', 64e9], ['1.5 TB', 1.5e12], ['512MiB', 2 ** 29], ['512mb', 512e6], ['12 kB', 12_000], ['7', 7], ['8B', 8], [' 3 KiB ', 3072],
      ['', undefined], ['0', undefined], ['GB', undefined], ['-1GB', undefined], ['64G', undefined], ['64 GBs', undefined], ['1e9', undefined],
    ]
    for (const [text, bytes] of table) assert.is(readBytes(text), bytes, text)
  })

  it('orders names as people do', () => {
    const names = ['round 10', 'round 2', 'a', 'round 2 b', 'B', 'round 02']
    assert.equal(names.sort(compareNaturally), ['B', 'a', 'round 02', 'round 2', 'round 2 b', 'round 10'])
    assert.is(compareNaturally('x', 'x'), 0)
  })
})
