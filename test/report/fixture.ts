// Made-up results: numbers from seeded streams, nothing trained.
// 2 seeds × (sft, dpo0, dice in 2 rounds, a sweep of 2 × 2 in 2 rounds).
import type { Evaluation, Outcome, ReplayRecord, ShapingRecord, TrainingCurve } from '../../src/data/result.ts'
import type { Answer, Samples } from '../../src/data/record.ts'
import type { Json, Key, Node, Target } from '../../src/plan/node.ts'
import { normal, stream } from '../../src/random.ts'
import type { Results } from '../../src/report/results.ts'
import type { Artifact } from '../../src/run/stage.ts'
import { program } from './program.ts'
import { vocabulary } from './vocabulary.ts'

const seeds = [1, 2]
const prompts = 40

interface Stage {
  readonly node: Node
  readonly target?: Target
  readonly files: Readonly<Record<string, string>>
}

/** A readable stand-in for a SHA-256, of its length. */
function key(label: string): Key {
  let text = ''
  for (let index = 0; text.length < 64; index++) text += Math.floor(stream(label).at(index) * 2 ** 32).toString(16).padStart(8, '0')
  return text as Key
}

interface Subject {
  readonly model: string
  readonly round: number
  readonly variant: Readonly<Record<string, Json>>
}

const variants: Subject['variant'][] = [0, 0.5].flatMap((gamma) =>
  [0, { auto: 1 }].map((alpha) => ({ 'replay.gamma': gamma, 'shape.alpha': alpha })))
const rounds = [1, 2]
const loops: Subject[] = [
  ...rounds.map((round) => ({ model: 'dice', round, variant: {} })),
  ...variants.flatMap((variant) => rounds.map((round) => ({ model: 'knobs', round, variant }))),
]
const plainModels: Subject[] = [{ model: 'sft', round: 0, variant: {} }, { model: 'dpo0', round: 0, variant: {} }]

/** How good and how long a subject's answers are made to be. */
function nature({ model, round, variant }: Subject): { quality: number; length: number } {
  if (model === 'sft') return { quality: -0.6, length: 55 }
  if (model === 'dpo0') return { quality: 0, length: 60 }
  const gamma = Number(variant['replay.gamma'] ?? 0.5)
  const penalised = variant['shape.alpha'] !== 0
  return { quality: round * (0.02 + 0.3 * gamma + (penalised ? 0.06 : 0)), length: 60 + round * (penalised ? 2 : 9) }
}

function evaluation(subject: Subject, seed: number): Evaluation {
  const { quality, length } = nature(subject)
  const random = stream(`${JSON.stringify(subject)} ${seed}`)
  const outcomes = Array.from({ length: prompts }, (_, index): Outcome => {
    const own = quality + 0.8 * normal(random, index) + 0.02 * seed
    const baselineLength = 60 + Math.round(8 * normal(stream(`length ${index}`), 0))
    const score = Math.round(1000 * (0.7 + 0.1 * own)) / 1000
    return {
      prompt: `p${index}`,
      text: `tell ana the colour and the mood of the boat number ${index} .`,
      answer: `the boat is blue , and its mood is calm (${subject.model}, ${index}).`,
      baseline: 'the boat is red .',
      win: subject.model === 'dpo0' ? 0.5 : own > 0.25 ? 1 : own < -0.25 ? 0 : 0.5,
      score,
      baselineScore: 0.7,
      length: subject.model === 'dpo0' ? baselineLength : Math.max(1, length + Math.round(9 * normal(random.child('length'), index))),
      baselineLength,
      tokens: Math.round(length / 4),
      ended: index % 17 !== 3,
    }
  })
  return { outcomes, comparisons: [] }
}

function curve(subject: Subject, seed: number): TrainingCurve {
  const random = stream(`curve ${JSON.stringify(subject)} ${seed}`)
  return {
    unit: subject.model === 'sft' ? 'nats per token' : 'DPO loss, nats per pair',
    points: Array.from({ length: 60 }, (_, index) => ({
      step: index + 1,
      loss: 0.35 + 0.35 * Math.exp(-index / 20) + 0.02 * normal(random, index),
      rate: 1e-4,
      gradientNorm: 1,
      ...(subject.model === 'sft' ? {} : { accuracy: 0.5 + 0.3 * (1 - Math.exp(-index / 25)) }),
    })),
  }
}

function shaping({ round, variant }: Subject, seed: number): ShapingRecord {
  const best = 0.02 + 0.004 * round + 0.001 * seed
  const alpha = variant['shape.alpha'] === 0 ? 0 : best
  const trace = Array.from({ length: 31 }, (_, index) =>
    ({ alpha: index / 500, difference: Math.abs(40 - (40 * index) / 500 / best) + 0.5 }))
  return {
    alpha, best, unit: 'characters', trace, meanDifference: alpha === 0 ? 40 + round : 0.5 * round, meanMargin: 2.5,
    counts: { prompts: 100, pairs: 92 + seed, responses: 1600, truncated: 12, tooFew: 3, identical: 5 - seed },
  }
}

