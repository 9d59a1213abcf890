// What `dice show` makes of texts and numbers.
import * as assert from 'uvu/assert'
import { figure, sparkline, spread, visible } from '../../src/cli/views/text.ts'
import { describe } from '../describe.ts'

describe('views', (it) => {
  it('show what would steer a terminal instead of doing it', () => {
    assert.is(visible('a\u001b[31mred\u0007\nb\r\tc\u007f\u009b2J\u202eabc\u200b\ufeff', 80), 'a␛[31mred␇↵b␍␉c␡�2J�abc��')
    assert.is(visible('a — é 狐 🦊', 80), 'a — é 狐 🦊')
  })

  it('never let a character through that steers or hides, and keep to the width', () => {
    for (let code = 0; code <= 0x10ffff; code += code < 0x3000 ? 1 : 7) {
      const shown = visible(String.fromCodePoint(code), 80)
      assert.ok([...shown].length === 1 && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(shown), code.toString(16))
    }
    for (const width of [1, 2, 20]) assert.is([...visible('🦊'.repeat(50), width)].length, width)
  })

  it('draw curves of any length', () => {
    assert.is(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 40), '▁▂▃▄▅▆▇█')
    assert.is(sparkline([7, 7, 0, 0], 2), '█▁')
    assert.is(sparkline([1, 1, 1], 40), '▁▁▁')
    assert.is(sparkline([0, NaN, 1], 40), '▁·█')
    assert.is(sparkline([], 40), '')
    assert.is([...sparkline(Array.from({ length: 12_345 }, (_, index) => index), 40)].length, 40)
  })

  it('write numbers and their spread', () => {
    assert.equal([figure(-0.00012345), figure(-3), figure(0.123456)], ['−1.23e−4', '−3', '0.1235'])
    assert.equal([spread([3, 1, 2]), spread([2, 2]), spread([])], ['1 to 3, mean 2', '2', 'none'])
  })
})
