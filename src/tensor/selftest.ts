// A small step with a known answer: an engine that gets a product, a softmax and their gradient wrong must not be used.
import type { Engine, Step } from './engine.ts'
import { valueAndGradients } from './gradients.ts'
import { logProbabilityOf, matMul } from './ops.ts'

const rows = 3, inner = 4, classes = 5
const x = Array.from({ length: rows * inner }, (_, index) => Math.sin(index + 1))
const weight = Array.from({ length: inner * classes }, (_, index) => Math.cos(2 * index + 1))
const ids = [0, 4, 2]

const step: Step = (tf, inputs) => {
  const logits = (w: typeof inputs[string]) => matMul(tf, inputs['x']!, w)
  const loss = (w: typeof inputs[string]) => tf.neg(tf.mean(logProbabilityOf(tf, logits(w), inputs['ids']!)))
  const { value, gradients } = valueAndGradients(tf, ({ weight }) => loss(weight!), { weight: inputs['weight']! })
  return { value, gradient: gradients['weight']! }
}

/** The sentence that says how the engine failed, or undefined when it is right to within 1e-5. */
export async function selfTest(engine: Engine): Promise<string | undefined> {
  const values = {
    x: engine.value(Float32Array.from(x), [rows, inner]),
    weight: engine.value(Float32Array.from(weight), [inner, classes]),
    ids: engine.value(Int32Array.from(ids), [rows]),
  }
  const kernel = await engine.compile('self-test', step, values)
  const outputs = await kernel.run(values)
  const expected = reference()
  const found = [...await outputs['value']!.read(), ...await outputs['gradient']!.read()]
  for (const value of [...Object.values(values), ...Object.values(outputs)]) value.dispose()
  kernel.dispose()
  const worst = Math.max(...expected.map((number, index) => Math.abs(number - (found[index] ?? NaN))))
  return worst < 1e-5 ? undefined : `its self-test is off by ${worst}`
}

/** The loss −mean log softmax(x·w)[ids] and its gradient xᵀ(softmax − oneHot)/rows, in double precision. */
function reference(): number[] {
  let loss = 0
  const gradient = new Array<number>(inner * classes).fill(0)
  for (let row = 0; row < rows; row++) {
    const entry = (k: number) => x[row * inner + k]!
    const logits = Array.from({ length: classes }, (_, j) => sum(inner, (k) => entry(k) * weight[k * classes + j]!))
    const total = sum(classes, (j) => Math.exp(logits[j]!))
    loss -= (logits[ids[row]!]! - Math.log(total)) / rows
    for (let k = 0; k < inner; k++) {
      for (let j = 0; j < classes; j++) {
        gradient[k * classes + j]! += (entry(k) * (Math.exp(logits[j]!) / total - (j === ids[row] ? 1 : 0))) / rows
      }
    }
  }
  return [loss, ...gradient]
}

function sum(count: number, term: (index: number) => number): number {
  let total = 0
  for (let index = 0; index < count; index++) total += term(index)
  return total
}
