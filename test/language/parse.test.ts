import * as assert from 'uvu/assert'
import type { Diagnostic } from '../../src/diagnostic.ts'
import type { Ast, Expression, Item, Word } from '../../src/language/ast.ts'
import { parse } from '../../src/language/parse.ts'
import { describe } from '../describe.ts'
import { everything } from './samples.ts'

function parsed(text: string): Ast {
  const found: Diagnostic[] = []
  const ast = parse({ path: 'x.dice', text }, (diagnostic) => found.push(diagnostic))
  assert.equal(found.map(({ code, message }) => `${code} ${message}`), [], text)
  return ast
}

function items(text: string): readonly Item[] {
  return parsed(text).cells.flatMap((cell) => (cell.kind === 'code' ? cell.items : []))
}

/** The one statement of a text as one line of text, brackets showing what belongs together. */
function outlineOf(item: Item): string {
  if (item.kind === 'entry') return `${dotted(item.path)}: ${show(item.value)}`
  if (item.kind === 'claim') return `${show(item.left)} ${item.comparison} ${show(item.right)}`
  return [
    item.word.text, item.subject && show(item.subject), item.head && `= ${show(item.head)}`,
    ...item.clauses.map(({ connector, value }) => `${connector.text} ${show(value)}`),
    item.block && `{ ${item.block.items.map(outlineOf).join('; ')} }`,
  ].filter((part) => part !== undefined).join(' | ')
}

function show(value: Expression): string {
  switch (value.kind) {
    case 'number': return `${value.value}${value.percent ? '%' : ''}`
    case 'text': return JSON.stringify(value.value)
    case 'path': return dotted(value.words)
    case 'call': return `${show(value.path)}(${value.arguments.map(({ name, value: given }) =>
      `${name === undefined ? '' : `${name.text}: `}${show(given)}`).join(', ')})`
    case 'selection': return `${show(value.of)}[${value.settings.map((one) => `${dotted(one.path)} = ${show(one.value)}`).join(', ')}]`
    case 'list': return `[${value.items.map(show).join(', ')}]`
    case 'record': return `{${value.block.items.map(outlineOf).join(', ')}}`
    case 'negative': return `-${show(value.operand)}`
    case 'chain': return `(${[show(value.first), ...value.rest.map(({ operator, operand }) => `${operator} ${show(operand)}`)].join(' ')})`
    case 'hole': return '?'
  }
}

const dotted = (words: readonly Word[]): string => words.map(({ text }) => text).join('.')

const table = (cases: readonly (readonly [string, string])[]): void => {
  for (const [text, expected] of cases) assert.is(items(text).map(outlineOf).join(' // '), expected, text)
}

