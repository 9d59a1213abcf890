// Sampling responses in a running batch: prompts are read once for all their responses, a finished response makes room for the next.
import type { Stream } from '../random.ts'
import { type Progress, StageFailure } from '../run/stage.ts'
import type { Engine } from '../tensor/engine.ts'
import { type Cache, createCache } from './cache.ts'
import { createDecoder, type Decoded, type Decoder } from './decoder.ts'
import type { LanguageModel } from './model.ts'
import { chooseLengths, fitting } from './padding.ts'
import { type Sampler, samplerFor, type SamplingOptions } from './sampling.ts'
import { checkSequences } from './scored.ts'

export interface GenerateRequest {
  /** At least one token: what precedes a response, the begin token included. */
  readonly prompt: readonly number[]
  /** Responses wanted. */
  readonly count: number
  /** Token t of response k is drawn with `random.child(k).at(t)`. */
  readonly random: Stream
}

export interface GenerateOptions extends SamplingOptions {
  /** Most tokens of a response; at least 1. */
  readonly maxTokens: number
  /** Most responses that run at once. */
  readonly batch?: number
}

export interface Generation {
  /** Without the end token. */
  readonly tokens: readonly number[]
  /** Σ log π of the tokens, and of the end token after `stop`, in nats, under the full distribution at temperature 1. */
  readonly logprob: number
  /** `length`: cut off at `maxTokens`, or where prompt and response fill the context. */
  readonly finish: 'stop' | 'length'
}

/** A response being written. */
interface Running {
  readonly request: number
  readonly response: number
  readonly random: Stream
  readonly prompt: number
  readonly tokens: number[]
  logprob: number
}

/**
 * The responses to each request, in order. What a response draws depends on its own stream alone: the batch it runs in
 * can change its logits only by float32 rounding. Throws a StageFailure for a prompt that leaves no room in the context.
 */
export async function generate(
  engine: Engine, model: LanguageModel, requests: readonly GenerateRequest[], options: GenerateOptions,
  progress?: (progress: Progress) => void,
): Promise<Generation[][]> {
  checkRequests(model, requests, options)
  const results = requests.map((): Generation[] => [])
  const total = requests.reduce((sum, { count }) => sum + count, 0)
  const most = Math.min(options.batch ?? 64, Math.max(1, total))
  const sampler = samplerFor(options)
  const decoder = createDecoder(engine, model, sampler)
  const longest = Math.max(1, ...requests.map(({ prompt }) => prompt.length + options.maxTokens))
  const cache = createCache(model.config, decoder.shapeFor(most, most, Math.min(longest, model.config.context)))
  const waiting = admissions(decoder, requests)
  const running: Running[] = []
  let done = 0
  const next: Next = { model, sampler, options, finish: (sequence, why) => {
    results[sequence.request]![sequence.response] = { tokens: sequence.tokens, logprob: sequence.logprob, finish: why }
    progress?.({ done: ++done, total, unit: 'responses' })
  } }
  try {
    for (;;) {
      for (let admitted; running.length < most && !(admitted = await waiting.next()).done;) {
        const { sequence, read, row } = admitted.value
        if (!extend(next, sequence, read, row)) continue
        const { slots } = decoder.shapeFor(running.length + 1, most, sequence.prompt + 1)
        cache.resize({ rows: most, slots: Math.max(cache.shape.slots, slots) })
        cache.write(running.length, 0, read, row, sequence.prompt)
        running.push(sequence)
      }
      if (running.length === 0) return results
      await advance(decoder, next, cache, running, most)
    }
  } finally {
    decoder.dispose()
  }
}

/** What the next token of a sequence needs to know, and whom to tell when it is the last. */
interface Next {
  readonly model: LanguageModel
  readonly sampler: Sampler
  readonly options: GenerateOptions
  readonly finish: (sequence: Running, why: Generation['finish']) => void
}

