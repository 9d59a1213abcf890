// Checked program → plan: every declaration is expanded once for each seed, in the order its references ask for.
// Equal stages have equal keys, so whatever two seeds, variants or declarations share is planned once.
import type { Diagnostic } from '../diagnostic.ts'
import type { Declaration, Program } from '../language/program.ts'
import type { Key, Plan, Target } from '../plan/node.ts'
import { planner } from '../plan/planner.ts'
import type { StageFacts } from '../plan/planner.ts'
import type { Arguments, Value } from '../vocabulary/value.ts'
import type { Context, KindRow, Variation } from './context.ts'
import { list } from './context.ts'
import type { FileFacts } from './facts.ts'
import { kinds } from './index.ts'
import { mistakes } from './mistakes.ts'
import type { Product } from './product.ts'

export interface Surroundings {
  readonly stages: Readonly<Record<string, StageFacts>>
  /** Identity of the engine, for stages of floating-point work. */
  readonly engine: string
  /** Of every file the program names: its facts, or why it could not be read. */
  readonly facts: Readonly<Record<string, FileFacts | { readonly problem: string }>>
}

export interface Expansion {
  readonly plan: Plan | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export function expand(program: Program, surroundings: Surroundings): Expansion {
  const diagnostics = new Map<string, Diagnostic>()
  // Each seed meets the same mistake: one message is enough.
  const accept = (diagnostic: Diagnostic): void => {
    diagnostics.set(`${diagnostic.code} ${diagnostic.span.start} ${diagnostic.message}`, diagnostic)
  }
  for (const file of namedFiles(program)) {
    const found = surroundings.facts[file.path]
    if (found === undefined || 'problem' in found) {
      accept(mistakes.unreadable({ program }, file.declaration, file.entry, file.path, found?.problem ?? 'it was not looked for'))
    }
  }
  if (diagnostics.size > 0) return { plan: undefined, diagnostics: [...diagnostics.values()] }
  const planning = planner(surroundings.stages, surroundings.engine)
  const targets: Target[] = []
  for (const seed of list(program.settings, 'seeds')) {
    if (seed.kind === 'number') expandSeed(program, surroundings, planning, seed.value, targets, accept)
  }
  const found = [...diagnostics.values()]
  return { plan: found.length > 0 ? undefined : planning.plan(targets), diagnostics: found }
}

function expandSeed(
  program: Program, surroundings: Surroundings, planning: ReturnType<typeof planner>, seed: number, targets: Target[],
  accept: Context['accept'],
): void {
  const products = new Map<string, Product | undefined>()
  const several = list(program.settings, 'seeds').length > 1
  // Stages that differ between seeds say so; what the seeds share does not.
  const seedBound = new Set<Key>()
  const byName = new Map(program.declarations.map((declaration) => [declaration.name, declaration]))
  const declaration = (name: string): Declaration => {
    const found = byName.get(name)
    if (found === undefined) throw new Error(`bug: \`${name}\` passed the checker and is not declared`)
    return found
  }
  const contextFor = (owner: string, as?: Variation): Context => ({
    program,
    seed,
    owner,
    declaration,
    accept,
    product: (name) => produced(declaration(name)),
    facts: (path) => surroundings.facts[path] as FileFacts,
    target: (target) => void targets.push({
      variant: {}, ...target, seed, ...(as === undefined ? {} : { declaration: as.sweep, model: as.sweep, variant: as.settings }),
    }),
    add: ({ files = [], ...request }) => {
      const bound = surroundings.stages[request.stage]?.seeded === true || Object.values(request.inputs).flat().some((key) => seedBound.has(key))
      const key = planning.add({
        ...request,
        label: bound && several ? `${request.label} · seed ${seed}` : request.label,
        files: Object.fromEntries(files.map(({ port, digest }) => [port, digest])),
        paths: Object.fromEntries(files.map(({ port, path }) => [port, path])),
        seed,
        neededBy: [owner],
      })
      if (bound) seedBound.add(key)
      return key
    },
    behalf: contextFor,
  })
  const produced = (wanted: Declaration): Product => {
    const known = products.get(wanted.name)
    if (known !== undefined) return known
    const product = rowOf(wanted).expand(wanted, contextFor(wanted.name))
    if (product === undefined) throw new Error(`bug: \`${wanted.kind}\` declares a name but gives nothing`)
    products.set(wanted.name, product)
    return product
  }
  for (const wanted of program.declarations) {
    if (wanted.name === '') rowOf(wanted).expand(wanted, contextFor(wanted.kind))
    else produced(wanted)
  }
}

const rowOf = (declaration: Declaration): KindRow => kinds[declaration.kind as keyof typeof kinds]

interface NamedFile {
  readonly declaration: Declaration
  readonly entry: string
  readonly path: string
}

/** Every file or folder a program names, with where it is named. */
export function namedFiles(program: Program): NamedFile[] {
  const inside = (declaration: Declaration): NamedFile[] => [
    ...Object.entries(declaration.arguments).flatMap(([entry, argument]) => filesIn(argument.value).map((path) => ({ declaration, entry, path }))),
    ...declaration.blocks.flatMap(inside),
  ]
  return program.declarations.flatMap(inside)
}

function filesIn(value: Value): string[] {
  if (value.kind === 'file') return [value.path]
  if (value.kind === 'list') return value.items.flatMap(filesIn)
  if (value.kind === 'row') return filesInside(value.arguments)
  if (value.kind === 'record') return filesInside(value.fields)
  return []
}

const filesInside = (given: Arguments): string[] => Object.values(given).flatMap(({ value }) => filesIn(value))
