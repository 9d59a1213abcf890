import * as assert from 'uvu/assert'
import { scanJson } from '../../src/data/json-scan.ts'
import { problemText } from '../../src/data/problem.ts'
import { readRecords } from '../../src/data/records.ts'
import { stream } from '../../src/random.ts'
import type { Stream } from '../../src/random.ts'
import { describe } from '../describe.ts'

describe('records: places', (it) => {
  it('JSONL: lines from 1, past a byte order mark, carriage returns and blank lines', () => {
    const { records, problems } = readRecords('\uFEFF{"a":1}\r\n\r\n  \n{"a":"x\\ny"}\n', 'a.jsonl')
    assert.equal(problems, [])
    assert.equal(records, [{ value: { a: 1 }, place: { line: 1 } }, { value: { a: 'x\ny' }, place: { line: 4 } }])
  })

  it('an array: items from 1, each with the line it begins in', () => {
    const { records, problems } = readRecords('[\n  {"a": [1, "]"]},\n  2,\r\n\n {"b":\n3}, 4]', 'a.json')
    assert.equal(problems, [])
    assert.equal(records.map(({ place }) => place), [
      { line: 2, item: 1 }, { line: 3, item: 2 }, { line: 5, item: 3 }, { line: 6, item: 4 },
    ])
    assert.equal(records.map(({ value }) => value), [{ a: [1, ']'] }, 2, { b: 3 }, 4])
  })
})

describe('records: malformed JSON', (it) => {
  const cases: readonly [text: string, message: string][] = [
    ['{"a":1}\n{"a":1,}\n{"a":2}', 'a:2:8: not JSON: expected a name in double quotes but found `}`'],
    ["{'a':1}", "a:1:2: not JSON: expected a name in double quotes but found `'`"],
    ['{"a" 1}', 'a:1:6: not JSON: expected `:` but found `1`'],
    ['{"a":1 "b":2}', 'a:1:8: not JSON: expected `,` or `}` but found `"`'],
    ['{"a":True}', 'a:1:6: not JSON: expected a value but found `T`'],
    ['{"a":NaN}', 'a:1:6: not JSON: expected a value but found `N`'],
    ['{"a":"x', 'a:1:8: not JSON: expected a closing `"` but found the end'],
    ['{"a":"\\x"}', 'a:1:8: not JSON: expected one of `" \\ / b f n r t`, or `u` and four hexadecimal digits, after `\\` but found `x`'],
    ['{"a":1} {"a":2}', 'a:1:9: not JSON: expected nothing more but found `{`'],
    ['{"a":01}', 'a:1:7: not JSON: expected `,` or `}` but found `1`'],
    ['{\n  "a": 1\n}', 'a:1:2: not JSON: expected a name in double quotes but found the end'],
    ['[{"a":1}\n {"a":2}]', 'a:2:2: not JSON: expected `,` or `]` but found `{`'],
    ['[{"a":1},\n]', 'a:2:1: not JSON: expected a value but found `]`'],
    ['[{"a":"line\nbreak"}]', 'a:1:12: not JSON: expected a closing `"` (inside a text a line break is written `\\n`) but found a line break'],
    ['[1, 2', 'a:1:6: not JSON: expected `,` or `]` but found the end'],
  ]
  for (const [text, message] of cases) {
    it(JSON.stringify(text), () => assert.is(problemText(readRecords(text, 'a').problems[0]!), message))
  }

  it('does not stop at the first bad line', () => {
    const { records, problems } = readRecords('{\n{"a":1}\n}', 'a')
    assert.is(records.length, 1)
    assert.equal(problems.map(({ place }) => place?.line), [1, 3])
  })

  it('nesting that is too deep is refused and does not overflow', () => {
    assert.match(scanJson('['.repeat(100_000)).mistake?.expected ?? '', 'levels of nesting')
  })
})

/** Some JSON value, as the stream has it. */
function someJson(random: Stream, depth: number): unknown {
  const kind = Math.floor(random.at(0) * (depth > 3 ? 5 : 7))
  const count = Math.floor(random.at(1) * 4)
  const inner = (index: number) => someJson(random.child(index), depth + 1)
  switch (kind) {
    case 0: return null
    case 1: return random.at(2) < 0.5
    case 2: return (random.at(2) - 0.5) * 10 ** Math.floor(random.at(3) * 40 - 20)
    case 3: return Math.floor(random.at(2) * 100)
    case 4: return ['', 'plain', 'a "quote"', 'back\\slash', 'line\nbreak', 'é漢字😀', '\u0001', '],}'][Math.floor(random.at(2) * 8)]
    case 5: return Array.from({ length: count }, (_, index) => inner(index))
    default: return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}"`, inner(index)]))
  }
}

describe('json scan', (it) => {
  it('accepts what JSON.stringify writes and finds every item (seed 11)', () => {
    for (let index = 0; index < 300; index++) {
      const items = Array.from({ length: index % 5 }, (_, item) => someJson(stream('11').child(index).child(item), 0))
      const text = JSON.stringify(items, null, index % 3)
      const { items: starts, mistake } = scanJson(text)
      assert.is(mistake, undefined, text)
      assert.is(starts.length, items.length)
      starts.forEach((start, item) => assert.ok(text.slice(start).startsWith(JSON.stringify(items[item], null, index % 3)[0]!)))
    }
  })

  it('agrees with JSON.parse on what is JSON, after one character is changed (seed 12)', () => {
    const random = stream('12')
    let broken = 0
    for (let index = 0; index < 3000; index++) {
      const own = random.child(index)
      const text = JSON.stringify(someJson(own, 0))
      const at = Math.floor(own.at(100) * (text.length + 1))
      const drop = own.at(101) < 0.5 ? 1 : 0
      const changed = text.slice(0, at) + '{}[]",:x0-1e.\\u \n'[Math.floor(own.at(102) * 17)] + text.slice(at + drop)
      const { mistake } = scanJson(changed)
      assert.is(mistake === undefined, parses(changed), changed)
      if (mistake !== undefined) {
        broken += 1
        assert.ok(mistake.offset >= 0 && mistake.offset <= changed.length)
      }
    }
    assert.ok(broken > 500)
  })
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
