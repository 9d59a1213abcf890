// Estimates made before anything runs: tokens through a model, and peak bytes. Rough by nature, printed as such.
import type { ModelConfig } from '../model/config.ts'
import { inferenceBytes, trainingBytes } from '../model/memory.ts'
import type { Cost } from '../plan/node.ts'

const nothing: Cost = { tokens: 0, bytes: 0 }

/** Rows in flight at once during inference. */
const inferenceBatch = 64

export function inferenceCost(config: ModelConfig | undefined, rows: number, tokensEach: number): Cost {
  if (config === undefined) return { ...nothing, tokens: rows * tokensEach }
  const length = Math.min(config.context, tokensEach)
  return { tokens: Math.round(rows * length), bytes: inferenceBytes(config, Math.min(rows, inferenceBatch), length) }
}

export function trainingCost(config: ModelConfig | undefined, steps: number, batch: number, tokensEach: number): Cost {
  if (config === undefined) return { ...nothing, tokens: steps * batch * tokensEach }
  const length = Math.min(config.context, tokensEach)
  return { tokens: Math.round(steps * batch * length), bytes: trainingBytes(config, { batch, length }) }
}
