// Axes of charts and columns of tables: `round`, `seed`, `model`, or a swept setting by its dotted path.
import type { Declaration, Program } from '../language/program.ts'
import type { Json } from '../plan/node.ts'
import type { Field, Row } from '../vocabulary/field.ts'
import type { Kind, Vocabulary } from '../vocabulary/kind.ts'

export interface Axis {
  /** `round`, `replay.gamma` */
  readonly path: string
  /** In running text and legends: `round`, `γ`. */
  readonly short: string
  /** For a legend: `γ (replay.gamma)`. */
  readonly name: string
  /** For an axis: the name with the unit, where there is one. */
  readonly title: string
  /** Its numbers are places on a scale, not steps. */
  readonly continuous: boolean
}

const plainAxes: Readonly<Record<string, Axis>> = {
  round: { path: 'round', short: 'round', name: 'Round', title: 'Round (0 is the start)', continuous: false },
  seed: { path: 'seed', short: 'seed', name: 'Seed', title: 'Seed', continuous: false },
  model: { path: 'model', short: 'model', name: 'Model', title: 'Model', continuous: false },
}

/** How an axis is called. Greek letters come from the vocabulary's aliases. */
export function axis(path: string, program: Program, vocabulary: Vocabulary): Axis {
  const fixed = plainAxes[path]
  if (fixed !== undefined) return fixed
  const last = path.split('.').at(-1) ?? path
  const letter = Object.entries(vocabulary.aliases).find(([, name]) => name === last)?.[0]
  const unit = sweptField(path, program, vocabulary)?.unit
  const name = letter === undefined ? path : `${letter} (${path})`
  return { path, short: letter ?? last, name, title: unit === undefined ? name : `${name}, ${unit}`, continuous: true }
}

function sweptField(path: string, program: Program, vocabulary: Vocabulary): Field | undefined {
  for (const declaration of program.declarations) {
    const kind = vocabulary.kinds[declaration.kind]
    const field = kind === undefined ? undefined : fieldAt(kind, declaration, path.split('.'))
    if (field !== undefined) return field
  }
  return undefined
}

function fieldAt(kind: Kind, declaration: Declaration, path: readonly string[]): Field | undefined {
  const [first, ...rest] = path
  if (first === undefined) return undefined
  if (rest.length === 0) return fieldsOf(kind, declaration)[first]
  const inner = kind.blocks?.[first]
  const block = declaration.blocks.find((candidate) => candidate.kind === first)
  return inner === undefined || block === undefined ? undefined : fieldAt(inner.kind, block, rest)
}

/** Every field that a declaration of this kind has with its row, by the name its argument is filed under. */
export function fieldsOf(kind: Kind, declaration: Declaration): Readonly<Record<string, Field>> {
  return { ...kind.clauses, ...kind.entries, ...headFields(kind, declaration) }
}

function headFields({ head }: Kind, declaration: Declaration): Readonly<Record<string, Field>> {
  if (head === undefined) return {}
  return 'field' in head ? { head: head.field } : rowFields(head.rows[declaration.row], declaration)
}

/** A row with variants (`world("village")`) has the fields of the one its first parameter names. */
function rowFields(row: Row | undefined, declaration: Declaration): Readonly<Record<string, Field>> {
  const [first] = Object.keys(row?.parameters ?? {})
  const named = first === undefined ? undefined : declaration.arguments[first]?.value
  const variant = named?.kind === 'choice' || named?.kind === 'text' ? row?.variants?.[named.value] : undefined
  const inner = variant === undefined ? {} : rowFields(variant, declaration)
  return { ...row?.parameters, ...row?.entries, ...row?.clauses, ...inner }
}

/** A swept value as it was meant: `0.5`, `auto`, `2 × auto`. */
export function valueText(value: Json): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return value
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const record = value as { readonly [name: string]: Json }
    if (typeof record['auto'] === 'number') return record['auto'] === 1 ? 'auto' : `${String(record['auto'])} × auto`
    if (typeof record['row'] === 'string') return record['row']
  }
  return JSON.stringify(value)
}

/** `γ 0.5, α auto`, in the order of the axes given. */
export function variantText(variant: Readonly<Record<string, Json>>, axes: readonly Axis[]): string {
  return axes.flatMap(({ path, short }) => (path in variant ? [`${short} ${valueText(variant[path] ?? null)}`] : [])).join(', ')
}
