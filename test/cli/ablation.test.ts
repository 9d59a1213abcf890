// The ablation of γ and α shares what its fifteen variants have in common: counted in the store, not in the plan.
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Json, Key } from '../../src/plan/node.ts'
import { describe } from '../describe.ts'
import { dice, fixture, folder, whys } from './dice.ts'

/** γ: 0, 0.25, 0.5, 0.75, 1; α: 0, auto, 2 · auto. */
const gammas = 5
const alphas = 3
const seeds = [1, 2]

interface Stored {
  readonly key: string
  readonly stage: string
  readonly label: string
  readonly params: Readonly<Record<string, Json>>
  readonly inputs: Readonly<Record<string, Key | readonly Key[]>>
  readonly seed: number | undefined
}

describe('an ablation of five γ and three α over one round', (it) => {
  it('samples and scores once for each seed, pairs once for each α, mixes and trains once for each variant that differs', async () => {
    const directory = folder({ 'ablation.dice': fixture('ablation.dice') })
    const { status, stdout, stderr } = await dice(['run', 'ablation.dice', '--json'], { directory })
    assert.is(status, 0, stderr)
    const stored = whys(join(directory, '.dice')).map(({ key, label, identity: { stage, params, inputs, seed } }): Stored =>
      ({ key, label, stage, params: params as Stored['params'], inputs, seed }))
    assert.is((JSON.parse(stdout) as { stages: { ran: number } }).stages.ran, stored.length)
    const of = (stage: string): Stored[] => stored.filter((row) => row.stage === stage)
    for (const seed of seeds) assert.is(of('sample').filter((row) => row.seed === seed).length, 1, `samples of seed ${seed}`)
    assert.is(of('sample').length, seeds.length)
    assert.is(of('score').length, seeds.length)
    // One and the same set of samples is what every α is applied to.
    for (const { key } of of('sample')) assert.is(of('pair').filter(({ inputs }) => inputs['samples'] === key).length, alphas)
    assert.is(of('pair').length, alphas * seeds.length)
    // γ = 1 uses no generated pair, so that all α share one mixture and one model.
    const variants = (gammas - 1) * alphas + 1
    assert.is(of('replay').length, variants * seeds.length)
    assert.is(new Set(of('replay').map(({ params }) => params['gamma'])).size, gammas)
    const trained = of('prefer').filter(({ label }) => !label.startsWith('dpo0'))
    assert.is(trained.length, variants * seeds.length)
  })
})
