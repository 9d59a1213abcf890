// `sweep name = loop with { path: [values] }`: the loop once for every combination of the values.
// Stages that two variants have in common have one key, hence are one stage.
import type { Declaration, GridAxis } from '../language/program.ts'
import type { Json } from '../plan/node.ts'
import type { Argument } from '../vocabulary/value.ts'
import { json, reference, value } from './context.ts'
import type { Context, KindRow } from './context.ts'
import { reference as field } from './fields.ts'
import { expandLoop } from './iterate.ts'
import { mistakes } from './mistakes.ts'
import type { SweepProduct, Variant } from './product.ts'

export const sweep: KindRow = {
  doc: 'The same iteration with every combination of some values.',
  named: 'name',
  head: { field: field('The iteration to vary.', 'loop') },
  grid: true,
  gives: 'sweep',
  expand,
}

function expand(declaration: Declaration, context: Context): SweepProduct {
  const loop = context.declaration(reference(value(declaration.arguments, 'head')).name)
  if (declaration.grid.length === 0) context.accept(mistakes.onlyOneSweep(context, declaration))
  const variants = combinations(declaration.grid).map((choice): Variant => {
    const settings = Object.fromEntries(choice.map(({ path, argument }) => [path.join('.'), json(argument.value)]))
    const varied = choice.reduce((current, { path, argument }) => substitute(current, path, argument), loop)
    const owner = variantName(declaration.name, settings)
    return { settings, loop: expandLoop(varied, context.behalf(owner, { sweep: declaration.name, settings })) }
  })
  return { kind: 'sweep', variants }
}

interface Choice {
  readonly path: readonly string[]
  readonly argument: Argument
}

/** Every combination, the last axis moving fastest. */
export function combinations(grid: readonly GridAxis[]): readonly (readonly Choice[])[] {
  return grid.reduce<Choice[][]>(
    (rows, axis) => rows.flatMap((row) => axis.values.map((argument) => [...row, { path: axis.path, argument }])),
    [[]],
  )
}

/** A copy of the declaration with the argument at the path replaced: `replay.gamma`, or `rounds`. */
function substitute(declaration: Declaration, path: readonly string[], argument: Argument): Declaration {
  const [first, second] = path
  if (first === undefined) return declaration
  if (second === undefined) return { ...declaration, arguments: { ...declaration.arguments, [first]: argument } }
  const blocks = declaration.blocks.map((block) => (block.kind === first ? substitute(block, [second], argument) : block))
  return { ...declaration, blocks }
}

/** A setting as the user would write it. */
export function show(setting: Json): string {
  if (setting !== null && typeof setting === 'object' && 'auto' in setting) {
    const factor = (setting as { readonly auto: Json }).auto
    return factor === 1 ? 'auto' : `${String(factor)} * auto`
  }
  return typeof setting === 'string' ? setting : JSON.stringify(setting)
}

/** `knobs[replay.gamma = 0.5, shape.alpha = auto]` */
export function variantName(sweep: string, settings: Readonly<Record<string, Json>>): string {
  return `${sweep}[${Object.entries(settings).map(([path, setting]) => `${path} = ${show(setting)}`).join(', ')}]`
}
