import * as assert from 'uvu/assert'
import { canonical, keyOf, shortKey } from '../../src/plan/key.ts'
import type { Identity, Json, Key } from '../../src/plan/node.ts'
import { integer, permutation, stream, type Stream } from '../../src/random.ts'
import { describe } from '../describe.ts'

const a = 'a'.repeat(64) as Key
const b = 'b'.repeat(64) as Key
const identity: Identity = {
  stage: 'train', version: 3, params: { beta: 0.1, steps: 150, nested: { z: [1, 2], y: null } },
  inputs: { model: a, pairs: [a, b] }, files: { text: 'f'.repeat(64) }, seed: 7, engine: 'graph-cpu 1',
}

function randomJson(random: Stream, depth: number): Json {
  const kind = integer(random, 0, depth > 3 ? 4 : 6)
  const size = kind < 4 ? 0 : integer(random, 1, 4)
  const children = Array.from({ length: size }, (_, index) => randomJson(random.child(index), depth + 1))
  if (kind === 4) return children
  if (kind === 5) return Object.fromEntries(children.map((child, index) => [`${integer(random, 2 + index, 30)}${'é\n"'[index] ?? ''}`, child]))
  return [null, random.at(2) < 0.5, (random.at(3) - 0.5) * 10 ** integer(random, 4, 30), `"\\ ${random.at(5)} γ\u2028`][kind]!
}

function shuffled(value: Json, random: Stream): Json {
  if (Array.isArray(value)) return value.map((item: Json, index) => shuffled(item, random.child(index)))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  return Object.fromEntries(permutation(random, entries.length).map((index) => [entries[index]![0], shuffled(entries[index]![1], random.child(index))]))
}

describe('canonical text', (it) => {
  const run = (value: unknown, expected: string) => it(`writes ${expected}`, () => assert.is(canonical(value), expected))
  run({ b: 1, a: { d: [1, 'x'], c: null } }, '{"a":{"c":null,"d":[1,"x"]},"b":1}')
  run({ 10: 1, 9: 2, B: 3, a: 4 }, '{"10":1,"9":2,"B":3,"a":4}')
  run(-0, '0')
  run([1e21, 0.1, 1e-7], '[1e+21,0.1,1e-7]')
  run('line\nγ "quoted"', '"line\\nγ \\"quoted\\""')
  run([], '[]')
  run(Object.create(null), '{}')

  const rejects = (name: string, value: unknown, message: RegExp) => it(`rejects ${name}`, () => {
    assert.throws(() => canonical(value), (error: Error) => message.test(error.message))
  })
  rejects('NaN, saying where', { params: { beta: [0, Number.NaN] } }, /params\.beta\.1 is NaN/)
  rejects('Infinity', Infinity, /the value is Infinity/)
  rejects('undefined', { a: undefined }, /a is undefined/)
  rejects('a hole', [1, , 2], /1 is undefined/)
  rejects('a typed array', { w: new Float32Array(2) }, /w is a Float32Array/)
  rejects('a date', new Date(0), /a Date/)
  rejects('a map', new Map(), /a Map/)
  rejects('a bigint', 1n, /a bigint/)

  for (let seed = 0; seed < 40; seed++) it(`is JSON of an equal value, whatever the order of properties (seed ${seed})`, () => {
    const value = randomJson(stream(`json ${seed}`), 0)
    assert.equal(JSON.parse(canonical(value)), JSON.parse(JSON.stringify(value)))
    assert.is(canonical(shuffled(value, stream(`order ${seed}`))), canonical(value))
  })
})

describe('keys', (it) => {
  it('are the SHA-256 of the canonical text', () => {
    const empty: Identity = { stage: 'read', version: 1, params: null, inputs: {} }
    // printf '{"inputs":{},"params":null,"stage":"read","version":1}' | sha256sum
    assert.is(keyOf(empty), 'd87f7f2e3543dc8048c2a4f4f90c8c659c4ca5b47f6dd611703ca8c028132be2')
    assert.is(shortKey(keyOf(empty)).length, 8)
  })

  for (let seed = 0; seed < 10; seed++) it(`do not depend on the order of properties (seed ${seed})`, () => {
    const other = shuffled(JSON.parse(JSON.stringify(identity)) as Json, stream(`identity ${seed}`))
    assert.is(keyOf(other as unknown as Identity), keyOf(identity))
  })

  const { files: _files, ...withoutFiles } = identity
  const { seed: _seed, ...withoutSeed } = identity
  const { engine: _engine, ...withoutEngine } = identity
  const changes: Record<string, Identity> = {
    'the stage': { ...identity, stage: 'sample' },
    'the version': { ...identity, version: 4 },
    'a parameter': { ...identity, params: { beta: 0.2, steps: 150, nested: { z: [1, 2], y: null } } },
    'a nested parameter': { ...identity, params: { beta: 0.1, steps: 150, nested: { z: [2, 1], y: null } } },
    'one more parameter': { ...identity, params: { beta: 0.1, steps: 150, nested: { z: [1, 2], y: null }, extra: null } },
    'an input': { ...identity, inputs: { model: b, pairs: [a, b] } },
    'the order of inputs in a port': { ...identity, inputs: { model: a, pairs: [b, a] } },
    'the name of a port': { ...identity, inputs: { policy: a, pairs: [a, b] } },
    'a file': { ...identity, files: { text: 'e'.repeat(64) } },
    'no files': withoutFiles,
    'the seed': { ...identity, seed: 8 },
    'no seed': withoutSeed,
    'the engine': { ...identity, engine: 'graph-cpu 2' },
    'no engine': withoutEngine,
  }
  it('differ for every change', () => {
    const keys = [identity, ...Object.values(changes)].map(keyOf)
    assert.is(new Set(keys).size, keys.length)
  })
})
