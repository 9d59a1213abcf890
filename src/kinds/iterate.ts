// `iterate name from policy against reference { … }`: rounds of sampling, self-labelling, replay and preference training.
// The lineage is the paper's Algorithm 1 as its code runs it (round t, from 1):
//   sampler, start and training reference   π(t−1)
//   implicit reward                         log π(t−1) − log π_ref(t−1), where π_ref(1) is `against` and π_ref(t) is π(t−2)
import { rewards } from '../rewards/index.ts'
import type { Reward } from '../rewards/reward.ts'
import type { Declaration } from '../language/program.ts'
import type { Json, Key } from '../plan/node.ts'
import { model, number, optionalNumber, reference, settings, value } from './context.ts'
import type { Context, KindRow } from './context.ts'
import { scoringCost } from './cost.ts'
import { positive, reference as field } from './fields.ts'
import { loopBlocks, pairing, sampling } from './loop-blocks.ts'
import { judgeOf } from './judge.ts'
import { mistakes } from './mistakes.ts'
import { part } from './parts.ts'
import { modelInputs } from './product.ts'
import type { LoopProduct, ModelProduct, PartProduct } from './product.ts'
import { addSampling } from './sampling.ts'
import { addLogprobs, addPreference } from './train.ts'

export const iterate: KindRow = {
  doc: 'Rounds in which a model answers, a reward (its own implicit one by default) labels the answers, and they train it.',
  named: 'name',
  clauses: {
    from: field('The policy to start from, π(0).', 'model'),
    against: field('Its reference, π_ref(0): the model it was tuned from.', 'model'),
  },
  entries: { rounds: positive('Rounds.', 2) },
  blocks: loopBlocks,
  gives: 'loop',
  expand: expandLoop,
}

/** Also used by sweeps, once for each variant of the declaration. */
export function expandLoop(declaration: Declaration, context: Context): LoopProduct {
  const start = model(context, value(declaration.arguments, 'from'))
  const against = model(context, value(declaration.arguments, 'against'))
  checkResponses(declaration, start, context)
  const rounds: ModelProduct[] = []
  for (let round = 1; round <= number(declaration.arguments, 'rounds'); round++) {
    const policy = rounds.at(-1) ?? start
    const next = expandRound({ declaration, context, round, policy, lag: rounds.at(-2) ?? (round === 1 ? against : start), start, against })
    if (next === undefined) break
    rounds.push(next)
  }
  return { kind: 'loop', rounds }
}

interface Round {
  readonly declaration: Declaration
  readonly context: Context
  readonly round: number
  /** π(t−1) */
  readonly policy: ModelProduct
  /** π_ref(t−1) */
  readonly lag: ModelProduct
  /** π(0) and π_ref(0), for a reward frozen at the first pair. */
  readonly start: ModelProduct
  readonly against: ModelProduct
}

function block(declaration: Declaration, kind: string): Declaration | undefined {
  return declaration.blocks.find((inner) => inner.kind === kind)
}

function required(declaration: Declaration, kind: string): Declaration {
  const found = block(declaration, kind)
  if (found === undefined) throw new Error(`bug: block \`${kind}\` is filled in by the checker`)
  return found
}

function expandRound(scene: Round): ModelProduct | undefined {
  const { declaration, context, round, policy } = scene
  const name = `${declaration.name} · round ${round}`
  const offline = replayed(declaration, context)
  const gamma = offline?.gamma ?? 0
  let rows = 0
  let generated: Key | undefined
  if (gamma < 1) {
    const prompts = promptsOf(declaration, context, offline?.pairs)
    if (prompts === undefined) return undefined
    generated = addGenerated(scene, prompts, name)
    rows = prompts.rows
  }
  const mixture = offline === undefined && generated !== undefined ? generated : addMixture(scene, generated, offline, name)
  if (offline !== undefined) rows = offline.size ?? offline.pairs.rows
  const key = addPreference(required(declaration, 'train'), context, { start: policy, against: policy, pairs: mixture, rows }, name)
  context.target({ declaration: declaration.name, holds: 'training', model: declaration.name, round, key })
  return { ...policy, key, name: declaration.name, round, reference: policy }
}