/** One token for every running sequence; the finished ones leave, and the last takes the freed row. */
async function advance(decoder: Decoder, next: Next, cache: Cache, running: Running[], most: number): Promise<void> {
  // The last token chosen has not been read yet: everything before it is in the cache.
  const lengths = running.map(({ prompt, tokens }) => prompt + tokens.length - 1)
  const wanted = decoder.shapeFor(running.length, most, Math.max(...lengths) + 1)
  const { rows, slots } = cache.shape
  // Copying the cache into fewer rows pays only when enough of them are gone; slots that were needed once stay until then.
  if (wanted.rows <= 0.75 * rows) cache.resize(wanted)
  else if (wanted.slots > slots) cache.resize({ rows, slots: wanted.slots })
  const read = await decoder.step(running.map(({ tokens }) => tokens[tokens.length - 1]!), lengths, cache)
  for (let row = running.length - 1; row >= 0; row--) {
    const sequence = running[row]!
    cache.write(row, lengths[row]!, read, row, 1)
    if (extend(next, sequence, read, row)) continue
    const last = running.pop()!
    if (last === sequence) continue
    running[row] = last
    cache.move(running.length, row)
  }
}

/** Draws the next token of a sequence; false when it ends there. */
function extend({ model: { config, special }, sampler, options, finish }: Next, sequence: Running, read: Decoded, row: number): boolean {
  const { tokens, random } = sequence
  const { token, logprob } = sampler.choose(read.outputs, row, config.vocabulary, random.at(tokens.length))
  if (!Number.isFinite(logprob)) {
    throw new StageFailure('the model gives no finite probability to any token', 'check the weights: its training may have broken down')
  }
  sequence.logprob += logprob
  const stopped = special.ends.includes(token)
  if (!stopped) tokens.push(token)
  if (!stopped && tokens.length < options.maxTokens && sequence.prompt + tokens.length < config.context) return true
  finish(sequence, stopped ? 'stop' : 'length')
  return false
}

interface Admission {
  readonly sequence: Running
  /** What reading the prompt gave, and the prompt's row in it. */
  readonly read: Decoded
  readonly row: number
}

/** Tokens of prompts that are read at once. */
const prefillTokens = 2048

/** Every response that was asked for, with its prompt read; prompts are read when the first of them is due, shorter ones first. */
async function* admissions(decoder: Decoder, requests: readonly GenerateRequest[]): AsyncGenerator<Admission, void> {
  const lengthOf = (request: number): number => requests[request]!.prompt.length
  const wanted = requests.flatMap(({ count }, request) => (count > 0 ? [request] : []))
  const sizes = chooseLengths(wanted.map(lengthOf), 32)
  for (const length of sizes) {
    const members = wanted.filter((request) => fitting(sizes, lengthOf(request)) === length)
    const rows = Math.min(members.length, Math.max(1, Math.floor(prefillTokens / length)))
    for (let start = 0; start < members.length; start += rows) {
      const group = members.slice(start, start + rows)
      const read = await decoder.prefill(group.map((request) => requests[request]!.prompt), { rows, length })
      for (const [row, request] of group.entries()) {
        const { count, random, prompt } = requests[request]!
        for (let response = 0; response < count; response++) {
          const sequence = { request, response, random: random.child(response), prompt: prompt.length, tokens: [], logprob: 0 }
          yield { sequence, read, row }
        }
      }
    }
  }
}

function checkRequests({ config }: LanguageModel, requests: readonly GenerateRequest[], { maxTokens, batch }: GenerateOptions): void {
  if (!(maxTokens >= 1) || !((batch ?? 1) >= 1)) throw new Error(`maxTokens ${maxTokens} and batch ${batch} must be at least 1`)
  checkSequences(config, requests.map(({ prompt }) => prompt), 'prompt')
  requests.forEach(({ prompt }, index) => {
    if (prompt.length === 0) throw new Error(`prompt ${index} is empty: it must hold the begin token at least`)
    if (prompt.length < config.context) return
    throw new StageFailure(
      `prompt ${index} has ${prompt.length} tokens and leaves no room for a response: the model's context holds ${config.context}`,
      'leave out or shorten what is longer, or use a model with a longer context',
    )
  })
}
