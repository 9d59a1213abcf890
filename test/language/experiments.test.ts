import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { vocabulary } from '../../src/kinds/index.ts'
import { connectors } from '../../grammar/connectors.ts'
import { analyze } from '../../src/language/analyze.ts'
import { format } from '../../src/language/format.ts'
import { parse } from '../../src/language/parse.ts'
import { describe } from '../describe.ts'
import { root } from '../root.ts'
import { withoutPlaces } from './plain.ts'

const folder = join(root, 'experiments')
const files = readdirSync(folder).filter((file) => file.endsWith('.dice'))

describe('experiments', (it) => {
  it('there are some', () => {
    assert.ok(files.length > 0)
  })

  for (const path of files) {
    it(`${path} has no mistake, and formatting keeps what it says`, () => {
      const text = readFileSync(join(folder, path), 'utf8')
      const { program, diagnostics } = analyze({ path, text }, vocabulary)
      assert.equal(diagnostics.map(({ code, message }) => `${code} ${message}`), [])
      assert.ok(program !== undefined)
      const formatted = format({ path, text })
      assert.ok('text' in formatted)
      const tree = (written: string): unknown => withoutPlaces(parse({ path, text: written }, () => assert.unreachable(written)))
      assert.equal(tree(formatted.text), tree(text))
      assert.equal(format({ path, text: formatted.text }), formatted)
    })
  }

  it('no kind or entry of the vocabulary is spelt like a connector', () => {
    const words = Object.entries(vocabulary.kinds).flatMap(([word, kind]) =>
      [word, ...Object.keys(kind.entries ?? {}), ...Object.keys(kind.blocks ?? {})])
    for (const connector of connectors) assert.not.ok(words.includes(connector), connector)
  })
})
