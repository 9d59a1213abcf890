// Reading a row's parameters back from a plan. The language has checked them, so a wrong type here is our bug and throws.
import type { Json } from './node.ts'

export type Parameters = Readonly<Record<string, Json>>

export function numeric(parameters: Parameters, name: string): number {
  const value = parameters[name]
  if (typeof value !== 'number') throw new Error(`parameter ${name} is ${JSON.stringify(value)}, not a number`)
  return value
}

export function truth(parameters: Parameters, name: string): boolean {
  const value = parameters[name]
  if (typeof value !== 'boolean') throw new Error(`parameter ${name} is ${JSON.stringify(value)}, neither true nor false`)
  return value
}