describe('parse', (it) => {
  it('S1: front matter, prose and code in order', () => {
    const ast = parsed('---\na: 1\n---\nx y\n%% md Title\n\n prose  \n\n%% code\nz w\n%%')
    assert.is(ast.source.text.slice(ast.frontMatter!.content.start, ast.frontMatter!.content.end), 'a: 1\n')
    assert.equal(ast.cells.map((cell) => [cell.kind, cell.title, cell.kind === 'prose' ? cell.text : cell.items.length]),
      [['code', '', 1], ['prose', 'Title', ' prose'], ['code', 'code', 1], ['code', '', 0]])
    const { text } = ast.source
    assert.is(ast.cells.map(({ span }) => text.slice(span.start, span.end)).join(''), text.slice(ast.frontMatter!.span.end))
    assert.equal(parsed('').cells, [])
    assert.equal(parsed('%% md').cells.map(({ title }) => title), [''])
  })

  it('S4: a statement is kind, subject, head, clauses, block', () => {
    table([
      ['report', 'report'], ['report {}', 'report | {  }'],
      ['train sft = dpo(base) on v.pairs { steps: 1 }', 'train | sft | = dpo(base) | on v.pairs | { steps: 1 }'],
      ['iterate dice from a against b { sample, pair best }', 'iterate | dice | from a | against b | { sample; pair | best }'],
      ['evaluate q of [a, b]', 'evaluate | q | of [a, b]'], ['expect "x" { a < b }', 'expect | "x" | { a < b }'],
      ['sweep s = a with { x.y: [1] }', 'sweep | s | = a | { x.y: [1] }'], ['table quality', 'table | quality'],
      ['a [1, 2]', 'a | [1, 2]'],
      ['a b\n  = c\n  on d\n{ e: 1 }', 'a | b | = c | on d | { e: 1 }'],
    ])
  })

  it('S5: entries and claims', () => {
    table([
      ['a { b: 1, c.d: 2\n e: f }', 'a | { b: 1; c.d: 2; e: f }'],
      ['a { b < 1, 2 <= c.d, f(x) > -1, b >= 2 * c }', 'a | { b < 1; 2 <= c.d; f(x) > -1; b >= (2 * c) }'],
      ['a {\n b <\n  c\n - d\n e: 1 }', 'a | { b < (c - d); e: 1 }'],
    ])
  })

  it('S6: values', () => {
    table([
      ['a { b: 1_000.5, c: 80%, d: 1e-3% }', 'a | { b: 1000.5; c: 0.8%; d: 0.00001% }'],
      ['a { b: 1 + 2 * -3 - (4 - 5) / x }', 'a | { b: (1 + (2 * -3) - ((4 - 5) / x)) }'],
      ['a { b: "q\\" \\\\ \\n\\t\\u{3b1}" }', 'a | { b: "q\\" \\\\ \\n\\tα" }'],
      ['a { b: [], c: [1, [2],], d: { e: 1\nf: 2 } }', 'a | { b: []; c: [1, [2]]; d: {e: 1, f: 2} }'],
      ['a { b: --1, c: auto, d: true }', 'a | { b: 1; c: auto; d: true }'],
    ])
  })

  it('S6: a percentage is the same number to the last bit', () => {
    for (const percent of ['33.3', '0.1', '7', '99.99', '1_2.5']) {
      const [item] = items(`a { b: ${percent}% }`)
      assert.is(outlineOf(item!), `a | { b: ${Number(`${percent.replace('_', '')}e-2`)}% }`)
    }
  })

  it('S7: calls and selections touch their name', () => {
    table([
      ['a = f(x, y: 2)', 'a | = f(x, y: 2)'], ['a = f.g()', 'a | = f.g()'],
      ['a { b: c[d.e = auto], f: g(1)[h = 2] }', 'a | { b: c[d.e = auto]; f: g(1)[h = 2] }'],
      ['a b of [c]', 'a | b | of [c]'], ['a (1)', 'a | 1'],
    ])
  })

  it('N1: connectors are names where no clause can stand', () => {
    table([
      ['data on = x', 'data | on | = x'], ['evaluate of of [a]', 'evaluate | of | of [a]'],
      ['train from = dpo(by) on on', 'train | from | = dpo(by) | on on'],
      ['table with', 'table | with'], ['a { by: on, of.from: 1 }', 'a | { by: on; of.from: 1 }'],
      ['chart f(x, by: round)', 'chart | f(x, by: round)'],
      ['evaluate with { }', 'evaluate | {  }'], ['report of x', 'report | of x'],
    ])
  })

  it('reads every form in one file', () => {
    assert.equal(items(everything).map((item) => (item.kind === 'statement' ? item.word.text : item.kind)),
      ['data', 'model', 'model', 'train', 'train', 'iterate', 'sweep', 'evaluate', 'select', 'expect', 'report'])
  })

  it('N1: a connector begins no statement, so that a clause is never parted from its own', () => {
    for (const text of ['a b, on c { }', 'a { on c }', 'a b, with { }', 'a b\non']) {
      const found: Diagnostic[] = []
      parse({ path: 'x.dice', text }, (diagnostic) => found.push(diagnostic))
      assert.equal(found.map(({ code }) => code), ['D109'], text)
    }
  })

  it('points at words, values and statements in the original text', () => {
    const text = '\ufeff%% c\r\n train  sft = dpo( base )  { a: 1 } # x'
    const [item] = items(text)
    assert.ok(item?.kind === 'statement')
    const at = ({ start, end }: { start: number; end: number }): string => text.slice(start, end)
    assert.is(at(item.span), 'train  sft = dpo( base )  { a: 1 }')
    assert.is(at(item.head!.span), 'dpo( base )')
    assert.is(at(item.subject!.span), 'sft')
    assert.is(at(item.block!.span), '{ a: 1 }')
  })
})
