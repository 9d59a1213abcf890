// Loading TensorFlow.js, and borrowing one of its backends for the length of a synchronous function.
// The library holds one current backend per thread; nothing here leaves it changed.
import type { Tf } from './engine.ts'

/** The union package: with the core alone the gradients are not registered. Also registers the plain-JavaScript backend. */
export async function loadTensorFlow(): Promise<Tf> {
  const tf = await import('@tensorflow/tfjs')
  tf.enableProdMode() // only silences advice on installing other backends
  if (!tf.getBackend()) activate(tf, 'cpu')
  return tf
}

/** Runs `f` with the named backend current, then makes the former one current again, also when `f` throws. */
export function withBackend<T>(tf: Tf, name: string, f: () => T): T {
  const before = tf.getBackend()
  if (before === name) return f()
  activate(tf, name)
  try {
    return f()
  } finally {
    activate(tf, before)
  }
}

/** `setBackend` returns a promise but has done its work by then for every backend whose factory is synchronous or has run. */
function activate(tf: Tf, name: string): void {
  void tf.setBackend(name)
  if (tf.getBackend() !== name) throw new Error(`the TensorFlow.js backend ${name} is not registered or not ready`)
}
