import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { frame } from '../../src/frame.ts'
import { analyze } from '../../src/language/analyze.ts'
import { describe } from '../describe.ts'
import { golden } from '../golden.ts'
import { root } from '../root.ts'
import { toy } from './toy.ts'

const folder = join(root, 'test/golden/diagnostics')
const files = readdirSync(folder).filter((file) => file.endsWith('.dice')).sort()
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const codes = [...read('src/language/messages.ts').matchAll(/error\('(D\d{3})'/g)].map(([, code]) => code!)
const readme = read('grammar/README.md')

/** Lines `// --set path=value` of an example stand for the command line. */
function overridesOf(text: string): { path: string[]; text: string }[] {
  return [...text.matchAll(/^\/\/ --set (.*?)=(.*)$/gm)].map(([, path, value]) => ({ path: path!.split('.'), text: value! }))
}

describe('diagnostics', (it) => {
  for (const file of files) {
    const code = file.replace('.dice', '')
    it(`${code}: says what the golden file shows, and nothing else`, () => {
      const text = readFileSync(join(folder, file), 'utf8')
      const { diagnostics } = analyze({ path: file, text }, toy, overridesOf(text))
      assert.ok(diagnostics.length > 0)
      assert.equal([...new Set(diagnostics.map((found) => found.code))], [code])
      golden(`diagnostics/${code}.txt`, diagnostics.map((diagnostic) => frame(diagnostic, { color: false })).join('\n'))
    })
  }

  it('every code belongs to one message, has an example, and is explained in grammar/README.md', () => {
    assert.equal(codes, [...new Set(codes)].sort())
    assert.equal(files.map((file) => file.replace('.dice', '')), codes)
    assert.equal([...readme.matchAll(/^### (D[1-4]\d\d) \S/gm)].map(([, code]) => code), codes)
  })

  it('every fix mends the mistake it is offered for', () => {
    let offered = 0
    for (const file of files) {
      const text = readFileSync(join(folder, file), 'utf8')
      const before = analyze({ path: file, text }, toy, overridesOf(text)).diagnostics
      for (const { code, fix, span, source } of before) {
        if (fix === undefined || source.path === '--set') continue
        offered += 1
        const [edit] = fix.edits
        const mended = text.slice(0, edit!.span.start) + edit!.text + text.slice(edit!.span.end)
        const after = analyze({ path: file, text: mended }, toy, overridesOf(text)).diagnostics
        const still = after.some((found) => found.code === code && found.span.start === span.start)
        assert.not.ok(still, `${file} ${fix.title}\n${mended}`)
        assert.ok(after.length < before.length, `${file} ${fix.title}`)
      }
    }
    assert.ok(offered > 10, String(offered))
  })

  it('every rule of grammar/README.md is held by a test that names it', () => {
    const rules = [...readme.matchAll(/^\*\*([SNT]\d+)\./gm)].map(([, rule]) => rule!)
    const tests = ['test/language', 'test/grammar'].flatMap((path) =>
      readdirSync(join(root, path)).filter((file) => file.endsWith('.test.ts')).map((file) => read(`${path}/${file}`))).join('\n')
    assert.ok(rules.length > 20)
    for (const rule of rules) assert.match(tests, new RegExp(`it\\('${rule}: `), rule)
  })
})
