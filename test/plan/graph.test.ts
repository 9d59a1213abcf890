import * as assert from 'uvu/assert'
import { ancestors, cycle, descendants, order, type Graph } from '../../src/plan/graph.ts'
import { integer, permutation, stream } from '../../src/random.ts'
import { describe } from '../describe.ts'

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const graphOf = (edges: Record<string, string[]>): Graph => new Map(Object.entries(edges))

/** Acyclic: a node needs only nodes of smaller number. With `backwards`, one edge the other way. */
function randomGraph(seed: string, count: number): Map<string, string[]> {
  const random = stream(seed)
  return new Map(Array.from({ length: count }, (_, node) => [
    `n${node}`,
    Array.from({ length: node === 0 ? 0 : integer(random.child(node), 0, 4) }, (_, edge) => `n${integer(random.child(node), 1 + edge, node)}`),
  ]))
}

describe('graph', (it) => {
  const diamond = graphOf({ d: ['b', 'c'], c: ['a'], b: ['a'], a: [] })

  it('orders every node after what it needs, ties by the comparison', () => {
    assert.equal(order(diamond, compare), ['a', 'b', 'c', 'd'])
    assert.equal(order(diamond, (a, b) => compare(b, a)), ['a', 'c', 'b', 'd'])
  })
  it('takes a node needed twice by the same node', () => assert.equal(order(graphOf({ b: ['a', 'a'], a: [] }), compare), ['a', 'b']))
  it('finds ancestors and descendants', () => {
    assert.equal([...ancestors(diamond, ['d'])].sort(), ['a', 'b', 'c'])
    assert.equal([...ancestors(diamond, ['b', 'a'])], ['a'])
    assert.equal([...descendants(diamond, ['b'])], ['d'])
    assert.equal([...descendants(diamond, ['d'])], [])
  })
  it('names a cycle, also one that is not reached first', () => {
    assert.equal(cycle(graphOf({ a: [], x: ['a', 'y'], y: ['z'], z: ['y'] })), ['y', 'z', 'y'])
    assert.equal(cycle(graphOf({ a: ['a'] })), ['a', 'a'])
    assert.is(cycle(diamond), undefined)
    assert.throws(() => order(graphOf({ x: ['y'], y: ['x'] }), compare), /x → y → x/)
  })
  it('rejects an edge to a node that is not there', () => {
    assert.throws(() => order(graphOf({ a: ['ghost'] }), compare), /no node ghost/)
  })
  it('takes a chain of 50,000', () => {
    const chain = new Map(Array.from({ length: 50_000 }, (_, node) => [`${node}`, node === 0 ? [] : [`${node - 1}`]]))
    assert.is(order(chain, (a, b) => Number(a) - Number(b)).at(-1), '49999')
    assert.is(cycle(chain), undefined)
  })

  for (let seed = 0; seed < 30; seed++) it(`holds for random graphs (seed ${seed})`, () => {
    const graph = randomGraph(`graph ${seed}`, 30)
    const sorted = order(graph, compare)
    assert.equal([...sorted].sort(), [...graph.keys()].sort())
    for (const [node, needs] of graph) for (const need of needs) assert.ok(sorted.indexOf(need) < sorted.indexOf(node))
    const entries = [...graph]
    const shuffled = new Map(permutation(stream(`shuffle ${seed}`), entries.length).map((index) => entries[index]!))
    assert.equal(order(shuffled, compare), sorted)
    for (const node of graph.keys()) {
      const above = ancestors(graph, [node])
      for (const other of above) for (const further of ancestors(graph, [other])) assert.ok(above.has(further))
      for (const other of above) assert.ok(descendants(graph, [other]).has(node))
    }
  })

  for (let seed = 0; seed < 30; seed++) it(`finds a true cycle where one was made (seed ${seed})`, () => {
    const graph = randomGraph(`cycle ${seed}`, 20)
    const last = 'n19'
    const [first] = [...ancestors(graph, [last])].sort(compare)
    if (first === undefined) return assert.is(cycle(graph), undefined)
    graph.get(first)!.push(last)
    const path = cycle(graph)!
    assert.is(path[0], path.at(-1))
    assert.is(new Set(path).size, path.length - 1)
    for (let index = 1; index < path.length; index++) assert.ok(graph.get(path[index - 1]!)!.includes(path[index]!))
  })
})
