// How much memory this process may use.
import { totalmem } from 'node:os'

/** Bytes: the machine's, or what its container allows where that is less. */
export function availableMemory(): number {
  const allowed = process.constrainedMemory?.() ?? 0
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem()
}
