// The two kernels of generation: reading whole prompts, and reading one new token of each running sequence.
import type { Engine, Kernel, Spec, Step, Tensor, Values } from '../tensor/engine.ts'
import { cachedAttention } from './attention.ts'
import { type Cache, cacheSpecs, type CacheShape, type NewPositions, pastKeys, pastValues } from './cache.ts'
import type { ModelConfig } from './config.ts'
import type { LanguageModel } from './model.ts'
import { rotate, type Turn, turnAt } from './rotary.ts'
import { decode, logits, states } from './transformer.ts'
import { disposeAll, take, weightValues } from './values.ts'

/** Logits of the next token of each row, [rows, V], and the keys and values to keep. */
export interface Decoded extends NewPositions {
  readonly logits: Float32Array
}

export interface Decoder {
  /** Reads prompts, padded to `rows` prompts of `length` tokens; each row's logits follow its own last token. */
  prefill(prompts: readonly (readonly number[])[], shape: { readonly rows: number; readonly length: number }): Promise<Decoded>
  /** Reads one token of each sequence of the cache; `lengths` counts what stands before it and so is its position. */
  step(tokens: readonly number[], lengths: readonly number[], cache: Cache): Promise<Decoded>
  dispose(): void
}

/** Each compiled kernel may hold its own copy of the weights: no more than this many at a time. */
const keptKernels = 8

export function createDecoder(engine: Engine, { config, weights }: Pick<LanguageModel, 'config' | 'weights'>): Decoder {
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
  return {
    async prefill(prompts, { rows, length }) {
      const kernel = await kernelFor(`prefill ${rows}x${length}`, prefillStep(config), {
        ids: { shape: [rows, length], dtype: 'int32' }, last: { shape: [rows], dtype: 'int32' },
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
      const { rows, slots } = cache.shape
      const kernel = await kernelFor(`decode ${rows}x${slots}`, decodeStep(config, cache.shape), {
        ids: { shape: [rows], dtype: 'int32' }, positions: { shape: [rows], dtype: 'int32' }, ...cacheSpecs(config, cache.shape),
      })
      const padded = (numbers: readonly number[]): Int32Array => Int32Array.from({ length: rows }, (_, row) => numbers[row] ?? 0)
      return run(kernel, {
        ids: engine.value(padded(tokens), [rows]), positions: engine.value(padded(lengths), [rows]), ...cache.values(engine, lengths),
      }, rows, 1)
    },
    dispose() {
      disposeAll(constants)
      for (const kernel of kernels.values()) kernel.dispose()
    },
  }
}

async function run(kernel: Kernel, feeds: Values, rows: number, positions: number): Promise<Decoded> {
  const outputs = await kernel.run(feeds)
  disposeAll(feeds)
  const [logits, keys, values] = [await take(outputs['logits']!), await take(outputs['keys']!), await take(outputs['values']!)]
  return { logits, keys, values, rows, positions }
}

/** ids [R, T], last [R] (rows of the states) → logits [R, V], keys and values [layers · R, G, T, W]. */
function prefillStep(config: ModelConfig): Step {
  return (tf, inputs) => {
    const keys: Tensor[] = []
    const values: Tensor[] = []
    const all = states(tf, config, inputs, inputs['ids']!, (k, v) => {
      keys.push(k)
      values.push(v)
    })
    const last = tf.gather(all, inputs['last'] as ReturnType<typeof tf.tensor1d>)
    return { logits: logits(tf, config, inputs, last), keys: tf.concat(keys), values: tf.concat(values) }
  }
}

/** ids and positions [B], the cache → logits [B, V], keys and values of the new positions [layers · B, G, W]. */
function decodeStep(config: ModelConfig, { slots }: CacheShape): Step {
  return (tf, inputs) => {
    const positions = inputs['positions'] as ReturnType<typeof tf.tensor1d>
    const here = ({ cosine, sine }: Turn): Turn =>
      ({ cosine: tf.expandDims(tf.gather(cosine, positions), 1), sine: tf.expandDims(tf.gather(sine, positions), 1) })
    const turnQuery = here(turnAt(tf, config, slots, 1 / Math.sqrt(config.headWidth)))
    const turnKey = here(turnAt(tf, config, slots))
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
    return { logits: logits(tf, config, inputs, rows), keys: tf.concat(keys), values: tf.concat(values) }
  }
}