/** sample → score → pair: answers of the policy, labelled by the reward. */
function addGenerated(scene: Round, prompts: PartProduct, name: string): Key {
  const { declaration, context, policy, round } = scene
  const given = required(declaration, 'sample').arguments
  const wanted = [...Object.keys(sampling), 'count']
  const samples = addSampling(context, policy, prompts, settings(given, wanted), name, `round ${round}`)
  context.target({ declaration: declaration.name, holds: 'samples', model: declaration.name, round, key: samples })
  const reward = required(declaration, 'reward')
  const shape = required(declaration, 'shape')
  const pair = required(declaration, 'pair')
  const rewardRow: Reward = rewards[reward.row as keyof typeof rewards]
  const key = context.add({
    stage: 'pair',
    params: {
      reward: reward.row,
      rewardParams: settings(reward.arguments, Object.keys(rewardRow.entries ?? {}).filter((entry) => entry !== 'reference')),
      ...(rewardRow.needs.includes('judge') ? { judge: judgeSettings(context, reward) } : {}),
      shape: { row: shape.row, ...settings(shape.arguments, ['alpha', 'unit']) },
      pair: { row: pair.row, ...settings(pair.arguments, Object.keys(pairing)) },
    },
    inputs: { samples, ...(rewardRow.needs.includes('reference') ? scores(scene, reward, samples, prompts, name) : {}) },
    label: `${name} · pair`,
    cost: { tokens: 0, bytes: 0 },
  })
  context.target({ declaration: declaration.name, holds: 'pairs', model: declaration.name, round, key })
  return key
}

function judgeSettings(context: Context, reward: Declaration): Json {
  const { row, params } = judgeOf(context, value(reward.arguments, 'by'))
  return { row, params }
}

/** The sampler's own log-probabilities were kept when it drew; only other models are asked. */
function scores(scene: Round, reward: Declaration, samples: Key, prompts: PartProduct, name: string): Record<string, Key> {
  const { declaration, context, policy, lag, start, against } = scene
  const frozen = value(reward.arguments, 'reference')
  const previous = !(frozen?.kind === 'choice' && frozen.value === 'frozen')
  const given = required(declaration, 'sample').arguments
  const rows = (optionalNumber(given, 'count') ?? prompts.rows) * number(given, 'responses')
  const score = (under: ModelProduct, role: string): Key => context.add({
    stage: 'score',
    params: {},
    inputs: { ...modelInputs(under), samples },
    label: `${name} · score under the ${role}`,
    cost: scoringCost(under.config, rows),
  })
  const reference = previous ? lag : against
  const numerator = previous ? policy : start
  return {
    reference: score(reference, 'reference'),
    ...(numerator.key === policy.key ? {} : { policy: score(numerator, 'frozen policy') }),
  }
}

interface Replayed {
  readonly pairs: PartProduct
  readonly gamma: number
  readonly size: number | undefined
}

function replayed(declaration: Declaration, context: Context): Replayed | undefined {
  const found = block(declaration, 'replay')
  if (found === undefined) return undefined
  return {
    pairs: part(context, reference(value(found.arguments, 'head'))),
    gamma: number(found.arguments, 'gamma'),
    size: optionalNumber(found.arguments, 'size'),
  }
}

function addMixture(scene: Round, generated: Key | undefined, offline: Replayed | undefined, name: string): Key {
  if (offline === undefined) throw new Error('bug: without replay every pair is generated')
  const { declaration, context, policy, round } = scene
  const scored = offline.gamma > 0 ? addLogprobs(context, policy, offline.pairs, `${name} · offline`) : offline.pairs.key
  const params: Record<string, Json> = { gamma: offline.gamma }
  if (offline.size !== undefined) params['size'] = offline.size
  const key = context.add({
    stage: 'replay',
    params,
    inputs: { offline: scored, ...(generated === undefined ? {} : { generated }) },
    label: `${name} · replay`,
    cost: { tokens: 0, bytes: 0 },
  })
  context.target({ declaration: declaration.name, holds: 'replay', model: declaration.name, round, key })
  return key
}

function promptsOf(declaration: Declaration, context: Context, offline: PartProduct | undefined): PartProduct | undefined {
  const written = value(required(declaration, 'sample').arguments, 'prompts')
  const found = written === undefined ? offline : part(context, reference(written))
  if (found === undefined) context.accept(mistakes.noPrompts(context, declaration))
  return found
}

function checkResponses(declaration: Declaration, start: ModelProduct, context: Context): void {
  const sampled = required(declaration, 'sample')
  const pairing = required(declaration, 'pair')
  const responses = number(sampled.arguments, 'responses')
  const needed = number(pairing.arguments, 'min_responses')
  if (needed > responses) context.accept(mistakes.tooFewResponses(context, pairing, responses, needed))
  const longest = number(sampled.arguments, 'max_tokens')
  if (start.config !== undefined && longest >= start.config.context) {
    context.accept(mistakes.promptTooLong(context, sampled, 'max_tokens', longest, start.config.context))
  }
}
