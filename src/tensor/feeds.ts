// What a kernel asks of its name, its step and the values it is given, the same on every engine.
import type { Shape, Spec } from './engine.ts'

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}

export function sameShape(one: Shape, other: Shape): boolean {
  return one.length === other.length && one.every((size, axis) => size === other[axis])
}

export const describeSpec = (spec: Spec): string => `${spec.dtype} [${spec.shape.join(', ')}]`

/** The caller's array, copied so that later changes to it cannot reach the engine. Throws when it does not fill the shape. */
export function ownedCopy(data: Float32Array | Int32Array, shape: Shape): Float32Array | Int32Array {
  if (data.length !== elementCount(shape)) throw new Error(`${data.length} numbers do not fill the shape [${shape.join(', ')}]`)
  return data.slice()
}

/** Free sizes (negative) take any length, the same wherever they stand. */
function fits(spec: Shape, shape: Shape, free: Map<number, number>): boolean {
  return spec.length === shape.length && spec.every((size, axis) => {
    const length = shape[axis]!
    if (size >= 0) return size === length
    const known = free.get(size) ?? length
    free.set(size, known)
    return known === length && length > 0
  })
}

/** Throws, naming the kernel and the input, unless `feeds` are exactly the inputs the kernel was compiled for. */
export function checkFeeds(kernel: string, specs: Readonly<Record<string, Spec>>, feeds: Readonly<Record<string, Spec>>): void {
  const free = new Map<number, number>()
  for (const [name, spec] of Object.entries(specs)) {
    const feed = feeds[name]
    if (feed === undefined) throw new Error(`${kernel}: input ${name} is missing`)
    if (feed.dtype !== spec.dtype || !fits(spec.shape, feed.shape, free)) {
      throw new Error(`${kernel}: input ${name} is ${describeSpec(feed)}, compiled for ${describeSpec(spec)}`)
    }
  }
  for (const name of Object.keys(feeds)) {
    if (specs[name] === undefined) {
      throw new Error(`${kernel}: there is no input ${name}; it takes ${Object.keys(specs).join(', ') || 'none'}`)
    }
  }
}

/** Throws when a constant has the name of an input: the step could not see both. */
export function checkConstants(
  kernel: string,
  specs: Readonly<Record<string, Spec>>,
  constants: Readonly<Record<string, Spec>>,
): void {
  for (const name of Object.keys(constants)) {
    if (specs[name] !== undefined) throw new Error(`${kernel}: ${name} is both an input and a constant`)
  }
}

/** Runs a step's code so that what it throws names the step; the original error is the cause. */
export function attributed<T>(kernel: string, f: () => T, explain: (message: string) => string = (message) => message): T {
  try {
    return f()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new Error(`step ${kernel}: ${explain(message)}`, { cause: error })
  }
}
