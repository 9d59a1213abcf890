// The published AlpacaEval 2 leaderboard, computed again from its annotations.
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { readAnnotations } from '../../../src/metrics/alpaca-eval/annotations.ts'
import type { Annotated } from '../../../src/metrics/alpaca-eval/annotated.ts'
import { readGlmInputs } from '../../../src/metrics/alpaca-eval/glm-inputs.ts'
import { leaderboard } from '../../../src/metrics/alpaca-eval/leaderboard.ts'
import type { Standing } from '../../../src/metrics/alpaca-eval/leaderboard.ts'
import { isRefusal } from '../../../src/metrics/alpaca-eval/refusal.ts'
import { describe } from '../../describe.ts'
import { sharedData } from '../../root.ts'

interface Published {
  readonly length_controlled_winrate: number
  /** Missing for some models. */
  readonly lc_standard_error: number | null
  readonly win_rate: number
  readonly standard_error: number
}

function sound<T extends object>(found: T): Exclude<T, { readonly kind: 'refusal' }> {
  if (isRefusal(found)) throw new Error(found.message)
  return found as Exclude<T, { readonly kind: 'refusal' }>
}

describe('the published leaderboard', (it) => {
  const annotations = sharedData('alpaca_eval/annotations.json'), glm = sharedData('alpaca_eval/glm_inputs.json')
  if (annotations === undefined || glm === undefined) {
    console.log('  the annotations of AlpacaEval 2 are not here: skipped')
    it.skip('needs the shared data', () => {})
    return
  }
  const file = JSON.parse(readFileSync(annotations, 'utf8')) as Record<string, { readonly published: Published }>
  const models = sound(readAnnotations(file))
  const inputs = sound(readGlmInputs(JSON.parse(readFileSync(glm, 'utf8'))))
  const compare = (standings: readonly Standing[], tell: (standing: Standing, published: Published) => void): void => {
    assert.is(standings.length, 25)
    for (const standing of standings) tell(standing, file[standing.model]!.published)
  }
  const near = (actual: number, expected: number, tolerance: number, what: string): void =>
    assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, published ${expected}`)

  it('from the published coefficients: length-controlled win rates to 1e-6, their errors, win rates and theirs to 1e-4', () => {
    compare(sound(leaderboard(models, inputs)), (standing, published) => {
      near(standing.lcWinrate, published.length_controlled_winrate, 1e-6, standing.model)
      if (published.lc_standard_error !== null) near(standing.lcError, published.lc_standard_error, 1e-4, standing.model)
      near(standing.winrate, published.win_rate, 1e-4, standing.model)
      near(standing.winrateError, published.standard_error, 1e-4, standing.model)
    })
  })

  it('from a regression of our own: within 0.2 points each and 0.03 on average', () => {
    const bare = models.map(({ coefficients: _, ...rest }): Annotated => rest)
    let sum = 0
    compare(sound(leaderboard(bare, inputs)), (standing, published) => {
      near(standing.lcWinrate, published.length_controlled_winrate, 0.2, standing.model)
      sum += Math.abs(standing.lcWinrate - published.length_controlled_winrate)
    })
    assert.ok(sum / 25 < 0.03, `on average ${sum / 25}`)
  })

  it('the minimal form is another number: close for answers of similar length, off by points for others', () => {
    const gaps: number[] = []
    compare(sound(leaderboard(models)), ({ lcWinrate }, published) =>
      gaps.push(Math.abs(lcWinrate - published.length_controlled_winrate)))
    assert.ok(Math.min(...gaps) < 1)
    assert.ok(Math.max(...gaps) > 5)
  })

  it('is sorted by length-controlled win rate', () => {
    const rates = sound(leaderboard(models, inputs)).map(({ lcWinrate }) => lcWinrate)
    assert.equal(rates, [...rates].sort((one, other) => other - one))
  })
})
