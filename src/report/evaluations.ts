// Evaluations as declared: which measures, against which baseline, and where each model of it starts from.
import type { Declaration, Program } from '../language/program.ts'
import type { Value } from '../vocabulary/value.ts'

export function evaluations(program: Program): Declaration[] {
  return program.declarations.filter((declaration) => declaration.kind === 'evaluate')
}

/** The names in a list of choices, or the one. */
export function measureNames(evaluation: Declaration): string[] {
  return items(evaluation.arguments['measures']?.value).flatMap((item) => (item.kind === 'choice' ? [item.value] : []))
}

export function baselineName(evaluation: Declaration): string | undefined {
  return referenceName(evaluation.arguments['against']?.value)
}

export function items(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : value.kind === 'list' ? value.items : [value]
}

export function referenceName(value: Value | undefined): string | undefined {
  return value?.kind === 'reference' ? value.name : undefined
}

/** The iteration behind a name: the declaration itself, or the one that a sweep varies. */
export function loopOf(program: Program, name: string): Declaration | undefined {
  const found = program.declarations.find((declaration) => declaration.name === name)
  if (found?.kind === 'iterate') return found
  const head = found?.kind === 'sweep' ? referenceName(found.arguments['head']?.value) : undefined
  return head === undefined ? undefined : loopOf(program, head)
}

/** The model that a loop, or each variant of a sweep, starts from. */
export function startOf(program: Program, name: string): string | undefined {
  return referenceName(loopOf(program, name)?.arguments['from']?.value)
}
