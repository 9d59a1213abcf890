// How much memory the work takes, from shapes alone: what a plan can say before anything runs.
import { type ModelConfig, parameterCount } from './config.ts'

const bytesANumber = 4

/**
 * Peak bytes of a training step on `batch` sequences of `length` tokens, of which `scored` in all are predicted (all, unless said).
 * Pairs are two sequences each. Counts the optimiser's state before and after the step, gradients, the activations that the backward
 * pass waits for, and the logits with their gradient; the runtime's own memory comes on top.
 */
export function trainingBytes(config: ModelConfig, batch: number, length: number, scored = batch * length): number {
  const { layers, vocabulary, width } = config
  const tokens = batch * length
  const state = 6 * parameterCount(config)
  const gradients = parameterCount(config)
  const kept = layers * (tokens * keptByToken(config) + attentionScores(config, batch, length)) + 3 * tokens * width
  const head = 3 * scored * vocabulary + 2 * scored * width
  // Logits and the first block's gradients live at different times: the larger counts.
  const passing = Math.max(head, 2 * attentionScores(config, batch, length) + 4 * tokens * Math.max(width, config.hidden))
  return bytesANumber * (state + gradients + kept + passing)
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

/** Numbers a token that one block keeps for the backward pass: two norms, the heads' inputs and output, the gate's four. */
function keptByToken(config: ModelConfig): number {
  return 4 * config.width + keptByHeads(config) + 5 * config.hidden
}

function keptByHeads({ heads, kvHeads, headWidth }: ModelConfig): number {
  return (2 * heads + 2 * kvHeads) * headWidth
}

function attentionScores({ heads }: ModelConfig, batch: number, length: number): number {
  return batch * heads * length * length
}
