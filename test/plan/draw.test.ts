import * as assert from 'uvu/assert'
import { draw } from '../../src/plan/draw.ts'
import type { Key, Plan } from '../../src/plan/node.ts'
import { describe } from '../describe.ts'
import { toyPlanner } from './toy.ts'

function plan(): { plan: Plan; first: Key } {
  const { short, plan } = toyPlanner()
  const first = short('read', 'say "hello"', [])
  const second = short('draw', 'dice · sample · seed 1', [first])
  short('draw', 'dice · again · seed 1', [first, second])
  return { plan: plan([]), first }
}

describe('a drawn plan', (it) => {
  it('in Mermaid: a box for each stage, an arrow for each input, stored stages told apart, quotes escaped', () => {
    const { plan: drawn, first } = plan()
    const lines = draw(drawn, new Set([first]), 'mermaid').trimEnd().split('\n')
    assert.is(lines[0], 'flowchart TD')
    assert.is(lines.filter((line) => line.includes('-->')).length, 3)
    assert.is(lines.filter((line) => line.endsWith(':::stored')).length, 1)
    assert.ok(lines.some((line) => line.includes('["say #quot;hello#quot;"]:::stored')))
    assert.ok(lines.some((line) => line.endsWith('["dice · sample · seed 1"]')))
  })

  it('in DOT: the same, quoted as Graphviz wants', () => {
    const { plan: drawn, first } = plan()
    const text = draw(drawn, new Set([first]), 'dot')
    assert.match(text, /^digraph plan \{\n/)
    assert.is(text.match(/ -> /g)!.length, 3)
    assert.ok(text.includes('[label="say \\"hello\\"", style=filled'))
    assert.ok(text.endsWith('}\n'))
  })
})
