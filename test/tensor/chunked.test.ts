// Log-probabilities in parts beside their plain twin: values, gradients, and what is held at once.
import * as assert from 'uvu/assert'
import type { Step, Tensor, Tensors } from '../../src/tensor/engine.ts'
import { chunkedLogProbabilities } from '../../src/tensor/chunked.ts'
import { valueAndGradients } from '../../src/tensor/gradients.ts'
import { engines, presentEngines } from '../../src/tensor/index.ts'
import { linear, logProbabilityOf, swapLast } from '../../src/tensor/ops.ts'
import { describe } from '../describe.ts'
import { assertClose, integers, normals, runOn } from './harness.ts'

const rows = 11, width = 5, classes = 7
const given = {
  states: normals('states', rows, width), head: normals('head', classes, width),
  weights: normals('weights', rows), ids: integers('ids', 0, classes, rows),
}

/** Σ weights · log π, so that every row has a slope of its own. */
function differentiated(f: (tf: Parameters<Step>[0], inputs: Tensors, states: Tensor, head: Tensor) => Tensor, names: string[]): Step {
  return (tf, inputs) => {
    const parameters = Object.fromEntries(names.map((name) => [name, inputs[name]!]))
    const { value, gradients, also } = valueAndGradients(tf, (at) => {
      const logprobs = f(tf, inputs, at['states']!, at['head'] ?? inputs['head']!)
      return { value: tf.sum(tf.mul(logprobs, inputs['weights']!)), also: { logprobs } }
    }, parameters)
    return { value, ...also, ...gradients }
  }
}

const plain = differentiated((tf, { ids }, states, head) => logProbabilityOf(tf, linear(tf, states, swapLast(tf, head)), ids!), ['states', 'head'])

for (const name of presentEngines()) {
  describe(`log-probabilities in parts on ${name}`, (it) => {
    for (const chunks of [1, 2, 3, 11, 20]) {
      it(`${chunks} parts of ${rows} rows`, async () => {
        const step = differentiated((tf, { ids }, states, head) => chunkedLogProbabilities(tf, states, head, ids!, chunks, true), ['states', 'head'])
        const engine = await engines[name].open({ threads: 1 })
        const [found, expected] = [await runOn(engine, step, given), await runOn(engine, plain, given)]
        assert.equal(Object.keys(found).sort(), ['head', 'logprobs', 'states', 'value'])
        for (const key of Object.keys(expected)) assertClose(found[key]!, expected[key]!, 2e-6, key)
      })
    }

    it('gives the states their gradient when the head is frozen', async () => {
      const step = differentiated((tf, { ids }, states, head) => chunkedLogProbabilities(tf, states, head, ids!, 3, false), ['states'])
      const engine = await engines[name].open({ threads: 1 })
      const [found, expected] = [await runOn(engine, step, given), await runOn(engine, plain, given)]
      assertClose(found['states']!, expected['states']!, 2e-6, 'states')
    })
  })
}
