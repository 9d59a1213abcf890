// Reading one kind of result for every subject of a declaration, all seeds or none.
import type { Declaration } from '../language/program.ts'
import { notAvailable, subjects } from './results.ts'
import type { Results, Subject } from './results.ts'

export interface Read<T> {
  readonly subject: Subject
  /** One for each seed. */
  readonly values: readonly T[]
}

export interface AllRead<T> {
  /** Subjects whose every seed is there. */
  readonly present: readonly Read<T>[]
  /** Reasons for the others, each once. */
  readonly missing: readonly string[]
}

/** `T` is what src/data/result.ts says of the file: the stage that wrote it is ours. */
export function readAll<T>(results: Results, declaration: Declaration, holds: string, file: string): AllRead<T> {
  const present: Read<T>[] = []
  const missing = new Set<string>()
  for (const subject of subjects(results.plan, holds, (target) => target.declaration === declaration.name)) {
    const artifacts = subject.targets.map(({ key }) => results.read(key))
    const absent = subject.targets.filter((_, index) => artifacts[index] === undefined)
    const values = artifacts.flatMap((artifact) => (artifact === undefined ? [] : [artifact.json(file) as unknown as T]))
    if (absent.length > 0) missing.add(notAvailable(results, absent.map(({ key }) => key)))
    else present.push({ subject, values })
  }
  return { present, missing: [...missing] }
}

/** The caption of a chart that could not show everything. */
export function notDrawn(missing: readonly string[]): string {
  return missing.length === 0 ? '' : `Not drawn: ${missing.join('; ')}.`
}
