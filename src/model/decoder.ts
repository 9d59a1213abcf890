// The two kernels of generation: reading whole prompts, and reading one new token of each running sequence.
import type { Engine, Kernel, Spec, Step, Tensor, Values } from '../tensor/engine.ts'
import { cachedAttention } from './attention.ts'
import { type Cache, cacheSpecs, type CacheShape, type NewPositions, pastKeys, pastValues } from './cache.ts'
import type { ModelConfig } from './config.ts'
import type { LanguageModel } from './model.ts'
import { roundUp } from './padding.ts'
import { rotate, type Turn, turnAt } from './rotary.ts'
import type { Outputs, Sampler } from './sampling.ts'
import { decode, logits, states } from './transformer.ts'
import { disposeAll, take, weightValues } from './values.ts'

/** What choosing each row's next token reads, and the keys and values to keep. */
export interface Decoded extends NewPositions {
  readonly outputs: Outputs
}

export interface Decoder {
  /** Reads prompts, padded to `rows` prompts of `length` tokens; each row's outputs follow its own last token. */
  prefill(prompts: readonly (readonly number[])[], shape: { readonly rows: number; readonly length: number }): Promise<Decoded>
  /** Reads one token of each sequence of the cache; `lengths` counts what stands before it and so is its position. */
  step(tokens: readonly number[], lengths: readonly number[], cache: Cache): Promise<Decoded>
  /** What the cache should hold for `running` of at most `most` sequences, the longest of `length` tokens. */
  shapeFor(running: number, most: number, length: number): CacheShape
  dispose(): void
}

/** Each compiled kernel may hold its own copy of the weights: no more than this many at a time. */
const keptKernels = 8

export function createDecoder(
  engine: Engine, { config, weights }: Pick<LanguageModel, 'config' | 'weights'>, sampler: Sampler,
): Decoder {
  const constants = weightValues(engine, weights)
  const kernels = new Map<string, Kernel>()
  const kernelFor = async (name: string, step: Step, inputs: Readonly<Record<string, Spec>>): Promise<Kernel> => {
    const kernel = kernels.get(name) ?? await engine.compile(name, step, inputs, constants)
    kernels.delete(name)
    kernels.set(name, kernel) // the most recently used stands last
    for (const [oldest, unused] of [...kernels].slice(0, -keptKernels)) {
      unused.dispose()
      kernels.delete(oldest)
    }
    return kernel
  }
  const free = engine.freeLengths === true
  return {
    async prefill(prompts, { rows, length }) {
      const compiled = free ? freeRows : rows
      const kernel = await kernelFor(`prefill ${sampler.name} ${compiled}x${length}`, prefillStep(config, sampler), {
        ids: { shape: [compiled, length], dtype: 'int32' }, last: { shape: [compiled], dtype: 'int32' },
      })
      const ids = new Int32Array(rows * length)
      const last = new Int32Array(rows)
      prompts.forEach((prompt, row) => {
        ids.set(prompt, row * length)
        last[row] = row * length + prompt.length - 1
      })
      return run(kernel, { ids: engine.value(ids, [rows, length]), last: engine.value(last, [rows]) }, rows, length)
    },
    async step(tokens, lengths, cache) {
      const { rows } = cache.shape
      const compiled = free ? { rows: freeRows, slots: freeSlots } : cache.shape
      const kernel = await kernelFor(`decode ${sampler.name} ${compiled.rows}x${compiled.slots}`, decodeStep(config, sampler), {
        ids: { shape: [compiled.rows], dtype: 'int32' }, positions: { shape: [compiled.rows], dtype: 'int32' },
        ...cacheSpecs(config, compiled),
      })
      const padded = (numbers: readonly number[]): Int32Array => Int32Array.from({ length: rows }, (_, row) => numbers[row] ?? 0)
      return run(kernel, {
        ids: engine.value(padded(tokens), [rows]), positions: engine.value(padded(lengths), [rows]), ...cache.values(engine, lengths),
      }, rows, 1)
    },
    shapeFor: (running, most, length) =>
      free ? { rows: running, slots: nearSlots(length) } : { rows: quartered(running, most), slots: fewSlots(length) },
    dispose() {
      disposeAll(constants)
      for (const kernel of kernels.values()) kernel.dispose()
    },
  }
}

/** Lengths that differ from run to run, where the engine takes such: one kernel serves all. */
const freeRows = -1
const freeSlots = -2

/** Slots beyond the length are read in vain and every new number of them copies the cache: about √length at a time costs least. */
function nearSlots(length: number): number {
  return roundUp(length, Math.max(16, 2 ** Math.ceil(Math.log2(length) / 2 + 1)))
}

/** Where every size is compiled there are few: multiples of 32, and of a quarter of the next power of two from 128 on. */
function fewSlots(length: number): number {
  return roundUp(length, Math.max(32, 2 ** Math.ceil(Math.log2(length)) / 4))
}

/** A batch then shrinks by quarters; below four rows there is nothing to gain. */
function quartered(running: number, most: number): number {
  const quarter = Math.ceil(most / 4)
  return running > quarter || most <= 4 ? most : quartered(running, quarter)
}

async function run(kernel: Kernel, feeds: Values, rows: number, positions: number): Promise<Decoded> {
  const results = await kernel.run(feeds)
  disposeAll(feeds)
  const { keys, values, ...rest } = results
  const outputs: Record<string, Float32Array> = {}
  for (const [name, value] of Object.entries(rest)) outputs[name] = await take(value)
  return { outputs, keys: await take(keys!), values: await take(values!), rows, positions }
}

/** ids [R, T], last [R] (rows of the states) → the sampler's outputs, keys and values [layers · R, G, T, W]. */
function prefillStep(config: ModelConfig, sampler: Sampler): Step {
  return (tf, inputs) => {
    const keys: Tensor[] = []
    const values: Tensor[] = []
    const all = states(tf, config, inputs, inputs['ids']!, (k, v) => {
      keys.push(k)
      values.push(v)
    })
    const last = tf.gather(all, inputs['last'] as ReturnType<typeof tf.tensor1d>)
    return { ...sampler.outputs(tf, logits(tf, config, inputs, last)), keys: tf.concat(keys), values: tf.concat(values) }
  }
}

/** ids and positions [B], the cache → the sampler's outputs, keys and values of the new positions [layers · B, G, W]. */
function decodeStep(config: ModelConfig, sampler: Sampler): Step {
  return (tf, inputs) => {
    const positions = inputs['positions'] as ReturnType<typeof tf.tensor1d>
    const here = ({ cosine, sine }: Turn): Turn =>
      ({ cosine: tf.expandDims(tf.gather(cosine, positions), 1), sine: tf.expandDims(tf.gather(sine, positions), 1) })
    const turnQuery = here(turnAt(tf, config, config.context, 1 / Math.sqrt(config.headWidth)))
    const turnKey = here(turnAt(tf, config, config.context))
    const keys: Tensor[] = []
    const values: Tensor[] = []
    const rows = decode(tf, config, inputs, inputs['ids']!, (layer, q, k, v) => {
      const key = rotate(tf, k, turnKey)
      keys.push(key)
      values.push(v)
      return cachedAttention(tf, rotate(tf, q, turnQuery), key, v, {
        keys: inputs[pastKeys(layer)]!, values: inputs[pastValues(layer)]!, mask: inputs['mask']!,
      })
    })
    return { ...sampler.outputs(tf, logits(tf, config, inputs, rows)), keys: tf.concat(keys), values: tf.concat(values) }
  }
}
