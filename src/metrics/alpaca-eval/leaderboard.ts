// Win rates of all models of a file, raw and length-controlled, the best first.
import type { Annotated } from './annotated.ts'
import type { GlmInputs } from './glm-inputs.ts'
import { fullLengthControl, meanWithError, minimalLengthControl } from './length-control.ts'
import { isRefusal, refuse } from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** Rates and standard errors in percent. */
export interface Standing {
  readonly model: string
  readonly winrate: number
  readonly winrateError: number
  readonly lcWinrate: number
  readonly lcError: number
  readonly prompts: number
}

/** By length-controlled win rate: of every model by the full regression with `inputs`, of every one by the minimal form without. */
export function leaderboard(models: readonly Annotated[], inputs?: GlmInputs): readonly Standing[] | Refusal {
  const standings: Standing[] = []
  for (const annotated of models) {
    const prompts = annotated.wins.length
    if (inputs !== undefined && inputs.difficulties.length !== prompts) {
      return refuse(`there are ${prompts} prompts, but instruction difficulties for ${inputs.difficulties.length}`,
        'the full regression is tied to its instructions: give the inputs of these prompts, or leave `--glm-inputs` out')
    }
    const controlled = inputs === undefined ? minimalLengthControl(annotated) : fullLengthControl(annotated, inputs)
    if (isRefusal(controlled)) return controlled
    const raw = meanWithError(annotated.wins.map((win) => 100 * win))
    standings.push({
      model: annotated.model, winrate: raw.value, winrateError: raw.error,
      lcWinrate: controlled.value, lcError: controlled.error, prompts,
    })
  }
  return standings.sort((one, other) => other.lcWinrate - one.lcWinrate)
}
