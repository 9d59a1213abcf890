// Tensors of a GPU engine: on the host until a run has read them, on the device when a run has given them.
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import type { DType, Shape, Value } from '../engine.ts'
import { elementCount } from '../feeds.ts'
import type { OnnxRuntime } from '../graph-engine.ts'
import { inputName, outputName } from '../onnx.ts'
import { identityModel } from './identity-model.ts'

/** Copies tensors from one side to the other. */
export interface Mover {
  readonly toHost: (tensor: OrtTensor) => Promise<OrtTensor>
  readonly toDevice: (tensor: OrtTensor) => Promise<OrtTensor>
  readonly release: () => Promise<void>
}

type Side = 'host' | 'device'

/**
 * The Node binding cannot read a tensor on the device, and ends the process when asked to: a session that gives its input back
 * on the other side can. There is one for each side and element type, made when first needed.
 */
export function mover(ort: OnnxRuntime, options: (outputs: Side) => InferenceSession.SessionOptions): Mover {
  const sessions = new Map<string, Promise<InferenceSession>>()
  const move = (to: Side) => async (tensor: OrtTensor): Promise<OrtTensor> => {
    const dtype = tensor.type === 'int32' ? 'int32' : 'float32'
    const session = sessions.get(`${to} ${dtype}`) ?? ort.InferenceSession.create(identityModel(dtype), options(to))
    sessions.set(`${to} ${dtype}`, session)
    return (await (await session).run({ [inputName('x')]: tensor }))[outputName('x')]!
  }
  return {
    toHost: move('host'),
    toDevice: move('device'),
    release: async () => {
      for (const session of sessions.values()) await (await session).release()
      sessions.clear()
    },
  }
}

/** A tensor on the device that goes when the last who uses it has released it. */
export interface Shared {
  readonly tensor: OrtTensor
  release(): void
}

export class GpuValue implements Value {
  readonly shape: Shape
  readonly dtype: DType
  readonly #mover: Mover
  #tensor: OrtTensor | undefined
  #copy: Promise<OrtTensor> | undefined
  /** Of the copy on the device: this value and the kernels that hold it. */
  #users = 1

  constructor(tensor: OrtTensor, shape: Shape, dtype: DType, mover: Mover) {
    this.shape = shape
    this.dtype = dtype
    this.#mover = mover
    this.#tensor = tensor
  }

  get tensor(): OrtTensor {
    if (this.#tensor === undefined) throw new Error('a value is used after it was disposed')
    return this.#tensor
  }

  async read(): Promise<Float32Array | Int32Array> {
    if (elementCount(this.shape) === 0) return this.dtype === 'int32' ? new Int32Array() : new Float32Array()
    if (this.tensor.location === 'cpu') return numbersOf(this.tensor).slice()
    return numbersOf(await this.#mover.toHost(this.tensor))
  }

  /** A copy on the device for kernels to hold, one for all of them; it outlives this value as long as one does. */
  async share(): Promise<Shared> {
    this.#copy ??= this.#mover.toDevice(this.tensor)
    this.#users += 1
    const tensor = await this.#copy
    let held = true
    const release = (): void => {
      if (held) this.#leave()
      held = false
    }
    return { tensor, release }
  }

  /** Memory of the device is not collected: whoever does not dispose loses it. */
  dispose(): void {
    if (this.#tensor === undefined) return
    if (this.#tensor.location !== 'cpu') this.#tensor.dispose()
    this.#tensor = undefined
    this.#leave()
  }

  #leave(): void {
    this.#users -= 1
    if (this.#users === 0) void this.#copy?.then((copy) => copy.dispose())
  }
}

function numbersOf(tensor: OrtTensor): Float32Array | Int32Array {
  const { data } = tensor
  if (data instanceof Float32Array || data instanceof Int32Array) return data
  throw new Error(`the runtime returned ${tensor.type}, not float32 or int32`)
}
