// The README shows what is there: the quickstart as it is, snippets that check, links and pictures that exist.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { commands } from '../src/cli/commands.ts'
import { frame } from '../src/frame.ts'
import { vocabulary } from '../src/kinds/index.ts'
import { analyze } from '../src/language/analyze.ts'
import { describe } from './describe.ts'
import { root } from './root.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const snippets = [...readme.matchAll(/^(`{3,})dice\n([^]*?)\n\1$/gm)].map((match) => match[2]!)

describe('README', (it) => {
  it('shows experiments/quickstart.dice as it is', () => {
    assert.is(snippets[0], readFileSync(join(root, 'experiments/quickstart.dice'), 'utf8').trimEnd())
  })

  for (const [index, text] of snippets.entries()) {
    it(`snippet ${index + 1} has no mistake`, () => {
      const { diagnostics } = analyze({ path: 'README.dice', text }, vocabulary)
      assert.equal(diagnostics.map((one) => frame(one, { color: false })), [])
    })
  }

  it('names every command', () => {
    assert.equal(Object.keys(commands).filter((name) => !readme.includes(`| \`dice ${name}`)), [])
  })

  it('links and pictures lead to files that exist', () => {
    const targets = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!)
    assert.ok(targets.length >= 3)
    assert.equal(targets.filter((target) => !existsSync(join(root, target))), [])
  })
})
