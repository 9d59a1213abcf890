// Responses to one prompt scored together: the prompt is read once, and every response attends to it where it lies.
// P prompts of up to T tokens, K responses to each of up to U tokens read, N tokens predicted in all.
import type { Spec, Tensor, Tensors, Tf } from '../tensor/engine.ts'
import { logProbabilityOf } from '../tensor/ops.ts'
import { branchedAttention, masked } from './attention.ts'
import type { ModelConfig } from './config.ts'
import { chooseLengths, fitting, roundUp } from './padding.ts'
import { type Turn, turnAt } from './rotary.ts'
import { decode, logits } from './transformer.ts'

/** A prompt and some of its responses; `rows` says which. */
export interface Family {
  readonly prompt: readonly number[]
  readonly responses: readonly (readonly number[])[]
  readonly rows: readonly number[]
}

export interface FamilyShape {
  readonly prompts: number
  readonly promptLength: number
  readonly responses: number
  readonly length: number
  readonly scored: number
}

/** The parts of a batch: what is fed, and to which response each predicted token belongs (−1: padding). */
export interface FamilyBatch {
  readonly feeds: Readonly<Record<FamilyPart, Float32Array | Int32Array>>
  readonly owners: Int32Array
}

type FamilyPart = 'prompts' | 'responses' | 'positions' | 'mask' | 'states' | 'targets'

/** Larger families are cut: their gain is had by then. */
const mostResponses = 16

/**
 * The responses that share a prompt with others, in families of 2, 4, 8 or 16, so that few shapes are compiled; what is left of a prompt
 * is not among them. `rows` are those to look at; a prompt must hold a token, a response must, too.
 */
export function familiesOf(
  items: readonly { readonly prompt: readonly number[]; readonly response: readonly number[] }[], rows: readonly number[],
): Family[] {
  const byPrompt = new Map<string, number[]>()
  for (const row of rows) {
    const { prompt } = items[row]!
    if (prompt.length === 0) continue
    const key = prompt.join()
    const together = byPrompt.get(key)
    if (together === undefined) byPrompt.set(key, [row])
    else together.push(row)
  }
  const families: Family[] = []
  for (const together of byPrompt.values()) {
    together.sort((a, b) => items[a]!.response.length - items[b]!.response.length) // those of like length share their padding
    for (let start = 0; together.length - start >= 2;) {
      const size = Math.min(mostResponses, 2 ** Math.floor(Math.log2(together.length - start)))
      const members = together.slice(start, start + size)
      families.push({ prompt: items[members[0]!]!.prompt, responses: members.map((row) => items[row]!.response), rows: members })
      start += size
    }
  }
  return families
}

/** How many tokens of the longest response are read: the last of each predicts nothing. At least 1, so that no axis is empty. */
const readLength = ({ responses }: Family): number => Math.max(1, ...responses.map(({ length }) => length - 1))
const scoredTokens = ({ responses }: Family): number => responses.reduce((total, { length }) => total + length, 0)

/** Batches of families of the same sizes, of about `batchTokens` tokens each, padding included. */
export function planFamilies(
  families: readonly Family[], batchTokens: number,
): { readonly shape: FamilyShape; readonly batches: readonly (readonly Family[])[] }[] {
  return groupBy(families, ({ responses }) => responses.length).flatMap(([responses, alike]) =>
    groupByLength(alike, readLength).flatMap(([length, near]) =>
      groupByLength(near, ({ prompt }) => prompt.length).map(([promptLength, members]) => {
        const most = Math.max(1, Math.floor(batchTokens / (promptLength + responses * length)))
        const prompts = Math.ceil(members.length / Math.ceil(members.length / most))
        const batches = Array.from({ length: Math.ceil(members.length / prompts) }, (_, batch) =>
          members.slice(batch * prompts, (batch + 1) * prompts))
        const scored = batches.map((batch) => batch.reduce((total, family) => total + scoredTokens(family), 0))
        return { shape: { prompts, promptLength, responses, length, scored: roundUp(Math.max(...scored), 8) }, batches }
      })))
}

