// Runs one step on several engines and compares what comes out.
import * as assert from 'uvu/assert'
import { normal, stream } from '../../src/random.ts'
import type { Engine, Step, Value } from '../../src/tensor/engine.ts'

export interface Given {
  readonly data: Float32Array | Int32Array
  readonly shape: readonly number[]
}

const size = (shape: readonly number[]): number => shape.reduce((product, each) => product * each, 1)

/** Standard normal numbers, determined by the seed. */
export function normals(seed: string, ...shape: number[]): Given {
  const random = stream(seed)
  return { data: Float32Array.from({ length: size(shape) }, (_, index) => normal(random, index)), shape }
}

/** Integers in low … high − 1. */
export function integers(seed: string, low: number, high: number, ...shape: number[]): Given {
  const random = stream(seed)
  return {
    data: Int32Array.from({ length: size(shape) }, (_, index) => low + Math.floor(random.at(index) * (high - low))),
    shape,
  }
}

export const floats = (values: readonly number[], ...shape: number[]): Given => ({
  data: Float32Array.from(values),
  shape: shape.length === 0 && values.length !== 1 ? [values.length] : shape,
})

/** Compiles, runs once and reads; everything made is disposed. `constants` names the inputs given as constants. */
export async function runOn(
  engine: Engine,
  step: Step,
  given: Readonly<Record<string, Given>>,
  constants: readonly string[] = [],
): Promise<Record<string, Float32Array | Int32Array>> {
  const values = Object.fromEntries(Object.entries(given).map(([name, { data, shape }]) => [name, engine.value(data, shape)]))
  const chosen = (constant: boolean): Record<string, Value> =>
    Object.fromEntries(Object.entries(values).filter(([name]) => constants.includes(name) === constant))
  const kernel = await engine.compile('test', step, chosen(false), chosen(true))
  const outputs = await kernel.run(chosen(false))
  const numbers: Record<string, Float32Array | Int32Array> = {}
  for (const [name, value] of Object.entries(outputs)) numbers[name] = await value.read()
  for (const value of [...Object.values(values), ...Object.values(outputs)]) value.dispose()
  kernel.dispose()
  return numbers
}

/** |actual − expected| ≤ tolerance · (1 + |expected|), NaN and infinities in the same places; names the worst otherwise. */
export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  assert.is(actual.length, expected.length, `${what}: length`)
  let worst = 0, at = -1
  for (let index = 0; index < expected.length; index++) {
    const [a, b] = [actual[index]!, expected[index]!]
    if (Object.is(a, b) || a === b) continue
    const error = Math.abs(a - b) / (1 + Math.abs(b))
    if (!(error <= worst)) [worst, at] = [error, index]
  }
  assert.ok(worst <= tolerance, `${what}: at ${at}, ${actual[at]} instead of ${expected[at]} (error ${worst})`)
}
