// A small network with attention, trained for some steps: every engine computes the same, and one engine the same bits every time.
import * as assert from 'uvu/assert'
import type { Engine, Kernel, Step, Tensor, Tensors, Tf, Values } from '../../src/tensor/engine.ts'
import { valueAndGradients } from '../../src/tensor/gradients.ts'
import { engines } from '../../src/tensor/index.ts'
import { linear, logProbabilityOf, matMul, swapLast } from '../../src/tensor/ops.ts'
import { loadTensorFlow } from '../../src/tensor/tensorflow.ts'
import { describe } from '../describe.ts'
import { assertClose, integers, normals } from './harness.ts'
import type { Given } from './harness.ts'

const tf = await loadTensorFlow()
const batch = 3, time = 5, width = 8, vocabulary = 11, steps = 20

const shapes: Readonly<Record<string, number[]>> = {
  embedding: [vocabulary, width],
  query: [width, width],
  key: [width, width],
  mixed: [width, width],
  gain: [width],
  up: [width, 16],
  down: [16, width],
}
const start: Record<string, Given> = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => [name, normals(`weight ${name}`, ...shape)]),
)
const data: Record<string, Given> = {
  ids: integers('ids', 0, vocabulary, batch, time),
  targets: integers('targets', 0, vocabulary, batch, time),
}

function logits(t: Tf, p: Tensors, ids: Tensor): Tensor {
  const x = t.gather(p['embedding']!, ids as never)
  const normal = t.mul(t.mul(x, t.rsqrt(t.add(t.mean(t.square(x), -1, true), 1e-5))), p['gain']!)
  const future = t.mul(t.sub(1, t.linalg.bandPart(t.ones([time, time]), -1, 0)), -1e9)
  const scores = t.add(t.mul(matMul(t, linear(t, normal, p['query']!), swapLast(t, linear(t, normal, p['key']!))), 0.3), future)
  const mixed = t.add(x, linear(t, matMul(t, t.softmax(scores), normal), p['mixed']!))
  const hidden = linear(t, mixed, p['up']!)
  const out = t.add(mixed, linear(t, t.mul(hidden, t.sigmoid(hidden)), p['down']!))
  return linear(t, out, t.transpose(p['embedding']!))
}

/** One Adam step (Kingma & Ba, 2015) without bias correction; the state travels as `m.name` and `v.name`. */
const step: Step = (t, inputs) => {
  const parameters = Object.fromEntries(Object.keys(shapes).map((name) => [name, inputs[name]!]))
  const loss = (p: Tensors): Tensor => t.neg(t.mean(logProbabilityOf(t, logits(t, p, inputs['ids']!), inputs['targets']!)))
  const { value, gradients } = valueAndGradients(t, loss, parameters)
  const outputs: Record<string, Tensor> = { loss: value }
  for (const [name, gradient] of Object.entries(gradients)) {
    const m = t.add(t.mul(inputs[`m.${name}`]!, 0.9), t.mul(gradient, 0.1))
    const v = t.add(t.mul(inputs[`v.${name}`]!, 0.99), t.mul(t.square(gradient), 0.01))
    outputs[`m.${name}`] = m
    outputs[`v.${name}`] = v
    outputs[name] = t.sub(inputs[name]!, t.div(t.mul(m, 0.02), t.add(t.sqrt(v), 1e-3)))
  }
  return outputs
}

const dispose = (values: Values): void => Object.values(values).forEach((value) => value.dispose())

async function train(engine: Engine): Promise<{ losses: number[]; embedding: Float32Array | Int32Array }> {
  const zeros = Object.entries(shapes).flatMap(([name, shape]) =>
    ['m', 'v'].map((letter) => [`${letter}.${name}`, { data: new Float32Array(start[name]!.data.length), shape }] as const)
  )
  const given: Record<string, Given> = { ...start, ...Object.fromEntries(zeros), ...data }
  let values: Values = Object.fromEntries(
    Object.entries(given).map(([name, each]) => [name, engine.value(each.data, each.shape)]),
  )
  const kernel: Kernel = await engine.compile('train', step, values)
  const losses: number[] = []
  for (let count = 0; count < steps; count++) {
    const { loss, ...state } = await kernel.run(values)
    losses.push((await loss!.read())[0]!)
    loss!.dispose()
    const { ids, targets, ...former } = values
    dispose(former)
    values = { ...state, ids: ids!, targets: targets! }
  }
  const embedding = await values['embedding']!.read()
  dispose(values)
  kernel.dispose()
  return { losses, embedding }
}

const open = (name: 'eager-cpu' | 'eager-wasm' | 'graph-cpu', threads = 1): Promise<Engine> => engines[name].open({ threads })

describe('training', (it) => {
  it(`${steps} steps on graph-cpu and eager-wasm equal those in plain JavaScript, and learn`, async () => {
    const before = tf.memory().numTensors
    const expected = await train(await open('eager-cpu'))
    assert.ok(expected.losses.at(-1)! < 0.5 * expected.losses[0]!, String(expected.losses))
    for (const name of ['graph-cpu', 'eager-wasm'] as const) {
      const actual = await train(await open(name))
      assertClose(actual.losses, expected.losses, 2e-5, `${name}: losses`)
      assertClose(actual.embedding, expected.embedding, 1e-4, `${name}: embedding after ${steps} steps`)
    }
    assert.is(tf.memory().numTensors, before)
  })

  it('gives the same bits in every run, and with one and two threads', async () => {
    const [one, again, two] = [
      await train(await open('graph-cpu')),
      await train(await open('graph-cpu')),
      await train(await open('graph-cpu', 2)),
    ]
    assert.equal(again, one)
    assert.equal(two, one)
  })

  it('engines take turns in one thread without disturbing each other', async () => {
    const alone = await train(await open('graph-cpu'))
    const [first, second] = await Promise.all([train(await open('graph-cpu')), train(await open('eager-wasm'))])
    assert.equal(first, alone)
    assert.is(second.losses.length, steps)
  })
})

describe('sums over rows with the same index', (it) => {
  it('loses none of 20,000 rows on any number of threads', async () => {
    const rows = normals('rows', 20_000, 32), ids = integers('row ids', 0, 3, 20_000)
    const exact = new Float64Array(3 * 32)
    rows.data.forEach((value, index) => {
      exact[ids.data[Math.floor(index / 32)]! * 32 + (index % 32)]! += value
    })
    let former: Float32Array | Int32Array | undefined
    for (const threads of [1, 2, 4]) {
      const engine = await open('graph-cpu', threads)
      const values = { rows: engine.value(rows.data, rows.shape), ids: engine.value(ids.data, ids.shape) }
      const kernel = await engine.compile(
        'sums',
        (t, inputs) => ({ y: t.unsortedSegmentSum(inputs['rows']!, inputs['ids'] as never, 3) }),
        values,
      )
      const { y } = await kernel.run(values)
      const sums = await y!.read()
      assertClose(sums, exact, 1e-4, `${threads} threads`)
      if (former !== undefined) assert.equal(sums, former)
      former = sums
      kernel.dispose()
    }
  })
})
