// An engine runs steps: pure functions of tensors, written once in TensorFlow.js operations.
// A graph engine traces a step into one ONNX graph per shape; an eager engine runs it op by op.
import type * as tfjs from '@tensorflow/tfjs'

/** TensorFlow.js, passed in so that importing a model or a loss loads nothing. */
export type Tf = typeof tfjs
export type Tensor = tfjs.Tensor

export type DType = 'float32' | 'int32'
export type Shape = readonly number[]

export interface Spec {
  readonly shape: Shape
  readonly dtype: DType
}

/** A tensor held by an engine between runs (weights, optimiser state, caches): it need not travel. */
export interface Value extends Spec {
  /** A copy, in row-major order. */
  read(): Promise<Float32Array | Int32Array>
  /** The numbers themselves, where the engine can give them away without a copy; the value is disposed by it. */
  take?(): Promise<Float32Array | Int32Array>
  dispose(): void
}

export type Tensors = Readonly<Record<string, Tensor>>
export type Values = Readonly<Record<string, Value>>

/** Reads no global state, draws no random numbers, has no side effect: same inputs, same outputs. */
export type Step = (tf: Tf, inputs: Tensors) => Tensors

export interface Kernel {
  /** Feeds must match the specs the kernel was compiled for. The caller owns the outputs. */
  run(inputs: Values): Promise<Values>
  dispose(): void
}

export interface Engine {
  /** The row of the engine table: `graph-cpu`, `eager-wasm`. */
  readonly name: string
  /** Name, our version and the runtime's: what enters keys. */
  readonly identity: string
  value(data: Float32Array | Int32Array, shape: Shape): Value
  /** As `value`, over the caller's own array: it must not change before the runs that read it have ended. Absent where it would be copied. */
  borrow?(data: Float32Array | Int32Array, shape: Shape): Value
  /** Whether `compile` takes negative sizes: lengths that differ from run to run. Equal negative sizes are equal lengths; none may be 0. */
  readonly freeLengths?: true
  /**
   * Compiles a step for the shapes of `inputs`. `constants` never change for the life of the kernel
   * (frozen weights), so a graph engine may fold or prepack them; the step sees them merged into its inputs.
   */
  compile(name: string, step: Step, inputs: Readonly<Record<string, Spec>>, constants?: Values): Promise<Kernel>
  /** What `compile` has cost so far, where steps are compiled; its numbers go on counting. */
  readonly compilation?: Compilation
  dispose(): Promise<void>
}

export interface Compilation {
  /** Made anew: a step whose graph and shapes were seen before takes the session that is there. */
  readonly sessions: number
  /** Spent in `compile`, tracing included. */
  readonly milliseconds: number
}
