import * as assert from 'uvu/assert'
import { tokenize } from '../../grammar/tokens.ts'
import type { Diagnostic } from '../../src/diagnostic.ts'
import { format } from '../../src/language/format.ts'
import { parse } from '../../src/language/parse.ts'
import { describe } from '../describe.ts'
import { Generator } from './generate.ts'
import { everything } from './samples.ts'
import { withoutPlaces } from './plain.ts'

function formatted(text: string): string {
  const result = format({ path: 'x.dice', text })
  if ('diagnostics' in result) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'))
  return result.text
}

function tree(text: string): unknown {
  const found: Diagnostic[] = []
  const ast = parse({ path: 'x.dice', text }, (diagnostic) => found.push(diagnostic))
  assert.equal(found.map(({ code, message, span }) => `${code} ${message} at ${span.start}`), [], text)
  return withoutPlaces(ast)
}

/** Formats to what is expected, and leaves that alone. */
function becomes(text: string, expected: string): void {
  assert.is(formatted(text), expected)
  assert.is(formatted(expected), expected)
}

describe('format', (it) => {
  it('spaces a line as one would', () => {
    becomes('train   a=dpo( b ,beta :1 ,)on  x{steps:1,rate:- 2 *auto,}\n',
      'train a = dpo(b, beta: 1) on x { steps: 1, rate: -2 * auto }\n')
    becomes('sweep s=a with{x . y:[ 1,2 ]}', 'sweep s = a with { x.y: [1, 2] }\n')
    becomes('expect "t"{a( b[c.d=1] )<=2}', 'expect "t" { a(b[c.d = 1]) <= 2 }\n')
  })

  it('keeps what a bracket belongs to: it touches a name, or stands for itself', () => {
    becomes('evaluate q of [a] { m: x[y = 1] }', 'evaluate q of [a] { m: x[y = 1] }\n')
    becomes('a b =[1]', 'a b = [1]\n')
  })

  it('keeps blocks on one line or over several, one entry a line', () => {
    becomes('a b = c { x: 1 }', 'a b = c { x: 1 }\n')
    becomes('a b = c { x: 1,\n y: 2, z: 3 }', 'a b = c {\n  x: 1\n  y: 2\n  z: 3\n}\n')
    becomes('a b = c\n{\n}', 'a b = c {}\n')
  })

  it('breaks the last bracket of a line wider than a hundred columns', () => {
    const long = `train language = pretrain(base) on village.text { ${'steps: 600, '.repeat(5)}batch: 32, rate: 3e-3 }`
    const lines = formatted(long).split('\n')
    assert.is(lines[0], 'train language = pretrain(base) on village.text {')
    assert.is(lines[1], '  steps: 600')
    assert.is(formatted(formatted(long)), formatted(long))
  })

  it('keeps comments where they are, and one blank line in a row', () => {
    becomes('# top\n\n\n\n# own\na b { # opening\n\n  x: 1   # why\n\n\n  // note\n  y: [1, # one\n2 ]\n  # last\n}  // end\n',
      '# top\n\n# own\na b {  # opening\n  x: 1  # why\n\n  // note\n  y: [\n    1,  # one\n    2\n  ]\n  # last\n}  // end\n')
    becomes('/* a\n   b */ a b', '/* a\n   b */\na b\n')
  })

  it('keeps a line that goes on with the one before', () => {
    becomes('train a = b\n on c\n     against d\n', 'train a = b\n  on c\n  against d\n')
    becomes('expect "t" {\n a <\n    b\n}', 'expect "t" {\n  a <\n    b\n}\n')
  })

  it('keeps prose as it is and parts cells by a blank line', () => {
    becomes('%% md  Title \n\n\n text  \n\n\n  more \n\n\n%%  code\na b\n%%\n',
      '%% md Title\n text  \n\n\n  more\n\n%% code\na b\n\n%%\n')
    becomes('---\ntitle:   x\n---\na b', '---\ntitle:   x\n---\n\na b\n')
    becomes('a b {\r\n  x: 1\r\n}\r\n%% md\r\none\r\ntwo\r\n', 'a b {\n  x: 1\n}\n\n%% md\none\ntwo\n')
  })

  it('keeps files of comments, and empty ones', () => {
    becomes('', '')
    becomes('\n\n', '')
    becomes('# only\n\n\n/* comments */', '# only\n\n/* comments */\n')
    becomes('# before\n%% md\ntext', '# before\n\n%% md\ntext\n')
  })

  it('keeps every form, and is done after once', () => {
    const once = formatted(everything)
    assert.equal(tree(once), tree(everything))
    assert.is(formatted(once), once)
    assert.match(once, /\ntrain sft = supervised\(language\) on village\.demonstrations \{ epochs: 1 \}\n/)
  })

  it('leaves a file with mistakes of form alone', () => {
    const result = format({ path: 'x.dice', text: 'a b = \nc d {' })
    assert.equal('diagnostics' in result ? result.diagnostics.map(({ code }) => code) : [], ['D110', 'D107'])
  })

  for (const seed of ['format 1', 'format 2', 'format 3', 'format 4', 'format 5']) {
    it(`keeps tree and comments and is idempotent: 100 generated programs, seed "${seed}"`, () => {
      const generator = new Generator(seed)
      for (let count = 0; count < 100; count++) {
        const text = generator.file()
        const once = formatted(text)
        assert.equal(tree(once), tree(text), `the tree of\n${text}\n---\n${once}`)
        assert.is(formatted(once), once, `formatting again\n${text}`)
        const comments = (code: string): string[] => tokenize(code).comments.map(({ image }) => image.trimEnd())
        assert.equal(comments(once), comments(text), `the comments of\n${text}`)
      }
    })
  }
})
