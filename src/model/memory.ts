// How much memory the work takes, from shapes alone: what a plan can say before anything runs.
import { adapterCount, type LoraSettings, type LoraTarget } from './adapter.ts'
import { type ModelConfig, parameterCount } from './config.ts'
import { logitChunks } from './scored.ts'

const bytesANumber = 4

export interface TrainingShape {
  /** Sequences of a whole batch; a pair is two. */
  readonly batch: number
  /** Tokens of each. */
  readonly length: number
  /** What is trained in place of all weights. */
  readonly adapter?: LoraSettings | undefined
  /** Parts of the batch that are worked through one after the other. */
  readonly accumulate?: number
  /** Whether blocks are computed again in the backward pass. */
  readonly checkpoint?: boolean
}

/** Peak bytes of training: of its steps, and of the model as it was read, which under an adapter lies ready for every step. */
export function trainingBytes(config: ModelConfig, shape: TrainingShape): number {
  return stepBytes(config, shape) + bytesANumber * parameterCount(config) * (shape.adapter === undefined ? 1 : 2)
}

/**
 * Peak bytes of a training step that predicts every token. Counts the optimiser's state before and after the step, gradients, the
 * activations that the backward pass waits for, and the logits with their gradient; the runtime's own memory comes on top.
 */
export function stepBytes(config: ModelConfig, shape: TrainingShape): number {
  const { layers, width } = config
  const { length, adapter, accumulate = 1, checkpoint = false } = shape
  const batch = Math.ceil(shape.batch / accumulate)
  const tokens = batch * length
  const scores = attentionScores(config, batch, length)
  const trained = adapter === undefined ? parameterCount(config) : adapterCount(config, adapter)
  const frozen = adapter === undefined ? 0 : parameterCount(config)
  const block = tokens * keptByToken(config, adapter) + scores
  const backward = 2 * scores + 4 * tokens * Math.max(width, config.hidden)
  const chunks = logitChunks(config, tokens)
  const head = tokens * (Math.ceil(3 * config.vocabulary / chunks) + 2 * width) + (chunks > 1 ? config.vocabulary * width : 0)
  // Logits and the gradients of a block live at different times: the larger counts.
  const activations = checkpoint
    ? layers * tokens * width + Math.max(head, block + backward)
    : layers * block + 3 * tokens * width + Math.max(head, backward)
  // A whole step ends in the update; accumulation updates by itself, when activations are gone.
  const most = accumulate > 1 ? Math.max(8 * trained, 6 * trained + activations) : 7 * trained + activations
  return bytesANumber * (most + frozen)
}

/**
 * Peak bytes of generating in a batch of `batch` sequences of up to `length` tokens, prompts included: weights, the cache (on the
 * host and on the engine), logits, and the activations of one reading of prompts.
 */
export function inferenceBytes(config: ModelConfig, batch: number, length: number): number {
  const { layers, kvHeads, headWidth, vocabulary } = config
  const cache = 2 * layers * batch * length * kvHeads * headWidth
  return bytesANumber * (2 * parameterCount(config) + 2 * cache + 2 * batch * vocabulary) + scoringBytes(config, 1, length, 1)
}

/** Peak bytes of scoring `scored` tokens of `batch` sequences of `length` tokens: one block or the logits, beside the weights. */
export function scoringBytes(config: ModelConfig, batch: number, length: number, scored = batch * length): number {
  const tokens = batch * length
  const block = tokens * (2 * config.width + 3 * config.hidden)
  const attention = 2 * attentionScores(config, batch, length) + tokens * keptByHeads(config)
  const head = 2 * scored * config.vocabulary + scored * config.width
  return bytesANumber * (parameterCount(config) + tokens * config.width + Math.max(block, attention, head))
}

/**
 * Numbers a token that one block keeps for the backward pass: two norms and what they give, the heads' inputs and output, the gate's
 * four and its result. What only the gradient of a matrix needs is not kept for a matrix that is frozen.
 */
function keptByToken(config: ModelConfig, adapter: LoraSettings | undefined): number {
  const { width, heads, kvHeads, headWidth, hidden } = config
  const trains = (...targets: LoraTarget[]): number => (adapter === undefined || targets.some((target) => adapter.targets.includes(target)) ? 1 : 0)
  const norms = (2 + trains('query', 'key', 'value') + trains('gate', 'up')) * width
  const mixing = (1 + trains('attention')) * heads * headWidth + 2 * kvHeads * headWidth
  const thin = adapter === undefined ? 0 : adapter.targets.length * adapter.rank
  return norms + mixing + (4 + trains('down')) * hidden + thin
}

function keptByHeads({ heads, kvHeads, headWidth }: ModelConfig): number {
  return (2 * heads + 2 * kvHeads) * headWidth
}

function attentionScores({ heads }: ModelConfig, batch: number, length: number): number {
  return batch * heads * length * length
}
