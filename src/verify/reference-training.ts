// Training in plain loops over doubles: gradients by central differences of the loss itself, clipping and AdamW as their papers
// write them. Shares no code with src/model, whose training is checked against it.
import type { TrainOptions } from '../model/objective.ts'
import { centralDifferences } from './reference-decoder.ts'
import type { Matrices } from './reference-decoder.ts'

export interface Trajectory {
  /** Before each step. */
  readonly losses: readonly number[]
  /** Of the gradient before clipping. */
  readonly norms: readonly number[]
  readonly weights: ReadonlyMap<string, Float64Array>
}

export type AdamSettings = Pick<TrainOptions, 'rate' | 'weightDecay' | 'clip' | 'beta1' | 'beta2' | 'epsilon'>

interface State {
  readonly weights: Float64Array
  readonly first: Float64Array
  readonly second: Float64Array
}

/** One step for each of `losses`, at a constant rate; `decays` says of which tensors weight decay takes a share. */
export function referenceTraining(
  start: Matrices, losses: readonly ((weights: Matrices) => number)[], settings: AdamSettings, decays: (name: string) => boolean,
): Trajectory {
  const zeros = (length: number): Float64Array => new Float64Array(length)
  const states = new Map<string, State>([...start].map(([name, data]) =>
    [name, { weights: Float64Array.from(data), first: zeros(data.length), second: zeros(data.length) }]))
  const weights = new Map([...states].map(([name, state]) => [name, state.weights]))
  const values: number[] = []
  const norms: number[] = []
  for (const [index, loss] of losses.entries()) {
    values.push(loss(weights))
    const gradients = centralDifferences(weights, loss)
    norms.push(referenceAdamw(states, gradients, index + 1, settings, decays))
  }
  return { losses: values, norms, weights }
}

/**
 * Step t = 1, 2, … of AdamW (Loshchilov & Hutter, arXiv 1711.05101, algorithm 2), in place, on gradients scaled so that their
 * common norm is at most `clip`. Gives back the norm before that.
 */
export function referenceAdamw(
  states: ReadonlyMap<string, State>, gradients: Matrices, t: number, settings: AdamSettings, decays: (name: string) => boolean,
): number {
  const { rate, weightDecay, clip, beta1, beta2, epsilon } = settings
  let squares = 0
  for (const gradient of gradients.values()) for (const value of gradient) squares += value * value
  const norm = Math.sqrt(squares)
  const scale = norm > clip ? clip / norm : 1
  for (const [name, { weights, first, second }] of states) {
    const gradient = gradients.get(name)!
    for (let index = 0; index < weights.length; index++) {
      const g = gradient[index]! * scale
      first[index] = beta1 * first[index]! + (1 - beta1) * g
      second[index] = beta2 * second[index]! + (1 - beta2) * g * g
      const step = first[index]! / (1 - beta1 ** t) / (Math.sqrt(second[index]! / (1 - beta2 ** t)) + epsilon)
      weights[index]! -= rate * (step + (decays(name) ? weightDecay * weights[index]! : 0))
    }
  }
  return norm
}
