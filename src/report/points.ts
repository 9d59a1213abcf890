// Every number that was measured, with its interval, its paired difference from the baseline, and the stages behind it.
import type { Evaluation } from '../data/result.ts'
import type { Declaration } from '../language/program.ts'
import type { Target } from '../plan/node.ts'
import { baselineName, evaluations, measureNames } from './evaluations.ts'
import { estimator, single } from './measure.ts'
import type { Estimator } from './measure.ts'
import type { Point } from './report.ts'
import { notAvailable, subjects } from './results.ts'
import type { Results, Subject } from './results.ts'

/** All points of all evaluations; `level` is the confidence of their intervals. */
export function measurePoints(results: Results, level: number): Point[] {
  const scene = { results, level, estimator: estimator(level), read: reader(results) }
  return evaluations(results.program).flatMap((evaluation) => pointsOf(scene, evaluation))
}

interface Scene {
  readonly results: Results
  readonly level: number
  readonly estimator: Estimator
  readonly read: (target: Target) => Evaluation | undefined
}

function pointsOf(scene: Scene, evaluation: Declaration): Point[] {
  const found = subjects(scene.results.plan, 'evaluation', (target) => target.declaration === evaluation.name)
  const baseline = last(found.filter(({ model }) => model === baselineName(evaluation)))
  return found.flatMap((subject) => {
    const values = subject.targets.map(scene.read)
    const theirs = baseline === subject ? [] : partners(scene, subject, baseline)
    return measureNames(evaluation).map((measure): Point => ({
      evaluation: evaluation.name,
      model: subject.model,
      round: subject.round,
      variant: subject.variant,
      measure,
      level: scene.level,
      ...measured(scene, subject, values, theirs, measure),
    }))
  })
}

function measured(
  { results, estimator }: Scene, subject: Subject, values: readonly (Evaluation | undefined)[],
  theirs: readonly Evaluation[], measure: string,
): Pick<Point, 'result' | 'difference' | 'seeds' | 'prompts' | 'perSeed'> {
  const present = values.filter((value) => value !== undefined)
  const missing = subject.targets.filter((_, index) => values[index] === undefined)
  const paired = missing.length === 0 && theirs.length === values.length
  const compared = paired ? estimator.compare(present, theirs, measure) : undefined
  return {
    // An interval over fewer seeds than were asked for would be another quantity, and seeds that fail are not a random choice.
    result: missing.length > 0
      ? { kind: 'missing', because: notAvailable(results, missing.map(({ key }) => key)) }
      : estimator.estimate(present, measure),
    difference: compared?.kind === 'measured' ? compared : undefined,
    seeds: subject.targets.map(({ seed }) => seed),
    prompts: new Set(present.flatMap(({ outcomes }) => outcomes.map(({ prompt }) => prompt))).size,
    perSeed: subject.targets.map(({ seed, key }, index) => {
      const value = values[index]
      return { seed, key, value: value === undefined ? undefined : single(value, measure) }
    }),
  }
}

/** The baseline's evaluations under the subject's seeds, in their order; fewer when some are missing. */
function partners({ read }: Scene, subject: Subject, baseline: Subject | undefined): Evaluation[] {
  return subject.targets.flatMap(({ seed }) => {
    const target = baseline?.targets.find((candidate) => candidate.seed === seed)
    const value = target === undefined ? undefined : read(target)
    return value === undefined ? [] : [value]
  })
}

/** Each evaluation is parsed once, however many measures are taken of it. */
function reader(results: Results): Scene['read'] {
  const parsed = new Map<string, Evaluation | undefined>()
  return ({ key }) => {
    // The stage writes what its type in data/result.ts says.
    if (!parsed.has(key)) parsed.set(key, results.read(key)?.json('evaluation.json') as unknown as Evaluation | undefined)
    return parsed.get(key)
  }
}

/** The subject of the last round. */
function last(found: readonly Subject[]): Subject | undefined {
  return [...found].sort((a, b) => a.round - b.round).at(-1)
}
