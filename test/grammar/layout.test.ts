import * as assert from 'uvu/assert'
import { layOut } from '../../grammar/layout.ts'
import { DiceParser } from '../../grammar/parser.ts'
import { tokenize } from '../../grammar/tokens.ts'
import { describe } from '../describe.ts'
import { Generator } from '../language/generate.ts'

/** Tokens as a line of text: `;` for a separator, `‹}›` for a bracket put in. */
function laidOut(text: string): string {
  const unwritten: Record<string, string> = {
    Separator: ';', LeftBrace: '‹{›', LeftBracket: '‹[›', RightBrace: '‹}›', RightParen: '‹)›', RightBracket: '‹]›',
  }
  const { tokens } = layOut(text, tokenize(text).tokens)
  return tokens.map(({ image, tokenType: { name } }) => (image !== '' ? image : unwritten[name])).join(' ')
}

const problems = (text: string): string[] =>
  layOut(text, tokenize(text).tokens).problems.map(({ kind, token }) => `${kind} ${token.image} ${token.startOffset}`)

describe('layout', (it) => {
  it('S3: a line ends an item, unless it or the next says that it goes on', () => {
    const cases: [string, string][] = [
      ['a b\nc d', 'a b ; c d'], ['a b\n\n\nc d', 'a b ; c d'], ['{ a: 1\nb: 2 }', '{ a : 1 ; b : 2 }'],
      ['a b\n= c', 'a b = c'], ['a b\n{ }', 'a b { }'], ['a <\n  b', 'a < b'], ['a:\n  1', 'a : 1'], ['a\n.b: 1', 'a . b : 1'],
      ['a:\nb: 1', 'a : ; b : 1'], ['a:\n  b: 1', 'a : ; b : 1'], ['a b = c\n  on d', 'a b = c on d'],
      ['a b = c\n  on: d', 'a b = c ; on : d'],
      ['a b\nwith { }', 'a b with { }'], ['a b\non\nc d', 'a b ; on ; c d'], ['f(a\nb)', 'f ( a b )'], ['[a\n, b]', '[ a , b ]'],
      ['[{ a: 1\nb: 2 }]', '[ { a : 1 ; b : 2 } ]'], ['a /* x\n */ b', 'a ; b'], ['a b # c\nd e', 'a b ; d e'],
    ]
    for (const [text, expected] of cases) assert.is(laidOut(text), expected, text)
  })

  it('leaves matched brackets alone, however they are indented', () => {
    const text = 'a {\nb {\nc(\n1\n)\n}\n  }'
    assert.equal(problems(text), [])
    assert.is(laidOut(text), 'a { b { c ( 1 ) } }')
  })

  it('closes the bracket that indentation shows to be open', () => {
    const cases: [string, string, string][] = [
      ['a {\n  b {\n  c d\n}\ne f', 'a { b { ‹}› ; c d } ; e f', 'unclosed { 8'],
      ['a {\n  b: 1\n\nc d', 'a { b : 1 ‹}› ; c d', 'unclosed { 2'],
      ['a {\n  b: f(1\n  c: 2\n}', 'a { b : f ( 1 ‹)› ; c : 2 }', 'unclosed ( 10'],
      ['a {\n  b: [1\n}', 'a { b : [ 1 ‹]› }', 'unclosed [ 9'],
      ['a = b(c on d', 'a = b ( c ‹)› on d', 'unclosed ( 5'],
      ['a { b: 1', 'a { b : 1 ‹}›', 'unclosed { 2'],
      ['a (b }', 'a ( b ‹)›', 'unopened } 5|unclosed ( 2'],
      ['a\n  b: 1\n}\nc', 'a ‹{› b : 1 } ; c', 'unopened } 9'],
      ['a { b: c, d] }', 'a { b : ‹[› c , d ] }', 'unopened ] 11'],
      ['a: 1\nb]', 'a : 1 ; b', 'unopened ] 6'],
      ['a)\nb', 'a ; b', 'unopened ) 1'],
    ]
    for (const [text, expected, problem] of cases) {
      assert.is(laidOut(text), expected, text)
      assert.is(problems(text).join('|'), problem, text)
    }
  })

  it('keeps what is wrong in one cell out of the others', () => {
    assert.is(laidOut('a {\n%% x\nb }'), 'a { ‹}› %% x b')
    assert.equal(problems('%% x\na {\n%% y\nb { }'), ['unclosed { 7'])
  })

  it('empties brackets nested too deeply, and says so once', () => {
    const text = `${'('.repeat(100)}${')'.repeat(100)} [[1]]`
    assert.equal(problems(text).length, 1)
    assert.ok(laidOut(text).endsWith('[ [ 1 ] ]'))
  })

  it('gives tokens that the parser cannot fail on: 5,000 heaps of tokens, seed "heaps 1"', () => {
    const random = new Generator('heaps 1')
    const parser = new DiceParser()
    const pieces = [
      'a', 'b', 'on', 'with', '{', '}', '(', ')', '[', ']', ':', '=', ',', '.', '<', '-', '*', '1', '"x"',
      '\n', '\n  ', ' ', '\n%% c\n', '# c\n',
    ]
    for (let count = 0; count < 5000; count++) {
      const text = Array.from({ length: random.below(40) }, () => random.pick(pieces)).join(random.chance(0.5) ? ' ' : '')
      const { tokens } = layOut(text, tokenize(text).tokens)
      for (const rule of ['file', 'value'] as const) {
        if (rule === 'value' && text.includes('%%')) continue
        parser.input = tokens
        parser[rule]()
        assert.equal(parser.errors.map(({ message }) => message), [], JSON.stringify(text))
      }
    }
  })
})