function replay({ variant }: Subject): ReplayRecord {
  const gamma = Number(variant['replay.gamma'] ?? 0.5)
  const offline = Math.round(92 * gamma)
  return { gamma, share: gamma, generated: 92 - offline, offline, available: { generated: 93, offline: 400 } }
}

function samples(seed: number, round: number): Samples[] {
  return Array.from({ length: 6 }, (_, index) => ({
    id: `q${index}`,
    text: `tell tom the food of the cat number ${index} .`,
    responses: [0, 1, 2, 3].map((answer): Answer => ({
      text: `the cat eats fish ${answer} times , round ${round} , seed ${seed} .`,
      finish: answer === 3 ? 'length' : 'stop',
    })),
  }))
}

interface Made {
  readonly subject: Subject
  readonly seed: number
  readonly declaration: string
  readonly holds: string
  readonly file: string
  readonly text: string
  readonly inputs: readonly Key[]
}

function stage({ subject, seed, declaration, holds, file, text, inputs }: Made): Stage {
  const settings = Object.keys(subject.variant).length > 0 ? ` ${JSON.stringify(subject.variant)}` : ''
  const label = `${declaration} · ${subject.model}${settings}${subject.round > 0 ? ` · round ${subject.round}` : ''} · ${holds}`
  const own = key(`${label} ${seed}`)
  const ports = Object.fromEntries(inputs.map((input, port) => [`port${port}`, input]))
  const identity = { stage: holds, version: 1, params: null, inputs: ports, seed }
  return {
    node: { key: own, identity, label, neededBy: [declaration], cost: { tokens: 0, bytes: 0 } },
    target: { declaration, holds, ...subject, seed, key: own },
    files: { [file]: text },
  }
}

function stagesOf(seed: number): Stage[] {
  const trained = new Map<string, Key>()
  const found: Stage[] = []
  const add = (subject: Subject, declaration: string, holds: string, file: string, value: unknown, inputs: readonly Key[]): Key => {
    const text = Array.isArray(value) ? value.map((row) => JSON.stringify(row)).join('\n') : JSON.stringify(value)
    const made = stage({ subject, seed, declaration, holds, file, text, inputs })
    found.push(made)
    return made.node.key
  }
  for (const subject of [...plainModels, ...loops]) {
    const before = trained.get(JSON.stringify({ ...subject, round: subject.round - 1 }))
    const inputs = before === undefined ? [] : [before]
    if (subject.round > 0) {
      const drawn = add(subject, subject.model, 'samples', 'samples.jsonl', samples(seed, subject.round), inputs)
      inputs.push(add(subject, subject.model, 'pairs', 'shaping.json', shaping(subject, seed), [drawn]))
      inputs.push(add(subject, subject.model, 'replay', 'replay.json', replay(subject), inputs.slice(-1)))
    }
    trained.set(JSON.stringify(subject), add(subject, subject.model, 'training', 'curve.json', curve(subject, seed), inputs))
  }
  for (const subject of [...plainModels, ...loops]) {
    const model = trained.get(JSON.stringify(subject))
    add(subject, 'quality', 'evaluation', 'evaluation.json', evaluation(subject, seed), model === undefined ? [] : [model])
  }
  return found
}

function artifact(own: Key, files: Readonly<Record<string, string>>): Artifact {
  const text = (name: string): string => {
    const found = files[name]
    if (found === undefined) throw new Error(`no file ${name}`)
    return found
  }
  return {
    key: own,
    bytes: (name) => new TextEncoder().encode(text(name)),
    text,
    json: (name) => JSON.parse(text(name)) as Json,
    rows: <T>(name: string) => text(name).split('\n').map((line) => JSON.parse(line) as T),
    has: (name) => name in files,
  }
}

/**
 * `failed` chooses stages by label and seed; all that depends on them is missing too.
 * `edit` changes the text of files as they are read.
 */
export function results(changes: {
  readonly failed?: (label: string, seed: number) => boolean
  readonly edit?: (file: string, text: string) => string
} = {}): Results {
  const stages = seeds.flatMap(stagesOf)
  const missing = new Set<Key>()
  for (const { node } of stages) {
    const skipped = Object.values(node.identity.inputs).flat().some((input) => missing.has(input as Key))
    if (skipped || changes.failed?.(node.label, node.identity.seed ?? 0) === true) missing.add(node.key)
  }
  const held = new Map(stages.map(({ node, files }) => [node.key, files]))
  return {
    program,
    vocabulary,
    engine: 'made-up 1.0',
    plan: { nodes: stages.map(({ node }) => node), targets: stages.flatMap(({ target }) => (target === undefined ? [] : [target])) },
    read: (wanted) => {
      const files = missing.has(wanted) ? undefined : held.get(wanted)
      if (files === undefined) return undefined
      const edited = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, changes.edit?.(name, text) ?? text]))
      return artifact(wanted, edited)
    },
  }
}
