// Estimates made before anything runs: tokens through a model, and peak bytes. Rough by nature, printed as such.
import type { ModelConfig } from '../model/config.ts'
import { parameterCount } from '../model/config.ts'
import { tokensABatch } from '../model/logprobs.ts'
import { inferenceBytes, scoringBytes, trainingBytes } from '../model/memory.ts'
import type { Cost } from '../plan/node.ts'
import type { ModelProduct } from './product.ts'

const nothing: Cost = { tokens: 0, bytes: 0 }

/** Tokens of a sequence where the model's file could not be read. */
const unknownContext = 256

/** Answers in flight at once while sampling. */
const samplingBatch = 64

/** `answers` of at most `tokensEach` tokens; how long prompts are is not known before they are read. */
export function samplingCost(config: ModelConfig | undefined, answers: number, tokensEach: number): Cost {
  if (config === undefined) return { ...nothing, tokens: answers * tokensEach }
  const length = Math.min(config.context, tokensEach)
  return { tokens: Math.round(answers * length), bytes: inferenceBytes(config, Math.min(answers, samplingBatch), length) }
}

/** Sequences as long as the context, as many at a time as scoring takes, beside the weights as they were read. */
export function scoringCost(config: ModelConfig | undefined, sequences: number): Cost {
  if (config === undefined) return { ...nothing, tokens: sequences * unknownContext }
  const { context, vocabulary } = config
  const batch = Math.max(1, Math.min(sequences, Math.floor(tokensABatch(vocabulary) / context)))
  return { tokens: sequences * context, bytes: scoringBytes(config, batch, context) + 4 * parameterCount(config) }
}

/** A batch of `sequences` sequences a step, under the model that training starts from. */
export function trainingCost(
  { config, adapter }: Pick<ModelProduct, 'config' | 'adapter'>, steps: number, sequences: number, parts: Parts,
): Cost {
  const length = config?.context ?? unknownContext
  const tokens = Math.round(steps * sequences * length)
  if (config === undefined) return { ...nothing, tokens }
  const bytes = (changed: Partial<Parts> = {}): number => {
    const { accumulate = 1, checkpoint } = { ...parts, ...changed }
    return trainingBytes(config, { batch: sequences, length, adapter: adapter?.settings, accumulate, checkpoint })
  }
  const more = savings(parts).map((changed) => ({ entries: written(changed), bytes: bytes(changed) }))
  return { tokens, bytes: bytes(), savings: more.filter((saving) => saving.bytes < bytes()) }
}

/** The entries of a training that trade time for memory. */
export interface Parts {
  readonly batch: number
  /** Undefined where the loss does not allow it. */
  readonly accumulate: number | undefined
  readonly checkpoint: boolean
}

/** What could be changed: more parts, checkpoints, and both. */
function savings({ batch, accumulate, checkpoint }: Parts): Partial<Parts>[] {
  const finer = accumulate === undefined
    ? []
    : Array.from({ length: batch }, (_, index) => index + 1).filter((parts) => batch % parts === 0 && parts > accumulate)
  const cut = finer.map((parts) => ({ accumulate: parts }))
  if (checkpoint) return cut
  return [...cut, { checkpoint: true }, ...cut.map((change) => ({ ...change, checkpoint: true }))]
}

function written(changed: Partial<Parts>): string {
  return Object.entries(changed).map(([entry, value]) => `${entry}: ${value}`).join(', ')
}
