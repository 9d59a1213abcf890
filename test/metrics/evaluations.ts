// Made evaluations for the tests of measures and their intervals.
import type { Evaluation, Outcome } from '../../src/data/result.ts'
import { normal, stream } from '../../src/random.ts'

export function outcome(row: number, more: Partial<Outcome> = {}): Outcome {
  return {
    prompt: `p${row}`, text: `request ${row}`, answer: 'an answer', baseline: 'another', win: 0.5, score: 0, baselineScore: 0,
    length: 100, baselineLength: 100, tokens: 10, ended: true, ...more,
  }
}

export function evaluation(outcomes: readonly Partial<Outcome>[]): Evaluation {
  return { outcomes: outcomes.map((more, row) => outcome(row, more)), comparisons: [] }
}

export interface Scenario {
  readonly seeds: number
  readonly prompts: number
  /** Standard deviations of what seeds, prompts and single answers add to the score, and of length in characters. */
  readonly seedEffect: number
  readonly promptEffect: number
  readonly noise: number
  /** How much a longer answer raises the log-odds of a win, per standard deviation of length. */
  readonly lengthEffect?: number
  readonly shift?: number
}

/** Evaluations of one model under several seeds, `score` normal with mean `shift` and `win` 1 with log-odds of the score. */
export function simulated(name: string, scenario: Scenario): Evaluation[] {
  const random = stream(name)
  const { seeds, prompts, seedEffect, promptEffect, noise, lengthEffect = 0, shift = 0 } = scenario
  return Array.from({ length: seeds }, (_, seed) => evaluation(Array.from({ length: prompts }, (_, row) => {
    const own = random.child(`${seed}/${row}`)
    const ofSeed = seedEffect * normal(random.child('seed'), seed), ofPrompt = promptEffect * normal(random.child('prompt'), row)
    const score = shift + ofSeed + ofPrompt + noise * normal(own, 0)
    const longer = normal(own, 1) + 0.5
    const chance = 1 / (1 + Math.exp(-score - lengthEffect * longer))
    return { score, win: own.at(1000) < chance ? 1 : 0, length: Math.round(300 + 80 * longer), baselineLength: 300 }
  })))
}
