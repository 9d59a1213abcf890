// What a kind needs while it turns one checked declaration into stages, and readers for checked values.
import type { Accept } from '../diagnostic.ts'
import type { Declaration, Program } from '../language/program.ts'
import type { Cost, Json, Key, Target } from '../plan/node.ts'
import type { Kind } from '../vocabulary/kind.ts'
import type { Arguments, Value } from '../vocabulary/value.ts'
import type { FileFacts } from './facts.ts'
import type { ModelProduct, Product } from './product.ts'

export interface StageRequest {
  readonly stage: string
  readonly params: Json
  readonly inputs: Readonly<Record<string, Key | readonly Key[]>>
  readonly files?: readonly FilePort[]
  readonly label: string
  readonly cost: Cost
}

/** The seed is the context's; the variant is empty outside a sweep. */
export type TargetRequest = Omit<Target, 'seed' | 'variant'> & { readonly variant?: Target['variant'] }

export interface FilePort {
  readonly port: string
  readonly path: string
  readonly digest: string
}

export interface Context {
  readonly program: Program
  readonly seed: number
  /** The declaration (and variant) on whose behalf stages are asked for. */
  readonly owner: string
  readonly product: (name: string) => Product
  readonly declaration: (name: string) => Declaration
  readonly add: (request: StageRequest) => Key
  readonly target: (target: TargetRequest) => void
  readonly facts: (path: string) => FileFacts
  /** The same context on behalf of another owner, or of one variant of a sweep. */
  readonly behalf: (owner: string, as?: Variation) => Context
  /** Mistakes that only show across entries: `steps` and `epochs` both written. */
  readonly accept: Accept
}

/** Targets reached inside a sweep are filed under it, with the settings that vary. */
export interface Variation {
  readonly sweep: string
  readonly settings: Readonly<Record<string, Json>>
}

/** A kind of declaration as the whole project sees it: how it is written, and what stages it becomes. */
export interface KindRow extends Kind {
  expand(declaration: Declaration, context: Context): Product | undefined
}

const wrong = (name: string, wanted: string): Error =>
  new Error(`bug: argument \`${name}\` was read as ${wanted}, which its field does not promise`)

export function value(given: Arguments, name: string): Value | undefined {
  return given[name]?.value
}

export function number(given: Arguments, name: string): number {
  const found = value(given, name)
  if (found?.kind !== 'number') throw wrong(name, 'a number')
  return found.value
}

export function optionalNumber(given: Arguments, name: string): number | undefined {
  return value(given, name) === undefined ? undefined : number(given, name)
}

export function text(given: Arguments, name: string): string {
  const found = value(given, name)
  if (found?.kind !== 'text' && found?.kind !== 'choice') throw wrong(name, 'a text')
  return found.value
}

export function path(given: Arguments, name: string): string {
  const found = value(given, name)
  if (found?.kind !== 'file') throw wrong(name, 'a file')
  return found.path
}

export interface Reference {
  readonly name: string
  readonly member: string | undefined
}

export function reference(found: Value | undefined): Reference {
  if (found?.kind !== 'reference') throw wrong(String(found?.kind), 'a reference')
  return { name: found.name, member: found.member }
}

export function list(given: Arguments, name: string): readonly Value[] {
  const found = value(given, name)
  if (found?.kind !== 'list') throw wrong(name, 'a list')
  return found.items
}

/** The checked arguments named, as JSON for a key. Absent optional ones stay absent. */
export function settings(given: Arguments, names: readonly string[]): Record<string, Json> {
  const found: Record<string, Json> = {}
  for (const name of names) {
    const argument = given[name]
    if (argument !== undefined) found[name] = json(argument.value)
  }
  return found
}

/** A value as it enters a key: what was meant, never how it was written. */
export function json(found: Value): Json {
  switch (found.kind) {
    case 'number': case 'text': case 'boolean': case 'choice': return found.value
    case 'auto': return { auto: found.factor }
    case 'list': return found.items.map(json)
    case 'record': return Object.fromEntries(Object.entries(found.fields).map(([name, field]) => [name, json(field.value)]))
    case 'axis': return found.path.join('.')
    case 'row': return { row: found.row, ...Object.fromEntries(Object.entries(found.arguments).map(([name, field]) => [name, json(field.value)])) }
    case 'reference': case 'file': case 'hole': throw wrong(found.kind, 'plain settings')
  }
}

/** The model a reference stands for; a loop stands for its last round. */
export function model(context: Context, found: Value | undefined): ModelProduct {
  const product = context.product(reference(found).name)
  if (product.kind === 'model') return product
  if (product.kind === 'loop') {
    const last = product.rounds.at(-1)
    if (last !== undefined) return last
  }
  throw wrong(product.kind, 'a model')
}
