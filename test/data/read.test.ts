import * as assert from 'uvu/assert'
import { problemText, refusal, warningTexts } from '../../src/data/problem.ts'
import { promptsOf } from '../../src/data/prompts.ts'
import { readRows } from '../../src/data/read.ts'
import type { FieldNames, Format } from '../../src/data/format.ts'
import { describe } from '../describe.ts'

const lines = (...rows: unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n')
const read = <F extends Format>(text: string, format: F, names: FieldNames = {}) => readRows(text, format, 'a.jsonl', { names })

/** One record in one format gives this text, or these texts. */
function gives(record: unknown, format: Exclude<Format, 'text'>, expected: readonly string[], names: FieldNames = {}) {
  const { rows, problems } = read(JSON.stringify(record), format, names)
  assert.equal(problems, [])
  const texts = rows.map((row) =>
    'chosen' in row ? [row.text, row.chosen.text, row.rejected.text] : 'response' in row ? [row.text, row.response] : [row.text])
  assert.equal(texts, [expected])
}

/** One record in one format gives no row and this message. */
function refuses(record: unknown, format: Format, message: RegExp, names: FieldNames = {}) {
  const { rows, problems } = read(lines({ prompt: 'x', response: 'y', chosen: 'y', rejected: 'z' }, record), format,
    Object.keys(names).length > 0 ? names : {})
  assert.is(rows.length, Object.keys(names).length > 0 ? 0 : 1)
  const found = problems.find(({ place }) => place?.line === 2)
  assert.match(found === undefined ? 'no problem' : problemText(found), message)
  assert.ok((found?.remedy.length ?? 0) > 0)
}

const user = (content: string) => ({ role: 'user', content })
const assistant = (content: string) => ({ role: 'assistant', content })
const human = (value: string) => ({ from: 'human', value })
const gpt = (value: string) => ({ from: 'gpt', value })

describe('data: prompts', (it) => {
  it('by any of its names', () => {
    gives({ prompt: 'q' }, 'prompts', ['q'])
    gives({ text: 'q' }, 'prompts', ['q'])
    gives({ instruction: 'do', input: 'this' }, 'prompts', ['do\nthis'])
    gives({ instruction: 'do', input: '' }, 'prompts', ['do'])
    gives({ question: 'q' }, 'prompts', ['q'], { prompt: 'question' })
  })

  it('of conversations, up to the last request', () => {
    gives({ messages: [user('q'), assistant('a')] }, 'prompts', ['q'])
    gives({ prompt: [{ role: 'system', content: 's' }, user('q')] }, 'prompts', ['System: s\n\nUser: q'])
    gives({ conversations: [human('q'), gpt('a'), human('r')] }, 'prompts', ['User: q\n\nAssistant: a\n\nUser: r'])
    gives({ turns: [human('q'), gpt('a')] }, 'prompts', ['q'], { prompt: 'turns' })
  })

  it('as an array of strings', () => {
    const { rows, problems } = read('["one", "two"]', 'prompts')
    assert.equal(rows.map(({ text }) => text), ['one', 'two'])
    assert.equal(problems, [])
  })

  it('mistakes', () => {
    refuses({ promt: 'q' }, 'prompts', /^a\.jsonl:2: no `prompt` or .*did you mean `prompt` where it says `promt`\?/)
    refuses({ prompt: 3 }, 'prompts', /`prompt` is the number 3 where a text is needed/)
    refuses({ prompt: ' ' }, 'prompts', /`prompt` is empty/)
    refuses({ instruction: 'do', input: 3 }, 'prompts', /`input` is the number 3/)
    refuses({ messages: [] }, 'prompts', /`messages` is an empty list where a conversation is needed/)
    refuses({ messages: [{ role: 'robot', content: 'q' }] }, 'prompts', /a message has the role "robot"; known are system, user/)
    refuses({ messages: [{ role: 'user' }] }, 'prompts', /the message of `user` has no text/)
    refuses({ messages: [assistant('a')] }, 'prompts', /holds no request/)
    refuses(3, 'prompts', /a row is the number 3 where an object is needed/)
    refuses({ prompt: 'q' }, 'prompts', /no `question`/, { prompt: 'question' })
  })
})

describe('data: demonstrations', (it) => {
  it('by any of their names', () => {
    gives({ prompt: 'q', response: 'a' }, 'demonstrations', ['q', 'a'])
    gives({ instruction: 'do', input: 'this', output: 'done' }, 'demonstrations', ['do\nthis', 'done'])
    gives({ prompt: [user('q')], completion: [assistant('a')] }, 'demonstrations', ['q', 'a'])
    gives({ q: 'q', a: 'a' }, 'demonstrations', ['q', 'a'], { prompt: 'q', response: 'a' })
  })

  it('of conversations that end with the answer', () => {
    gives({ messages: [user('q'), assistant('a')] }, 'demonstrations', ['q', 'a'])
    gives({ conversations: [human('q'), gpt('a'), human('r'), gpt('b')] }, 'demonstrations', ['User: q\n\nAssistant: a\n\nUser: r', 'b'])
    gives({ messages: [user('q'), assistant('a')], label: true }, 'demonstrations', ['q', 'a'])
  })

  it('mistakes', () => {
    refuses({ prompt: 'q' }, 'demonstrations', /no `response` or `output` or `completion`/)
    refuses({ prompt: 'q', respnse: 'a' }, 'demonstrations', /did you mean `response` where it says `respnse`\?/)
    refuses({ prompt: 'q', response: true }, 'demonstrations', /`response` is the boolean true where an answer is needed/)
    refuses({ messages: [user('q')] }, 'demonstrations', /`messages` does not end with an answer/)
    refuses({ messages: [assistant('a')] }, 'demonstrations', /`messages` holds no request/)
  })

  it('bad or empty answers are left out, and said so', () => {
    const { rows, problems } = read(lines(
      { prompt: 'q', response: 'a' }, { prompt: 'q', response: ' ' },
      { messages: [user('q'), assistant('a')], label: false }, { messages: [user('r'), assistant('a')], label: false },
    ), 'demonstrations')
    assert.is(rows.length, 1)
    assert.is(refusal(problems), undefined)
    assert.equal(warningTexts(problems), [
      'a.jsonl:2: the answer is empty: left out', 'a.jsonl:3: labelled as a bad answer: left out, like 1 more',
    ])
  })
})

describe('data: pairs', (it) => {
  it('with answers as texts, messages or conversations', () => {
    gives({ prompt: 'q', chosen: 'a', rejected: 'b' }, 'chosen_rejected', ['q', 'a', 'b'])
    gives({ instruction: 'do', input: '', output: 'z', chosen: 'a', rejected: 'b' }, 'chosen_rejected', ['do', 'a', 'b'])
    gives({ prompt: [user('q')], chosen: [assistant('a')], rejected: [assistant('b')] }, 'chosen_rejected', ['q', 'a', 'b'])
    gives({ prompt: 'q', chosen: [user('q'), assistant('a')], rejected: [user('q'), assistant('b')] }, 'chosen_rejected', ['q', 'a', 'b'])
    gives({ chosen: [user('q'), assistant('a')], rejected: 'b' }, 'chosen_rejected', ['q', 'a', 'b'])
    gives({ conversations: [human('q')], chosen: gpt('a'), rejected: gpt('b') }, 'chosen_rejected', ['q', 'a', 'b'])
    gives({ input: 'q', output_1: 'a', output_2: 'b', label: 2 }, 'chosen_rejected', ['q', 'b', 'a'])
    gives({ q: 'q', win: 'a', lose: 'b' }, 'chosen_rejected', ['q', 'a', 'b'], { prompt: 'q', chosen: 'win', rejected: 'lose' })
  })

  it('are offline, and carry nothing else', () => {
    const { rows } = read(lines({ prompt: 'q', chosen: 'a', rejected: 'b', score: 3 }), 'chosen_rejected')
    const { id, ...rest } = rows[0]!
    assert.match(id, /^[0-9a-f]{12}$/)
    assert.equal(rest, { text: 'q', chosen: { text: 'a' }, rejected: { text: 'b' }, origin: 'offline' })
  })

  it('mistakes', () => {
    refuses({ prompt: 'q', chosen: 'a' }, 'chosen_rejected', /no `rejected`/)
    refuses({ prompt: 'q', choosen: 'a', rejected: 'b' }, 'chosen_rejected', /did you mean `chosen` where it says `choosen`\?/)
    refuses({ chosen: 'a', rejected: 'b' }, 'chosen_rejected', /no `prompt`/)
    refuses({ prompt: 'q', chosen: 'a', rejected: 4 }, 'chosen_rejected', /`rejected` is the number 4 where an answer is needed/)
    refuses({ prompt: 'q', chosen: {}, rejected: 'b' }, 'chosen_rejected', /`chosen`: a message has the role undefined/)
    refuses({ chosen: [user('q'), assistant('a')], rejected: [user('r'), assistant('b')] }, 'chosen_rejected', /answer different conversations/)
    refuses({ input: 'q', output_1: 'a', output_2: 'b', label: 3 }, 'chosen_rejected', /`label` is the number 3 where 1 or 2 is needed/)
  })

  it('of equals are left out with a warning, and nothing is left of a file of them', () => {
    const same = { prompt: 'q', chosen: 'a', rejected: 'a' }
    const { rows, problems } = read(lines(same, { prompt: 'q', chosen: 'a', rejected: 'b' }), 'chosen_rejected')
    assert.is(rows.length, 1)
    assert.is(refusal(problems), undefined)
    assert.equal(warningTexts(problems), ['a.jsonl:1: chosen and rejected are the same: left out'])
    assert.is(refusal(read(lines(same), 'chosen_rejected').problems)?.message, 'a.jsonl: no row of the file can be used')
  })

  it('share prompts, each once', () => {
    const { rows } = read(lines(
      { id: 'x', prompt: 'q', chosen: 'a', rejected: 'b' }, { id: 'y', prompt: 'q', chosen: 'c', rejected: 'b' }, { id: 'z', prompt: 'r', chosen: 'a', rejected: 'b' },
    ), 'chosen_rejected')
    assert.equal(promptsOf(rows), [{ id: 'x', text: 'q' }, { id: 'z', text: 'r' }])
  })
})

describe('data: ids', (it) => {
  it('are the row’s own where it has one', () => {
    const { rows } = read(lines({ id: 'a', prompt: 'q' }, { id: 7, prompt: 'r' }, { key: 'k', prompt: 's' }), 'prompts')
    assert.equal(rows.slice(0, 2).map(({ id }) => id), ['a', '7'])
    assert.is(read(lines({ key: 'k', prompt: 's' }), 'prompts', { id: 'key' }).rows[0]?.id, 'k')
  })

  it('are otherwise of the content: the same after rows are added, removed or moved', () => {
    const ids = (...texts: string[]) => Object.fromEntries(read(lines(...texts.map((prompt) => ({ prompt }))), 'prompts').rows.map(({ id, text }) => [text, id]))
    const before = ids('one', 'two', 'three'), after = ids('zero', 'three', 'one')
    assert.is(before['one'], after['one'])
    assert.is(before['three'], after['three'])
    assert.is(new Set(Object.values({ ...before, ...after })).size, 4)
  })

  it('of repeated contents are counted', () => {
    const [first, second, third] = read(lines({ prompt: 'q' }, { prompt: 'q' }, { prompt: 'q' }), 'prompts').rows.map(({ id }) => id)
    assert.equal([second, third], [`${first}-2`, `${first}-3`])
  })

  it('given twice, or no ids at all, are errors', () => {
    const { rows, problems } = read(lines({ id: 1, prompt: 'q' }, { id: '1', prompt: 'r' }, { id: 1.5, prompt: 's' }), 'prompts')
    assert.is(rows.length, 1)
    assert.equal(problems.map(problemText), [
      'a.jsonl:2: the id `1` was already given in line 1', 'a.jsonl:3: `id` is the number 1.5 where a text or a whole number is needed',
    ])
  })
})

describe('data: refusal', (it) => {
  it('names the first three errors and counts the rest', () => {
    const { problems } = read(lines(...Array.from({ length: 5 }, () => ({ prompt: 3 }))), 'prompts')
    assert.is(refusal(problems)?.message, [
      ...[1, 2, 3].map((line) => `a.jsonl:${line}: \`prompt\` is the number 3 where a text is needed`), 'and 2 more',
    ].join('\n'))
  })

  it('of an empty file', () => {
    for (const text of ['', '\uFEFF', ' \r\n \n', '[]']) {
      assert.is(refusal(read(text, 'prompts').problems)?.message.startsWith('a.jsonl: '), true, JSON.stringify(text))
    }
    assert.is(refusal(read(' \n', 'text').problems)?.message, 'a.jsonl: the file is empty')
  })
})

describe('data: text', (it) => {
  const documents = (text: string, separator?: 'blank_line' | 'line' | 'end_of_text' | 'none') =>
    readRows(text, 'text', 'a.txt', separator === undefined ? {} : { separator }).rows.map((row) => row.text)

  it('is cut where the separator says', () => {
    const text = '\uFEFFone\r\ntwo\r\n\r\n \r\nthree <|endoftext|>\n four\n'
    assert.equal(documents(text), ['one\ntwo', 'three <|endoftext|>\n four'])
    assert.equal(documents(text, 'blank_line'), documents(text))
    assert.equal(documents(text, 'line'), ['one', 'two', 'three <|endoftext|>', 'four'])
    assert.equal(documents(text, 'end_of_text'), ['one\ntwo\n\n \nthree', 'four'])
    assert.equal(documents(text, 'none'), ['one\ntwo\n\n \nthree <|endoftext|>\n four'])
  })
})
