// Weights and feeds as values of an engine, and their release.
import type { Engine, Spec, Value, Values } from '../tensor/engine.ts'
import type { Weights } from './config.ts'

/** The caller disposes them. */
export function weightValues(engine: Engine, weights: Weights): Values {
  return Object.fromEntries([...weights].map(([name, { data, shape }]) => [name, engine.value(data, shape)]))
}

export function disposeAll(values: Values): void {
  for (const value of Object.values(values)) value.dispose()
}

export function specsOf(values: Readonly<Record<string, Spec>>): Record<string, Spec> {
  return Object.fromEntries(Object.entries(values).map(([name, { shape, dtype }]) => [name, { shape, dtype }]))
}

/** Reads a float32 value and releases it. */
export async function take(value: Value): Promise<Float32Array> {
  const data = await (value.take?.() ?? value.read())
  value.dispose()
  if (!(data instanceof Float32Array)) throw new Error('a float32 value was expected')
  return data
}