function groupBy<K>(families: readonly Family[], key: (family: Family) => K): [K, Family[]][] {
  const groups = new Map<K, Family[]>()
  for (const family of families) groups.set(key(family), [...groups.get(key(family)) ?? [], family])
  return [...groups]
}

/** One more length to pad to must save more than this many families of it. */
const compilation = 8

function groupByLength(families: readonly Family[], lengthOf: (family: Family) => number): [number, Family[]][] {
  const sizes = chooseLengths(families.map(lengthOf), compilation)
  return groupBy(families, (family) => fitting(sizes, lengthOf(family)))
}

export function familySpecs({ prompts, promptLength, responses, length, scored }: FamilyShape): Record<FamilyPart, Spec> {
  return {
    prompts: { shape: [prompts, promptLength], dtype: 'int32' },
    responses: { shape: [prompts * responses, length], dtype: 'int32' },
    positions: { shape: [prompts, length], dtype: 'int32' },
    mask: { shape: [prompts, promptLength], dtype: 'float32' },
    states: { shape: [scored], dtype: 'int32' },
    targets: { shape: [scored], dtype: 'int32' },
  }
}

export function layOutFamilies(families: readonly Family[], shape: FamilyShape, context: number): FamilyBatch {
  const { prompts, promptLength, responses, length, scored } = shape
  const ids = { prompts: new Int32Array(prompts * promptLength), responses: new Int32Array(prompts * responses * length) }
  const positions = new Int32Array(prompts * length)
  const mask = new Float32Array(prompts * promptLength).fill(masked)
  const [states, targets] = [new Int32Array(scored), new Int32Array(scored)]
  const owners = new Int32Array(scored).fill(-1)
  let next = 0
  families.forEach((family, row) => {
    const start = family.prompt.length
    ids.prompts.set(family.prompt, row * promptLength)
    mask.fill(0, row * promptLength, row * promptLength + start)
    for (let index = 0; index < length; index++) positions[row * length + index] = Math.min(start + index, context - 1)
    family.responses.forEach((response, which) => {
      const place = (row * responses + which) * length
      ids.responses.set(response.slice(0, -1), place)
      response.forEach((token, index) => {
        states[next] = index === 0 ? row * promptLength + start - 1 : prompts * promptLength + place + index - 1
        targets[next] = token
        owners[next] = family.rows[which]!
        next += 1
      })
    })
  })
  return { feeds: { ...ids, positions, mask, states, targets }, owners }
}

/** log π of each predicted token given the prompt and what stands before it in its response, in nats: [N]. */
export function familyLogprobs(tf: Tf, config: ModelConfig, weights: Tensors, batch: Tensors, shape: FamilyShape): Tensor {
  const scale = 1 / Math.sqrt(config.headWidth)
  const positions = batch['positions'] as ReturnType<Tf['tensor1d']>
  const there = ({ cosine, sine }: Turn): Turn =>
    ({ cosine: tf.expandDims(tf.gather(cosine, positions), 1), sine: tf.expandDims(tf.gather(sine, positions), 1) })
  const turns = {
    promptQuery: turnAt(tf, config, shape.promptLength, scale), promptKey: turnAt(tf, config, shape.promptLength),
    query: there(turnAt(tf, config, config.context, scale)), key: there(turnAt(tf, config, config.context)),
  }
  const ids = tf.concat([tf.reshape(batch['prompts']!, [-1]), tf.reshape(batch['responses']!, [-1])])
  const all = decode(tf, config, weights, ids, (_, q, k, v) => branchedAttention(tf, q, k, v, shape, turns, batch['mask']!))
  const rows = tf.gather(all, batch['states'] as ReturnType<Tf['tensor1d']>)
  return logProbabilityOf(tf, logits(tf, config, weights, rows), batch['targets']!)
}
