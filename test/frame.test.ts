import * as assert from 'uvu/assert'
import type { Diagnostic } from '../src/diagnostic.ts'
import { frame } from '../src/frame.ts'
import { describe } from './describe.ts'

function about(text: string, part: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const start = text.indexOf(part)
  return { code: 'D202', severity: 'error', message: 'no such entry', source: { path: 'a.dice', text }, span: { start, end: start + part.length }, ...more }
}

const lines = (diagnostic: Diagnostic): string[] => frame(diagnostic, { color: false }).split('\n')

describe('frame', (it) => {
  it('shows place, message, the line and what is wrong in it', () => {
    assert.is(frame(about('model a = b {\n  gama: 1\n}\n', 'gama', { hint: 'did you mean `gamma`?' }), { color: false }), [
      'a.dice:2:3: error[D202]: no such entry', '    2 |   gama: 1', '      |   ^^^^', '      = hint: did you mean `gamma`?', '',
    ].join('\n'))
  })

  it('marks one column where nothing stands, and only the first of several lines', () => {
    assert.is(lines(about('a\nb', 'b', { span: { start: 3, end: 3 } }))[2], '      |  ^')
    assert.is(lines(about('abc\ndef', 'bc\nd'))[2], '      |  ^^')
    assert.is(lines(about('', '', { span: { start: 0, end: 0 } }))[2], '      | ^')
  })

  it('counts tabs, wide characters and combining marks as a terminal does', () => {
    assert.equal(lines(about('\tab: 1', 'ab')).slice(1, 3), ['    1 |   ab: 1', '      |   ^^'])
    assert.equal(lines(about('数据: x', 'x'))[2], `      | ${' '.repeat(6)}^`)
    assert.equal(lines(about('e\u0301: x', 'x'))[2], '      |    ^')
    assert.equal(lines(about('x: "数"', '"数"'))[2], '      |    ^^^^')
    assert.not.match(frame(about('a\u001b[31mb', 'b'), { color: false }), /\u001b/)
  })

  it('shows long lines in part', () => {
    const text = `${'a, '.repeat(200)}wrong, ${'b, '.repeat(200)}`
    const [, line, caret] = lines(about(text, 'wrong'))
    assert.ok(line!.length < 140, line)
    assert.is(line!.slice(caret!.indexOf('^'), caret!.lastIndexOf('^') + 1), 'wrong')
  })

  it('strips carriage returns', () => {
    assert.equal(lines(about('a: x\r\nb', 'x')).slice(1, 3), ['    1 | a: x', '      |    ^'])
  })

  it('colours only when asked', () => {
    const diagnostic = about('a b', 'b', { severity: 'warning' })
    assert.match(frame(diagnostic, { color: true }), /\u001b\[1;33mwarning\[D202\]/)
    assert.not.match(frame(diagnostic, { color: false }), /\u001b/)
  })
})
