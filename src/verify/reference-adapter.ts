// An adapter merged in plain loops over doubles, from equation 3 of Hu et al. (arXiv 2106.09685): W + (alpha / rank) · A · B.
import type { Matrices } from './reference-decoder.ts'

/** `adapter` holds A [in, rank] and B [rank, out] as `name.a` and `name.b`, row-major. */
export function referenceMerged(base: Matrices, adapter: Matrices, { rank, alpha }: { readonly rank: number; readonly alpha: number }): Matrices {
  return new Map([...base].map(([name, matrix]) => {
    const a = adapter.get(`${name}.a`)
    const b = adapter.get(`${name}.b`)
    if (a === undefined || b === undefined) return [name, matrix]
    const columns = b.length / rank
    return [name, Float64Array.from(matrix, (value, index) => {
      const [row, column] = [Math.floor(index / columns), index % columns]
      let sum = 0
      for (let inner = 0; inner < rank; inner++) sum += a[row * rank + inner]! * b[inner * columns + column]!
      return value + alpha / rank * sum
    })]
  }))
}
