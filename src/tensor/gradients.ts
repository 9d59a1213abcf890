// A value together with its gradients by name, inside a step, on every engine.
import type { Tensor, Tensors, Tf } from './engine.ts'

/** What is differentiated: a scalar, or a scalar and further results to hand out undifferentiated (metrics of the batch). */
export type Objective = Tensor | { readonly value: Tensor; readonly also: Tensors }

export interface Differentiated {
  /** Scalar. */
  readonly value: Tensor
  /** By the names of the parameters, in their shapes. */
  readonly gradients: Readonly<Record<string, Tensor>>
  readonly also: Tensors
}

/**
 * Evaluates the scalar `f(parameters)` and its gradient in every parameter.
 * Throws, naming it, when a parameter does not influence the value: training it would do nothing.
 */
export function valueAndGradients(tf: Tf, f: (parameters: Tensors) => Objective, parameters: Tensors): Differentiated {
  const names = Object.keys(parameters)
  const kept: Record<string, Tensor> = {}
  const scalar = (...tensors: Tensor[]): Tensor => {
    const result = f(Object.fromEntries(names.map((name, index) => [name, tensors[index]!])))
    if (result instanceof tf.Tensor) return result
    // The gradient's own scope disposes whatever `f` makes besides its value.
    for (const [name, tensor] of Object.entries(result.also)) kept[name] = tf.keep(tf.clone(tensor))
    return result.value
  }
  try {
    const tensors = names.map((name) => parameters[name]!)
    const { value, grads } = tf.tidy(() => tf.engine().gradients(() => scalar(...tensors), tensors, undefined, true))
    if (value.rank !== 0) {
      throw new Error(`the value to differentiate has the shape [${value.shape.join(', ')}]; it must be a scalar`)
    }
    return { value, gradients: byName(names, grads), also: copies(tf, kept) }
  } finally {
    for (const tensor of Object.values(kept)) tensor.dispose()
  }
}

const copies = (tf: Tf, tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.clone(tensor)]))

function byName(names: readonly string[], tensors: readonly (Tensor | null | undefined)[]): Record<string, Tensor> {
  return Object.fromEntries(names.map((name, index) => {
    const gradient = tensors[index]
    if (!gradient) throw new Error(`the parameter ${name} does not influence the value to differentiate`)
    return [name, gradient] as const
  }))
}
