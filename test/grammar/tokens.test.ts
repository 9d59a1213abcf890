import * as assert from 'uvu/assert'
import { tokenize } from '../../grammar/tokens.ts'
import { describe } from '../describe.ts'

const shown = (text: string): string =>
  tokenize(text).tokens.map(({ image, tokenType }) => `${tokenType.name} ${image}`).join(' | ')

describe('tokens', (it) => {
  it('S1: cells begin at `%%` in the first column, whatever surrounds it', () => {
    assert.is(shown('a\n%% one\n%% md two\n# not\n%% a comment\n %% b'),
      'Word a | CodeCell %% one | ProseCell %% md two\n# not\n | CodeCell %% a comment | Word b')
    assert.equal(tokenize('%% a\n/* open\n%% b').comments.map(({ tokenType }) => tokenType.name), ['OpenComment'])
    assert.is(shown('%% a\n/* open\n%% b'), 'CodeCell %% a | CodeCell %% b')
    assert.is(shown('%% mdx\n%% md'), 'CodeCell %% mdx | ProseCell %% md')
  })

  it('S1: front matter stands at the very top', () => {
    assert.is(shown('---\na: 1\n---\nb'), 'FrontMatter ---\na: 1\n--- | Word b')
    assert.is(shown('\ufeff---\r\na: 1\r\n---\r\nb'), 'FrontMatter ---\r\na: 1\r\n--- | Word b')
    assert.is(shown('---\n---'), 'FrontMatter ---\n---')
    assert.is(shown('---\na: 1\n\nb'), 'OpenFrontMatter ---\na: 1 | Word b')
    assert.is(shown('b\n---\nc'), 'Word b | Minus - | Minus - | Minus - | Word c')
  })

  it('S2: three kinds of comments', () => {
    const { tokens, comments } = tokenize('a # one "\nb // two\n/* three\n*/ c "# // /*"')
    assert.equal(comments.map(({ image }) => image), ['# one "', '// two', '/* three\n*/'])
    assert.equal(tokens.map(({ image }) => image), ['a', 'b', 'c', '"# // /*"'])
  })

  it('S6: numbers and percentages', () => {
    for (const good of ['0', '12', '0.5', '3e-5', '1E+3', '10_000', '1_0.2_5', '80%', '33.3%', '1e-1%']) {
      assert.is(shown(good), `Number ${good}`)
    }
    for (const bad of ['2x', '1__0', '1_', '1.2.3', '5%%', '0x1f', '1e', '3γ']) assert.is(shown(bad), `BadNumber ${bad}`)
    assert.is(shown('1.a'), 'Number 1 | Dot . | Word a')
  })

  it('S8: words in any script', () => {
    for (const word of ['γ', '数据', 'шум', '_x1', 'e\u0301', 'naïve']) assert.is(shown(word), `Word ${word}`)
  })

  it('leaves out what begins no token, and says so', () => {
    const { tokens, errors } = tokenize('a ;; b')
    assert.equal(tokens.map(({ image }) => image), ['a', 'b'])
    assert.equal(errors.map(({ offset, length }) => [offset, length]), [[2, 2]])
  })
})
