// Sampling responses in a running batch: prompts are read once for all their responses, a finished response makes room for the next.
import type { Stream } from '../random.ts'
import { type Progress, StageFailure } from '../run/stage.ts'
import type { Engine } from '../tensor/engine.ts'
import { createCache } from './cache.ts'
import { createDecoder, type Decoded, type Decoder } from './decoder.ts'
import type { LanguageModel } from './model.ts'
import { chooseLengths, fitting, roundUp } from './padding.ts'
import { chooseToken, logSumExp, type SamplingOptions } from './sampling.ts'
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
  const decoder = createDecoder(engine, model)
  const cache = createCache(model.config)
  const waiting = admissions(decoder, requests)
  const running: Running[] = []
  let done = 0
  const finish = (sequence: Running, why: Generation['finish']): void => {
    results[sequence.request]![sequence.response] = { tokens: sequence.tokens, logprob: sequence.logprob, finish: why }
    progress?.({ done: ++done, total, unit: 'responses' })
  }
  try {
    for (;;) {
      for (let next; running.length < most && !(next = await waiting.next()).done;) {
        const { sequence, read, row } = next.value
        const why = extend(model, sequence, logitsOf(read, row), options)
        if (why !== undefined) {
          finish(sequence, why)
          continue
        }
        cache.resize({ rows: most, slots: Math.max(cache.shape.slots, slotsFor(sequence.prompt + 1)) })
        cache.write(running.length, 0, read, row, sequence.prompt)
        running.push(sequence)
      }
      if (running.length === 0) return results
      await advance(decoder, model, cache, running, most, options, finish)
    }
  } finally {
    decoder.dispose()
  }
}

/** One token for every running sequence; the finished ones leave, and the last takes the freed row. */
async function advance(
  decoder: Decoder, model: LanguageModel, cache: ReturnType<typeof createCache>, running: Running[], most: number,
  options: GenerateOptions, finish: (sequence: Running, why: Generation['finish']) => void,
): Promise<void> {
  // The last token chosen has not been read yet: everything before it is in the cache.
  const lengths = running.map(({ prompt, tokens }) => prompt + tokens.length - 1)
  cache.resize({ rows: rowsFor(running.length, most), slots: slotsFor(Math.max(...lengths) + 1) })
  const read = await decoder.step(running.map(({ tokens }) => tokens[tokens.length - 1]!), lengths, cache)
  for (let row = running.length - 1; row >= 0; row--) {
    const sequence = running[row]!
    cache.write(row, lengths[row]!, read, row, 1)
    const why = extend(model, sequence, logitsOf(read, row), options)
    if (why === undefined) continue
    finish(sequence, why)
    const last = running.pop()!
    if (last === sequence) continue
    running[row] = last
    cache.move(running.length, row)
  }
}

/** Draws the next token of a sequence and says whether, and why, it ends there. */
function extend(
  { config, special }: LanguageModel, sequence: Running, logits: Float32Array, options: GenerateOptions,
): Generation['finish'] | undefined {
  const { tokens, random } = sequence
  const token = chooseToken(logits, options, random.at(tokens.length))
  const logprob = logits[token]! - logSumExp(logits)
  if (!Number.isFinite(logprob)) {
    throw new StageFailure('the model gives no finite probability to any token', 'check the weights: its training may have broken down')
  }
  sequence.logprob += logprob
  if (special.ends.includes(token)) return 'stop'
  tokens.push(token)
  return tokens.length >= options.maxTokens || sequence.prompt + tokens.length >= config.context ? 'length' : undefined
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

function logitsOf({ logits, rows }: Decoded, row: number): Float32Array {
  const vocabulary = logits.length / rows
  return logits.subarray(row * vocabulary, (row + 1) * vocabulary)
}

/** A batch shrinks by quarters: every size is compiled once, and below four rows there is nothing to gain. */
function rowsFor(running: number, most: number): number {
  const quarter = Math.ceil(most / 4)
  return running > quarter || most <= 4 ? most : rowsFor(running, quarter)
}

/** Cache slots come in multiples of 32, and of a quarter of the next power of two from 128 on. */
function slotsFor(length: number): number {
  return roundUp(length, Math.max(32, 2 ** Math.ceil(Math.log2(length)) / 4))
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
