// `--set path=value`: finds the one place that a path means, and what to put there.
import type { Accept } from '../diagnostic.ts'
import type { Source, Span } from '../source.ts'
import type { Vocabulary } from '../vocabulary/kind.ts'
import type { Expression, Statement } from './ast.ts'
import { canonical, own } from './context.ts'
import type { Declared, Overrides, Written } from './context.ts'
import * as messages from './messages.ts'
import { entriesOf, slotsOf } from './outline.ts'
import type { Slot } from './outline.ts'
import { parseValue } from './parse.ts'
import type { Override } from './program.ts'
import { suggest } from './suggest.ts'

/** A place that can be set, and the names it goes by, the fullest first: `dice.replay.gamma`, `replay.gamma`, `gamma`. */
interface Target {
  readonly names: readonly string[]
  readonly slot: Slot
  readonly entry: string
}

export function resolveOverrides(
  overrides: readonly Override[], statements: readonly Declared[], vocabulary: Vocabulary, accept: Accept,
): Overrides {
  const targets = overrides.length === 0 ? [] : statements.flatMap((declared) => targetsOf(declared))
  const settings = new Map<string, Written>()
  const entries = new Map<Statement, Map<string, Written>>()
  const defaults = new Map<Statement, Map<string, Map<string, Written>>>()
  const seen = new Set<string>()
  for (const { path, text } of overrides) {
    const written = path.join('.')
    const source: Source = { path: '--set', text: `${written}=${text}` }
    const place: messages.Place = { source, span: { start: 0, end: written.length } }
    if (path.length === 0 || path.some((word) => word.trim() === '')) {
      accept(messages.badOverride({ source, span: { start: 0, end: source.text.length } }, 'this does not say what to set'))
      continue
    }
    const expression = parseValue(source, { start: written.length + 1, end: source.text.length }, accept)
    const words = [...path.slice(0, -1), canonical(vocabulary, path.at(-1)!)].join('.')
    const setting = path.length === 1 && own(vocabulary.settings, words) !== undefined
    const target = setting ? undefined : findTarget(targets, words, vocabulary, place, accept)
    if (!setting && target === undefined) continue
    const key = target?.names[0] ?? words
    if (seen.has(key)) accept(messages.duplicateOverride(place, words))
    seen.add(key)
    if (target === undefined) settings.set(words, { expression, source, given: { start: 0, end: 0 } })
    else fileUnder(target, expression, source, entries, defaults)
  }
  return { settings, entries, defaults }
}

function fileUnder(
  { slot, entry }: Target, expression: Expression, source: Source,
  entries: Map<Statement, Map<string, Written>>, defaults: Map<Statement, Map<string, Map<string, Written>>>,
): void {
  const owner = slot.statement ?? slot.parent!
  const given: Span = owner.word.span
  const blocks = slot.statement === undefined ? inside(defaults, owner) : entries
  const key = slot.statement === undefined ? slot.path.at(-1)! : slot.statement
  inside(blocks as Map<unknown, Map<string, Written>>, key).set(entry, { expression, source, given })
}

function inside<K, V>(map: Map<K, Map<string, V>>, key: K): Map<string, V> {
  const found = map.get(key) ?? new Map<string, V>()
  map.set(key, found)
  return found
}

function targetsOf({ statement, kind, name, head }: Declared): readonly Target[] {
  if (kind === undefined) return []
  return slotsOf(statement, kind, head).flatMap((slot) =>
    Object.keys(entriesOf(slot.kind, slot.head.row)).map((entry) => {
      const path = [...slot.path, entry].join('.')
      const first = name?.text ?? statement.word.text
      return { names: [`${first}.${path}`, path, `${statement.word.text}.${path}`, entry], slot, entry }
    }))
}

function findTarget(
  targets: readonly Target[], words: string, vocabulary: Vocabulary, place: messages.Place, accept: Accept,
): Target | undefined {
  const byFullName = targets.filter(({ names }) => names[0] === words)
  const candidates = byFullName.length > 0 ? byFullName : targets.filter(({ names }) => names.includes(words))
  if (candidates.length === 1) return candidates[0]
  if (candidates.length > 1) {
    accept(messages.ambiguousOverride(place, words, candidates.map(({ names }) => names[0]!)))
    return undefined
  }
  const known = [...Object.keys(vocabulary.settings), ...targets.flatMap(({ names }) => names.slice(0, 2))]
  const guess = suggest(words, known)
  accept(messages.unknownOverride(place, words, { near: guess.near, known: [...new Set(targets.map(({ names }) => names[0]!))] }))
  return undefined
}
