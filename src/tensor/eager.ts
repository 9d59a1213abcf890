// Eager engines: a step runs operation by operation on a stock TensorFlow.js backend.
import type { DType, Engine, Kernel, Shape, Spec, Step, Tensor, Tf, Value, Values } from './engine.ts'
import { attributed, checkConstants, checkFeeds, ownedCopy } from './feeds.ts'
import { withBackend } from './tensorflow.ts'

export interface EagerOptions {
  readonly tf: Tf
  readonly name: string
  readonly identity: string
  /** A registered backend that is ready. */
  readonly backend: string
}

class EagerValue implements Value {
  readonly shape: Shape
  readonly dtype: DType
  readonly tensor: Tensor

  constructor(tensor: Tensor) {
    this.tensor = tensor
    this.shape = tensor.shape
    this.dtype = tensor.dtype === 'int32' ? 'int32' : 'float32'
  }

  async read(): Promise<Float32Array | Int32Array> {
    // The plain-JavaScript backend hands out its own memory, and after a cast in the array of the former type.
    const data = await this.tensor.data()
    return this.dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data)
  }

  dispose(): void {
    this.tensor.dispose()
  }
}

export function eagerEngine({ tf, name, identity, backend }: EagerOptions): Engine {
  return {
    name,
    identity,
    freeLengths: true,
    value: (data, shape) =>
      withBackend(tf, backend, () => {
        const dtype = data instanceof Int32Array ? 'int32' : 'float32'
        return new EagerValue(tf.tensor(ownedCopy(data, shape), [...shape], dtype))
      }),
    compile: async (kernel, step, inputs, constants = {}) => {
      checkConstants(kernel, inputs, constants)
      return eagerKernel(tf, backend, kernel, step, inputs, constants)
    },
    dispose: async () => {},
  }
}

function eagerKernel(
  tf: Tf,
  backend: string,
  name: string,
  step: Step,
  specs: Readonly<Record<string, Spec>>,
  constants: Values,
): Kernel {
  // Clones share the data, so a kernel outlives the caller's disposal of its constants, as on a graph engine.
  const fixed = withBackend(tf, backend, () => mapValues(unwrap(name, constants), (tensor) => tensor.clone()))
  return {
    run: async (inputs) => {
      checkFeeds(name, specs, inputs)
      const feeds = unwrap(name, inputs)
      const outputs = attributed(
        name,
        () => withBackend(tf, backend, () => tf.tidy(() => mapValues(step(tf, { ...feeds, ...fixed }), ownOutput))),
      )
      return mapValues(outputs, (tensor) => new EagerValue(tensor))
    },
    dispose: () => {
      for (const tensor of Object.values(fixed)) tensor.dispose()
    },
  }
}

/** A tensor of our own even when the step returned an input, a constant or the same tensor twice; truth values become 0 and 1. */
function ownOutput(tensor: Tensor): Tensor {
  return tensor.dtype === 'bool' ? tensor.cast('int32') : tensor.clone()
}

function unwrap(kernel: string, values: Values): Record<string, Tensor> {
  return mapValues(values, (value, name) => {
    if (!(value instanceof EagerValue)) throw new Error(`${kernel}: ${name} belongs to another engine`)
    return value.tensor
  })
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]))
}
