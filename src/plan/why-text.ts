// Reasons in words: `beta 0.1 → 0.2 in dice · round 2 · dpo; model, pairs and seed unchanged; 4 stages follow`.
import { canonical, shortKey } from './key.ts'
import { descendants } from './graph.ts'
import type { Json, Key, Plan } from './node.ts'
import { plural } from './quantity.ts'
import { graphOf } from './walk.ts'
import type { Cause, Reason } from './why.ts'

/** One change with all the stages it appears in, of several reasons taken together. */
export interface Group {
  readonly cause: Cause
  /** In the plan's order; of a seed or an engine, which appear nearly everywhere, only the stages where they come first. */
  readonly stages: readonly Key[]
  /** What is the same where the change comes first as in what that is compared with. */
  readonly unchanged: readonly string[]
  /** Stages among the reasons that need one of those. */
  readonly follow: readonly Key[]
}

/** The changes behind these reasons, each once, in the order of the plan. */
export function groups(plan: Plan, found: readonly Reason[]): Group[] {
  const byName = new Map<string, Cause[]>()
  for (const cause of found.flatMap(({ causes }) => causes)) byName.set(cause.name, [...(byName.get(cause.name) ?? []), cause])
  const graph = graphOf(plan)
  const place = new Map(plan.nodes.map(({ key }, index) => [key, index]))
  const reasonOf = new Map(found.map((reason) => [reason.node.key, reason]))
  const grouped = [...byName.values()].map((causes): Group => {
    const everywhere = new Set(causes.map(({ stage }) => stage.key))
    const later = descendants(graph, everywhere)
    const first = causes[0]!.change.kind === 'seed' || causes[0]!.change.kind === 'engine'
    const stages = plan.nodes.map(({ key }) => key).filter((key) => everywhere.has(key) && !(first && later.has(key)))
    const own = stages.filter((key) => !later.has(key)).flatMap((key) => reasonOf.get(key) ?? [])
    const unchanged = (own[0]?.unchanged ?? []).filter((port) => own.every((reason) => reason.unchanged.includes(port)))
    const follow = [...later].filter((key) => reasonOf.has(key) && !stages.includes(key))
    return { cause: causes[0]!, stages, unchanged, follow }
  })
  return grouped.sort((a, b) => place.get(a.stages[0]!)! - place.get(b.stages[0]!)!)
}

/** All that will run: a line for each change, and one for what has no earlier version. Ends with a newline. */
export function whyText(plan: Plan, found: readonly Reason[]): string {
  if (found.length === 0) return 'Nothing is left to run.\n'
  const fresh = found.filter(isNew)
  if (fresh.length === plan.nodes.length) {
    return `Nothing like it is stored yet: ${fresh.length === 1 ? 'the only stage is' : `all ${fresh.length} stages are`} new.\n`
  }
  const lines = groups(plan, found.filter((reason) => !isNew(reason))).map((group) => groupText(plan, group))
  if (fresh.length > 0) lines.push(newText(plan, fresh))
  const head = `${found.length} of ${plural(plan.nodes.length, 'stage')} will run. Compared with the nearest stored results:`
  return `${[head, ...lines.map((line) => `  ${line}`)].join('\n')}\n`
}

/** Nothing of its kind is stored, or only what has another name and another purpose: another round's, another model's. */
function isNew({ node, nearest, causes }: Reason): boolean {
  if (nearest === undefined) return true
  if (withoutSeed(nearest.label) === withoutSeed(node.label)) return false
  return causes.some(({ change }) => change.kind === 'input') || new Set(causes.map(({ name }) => name)).size > 1
}

function newText(plan: Plan, fresh: readonly Reason[]): string {
  const keys = fresh.map(({ node }) => node.key)
  const later = descendants(graphOf(plan), keys)
  const first = keys.filter((key) => !later.has(key))
  return [`new: ${placesText(plan, first)}`, ...followText(keys.length - first.length)].join('; ')
}

/** One stage, with every change that leads to it. Ends with a newline. */
export function reasonText(plan: Plan, reason: Reason): string {
  const { node, state, nearest, causes, unchanged, follow } = reason
  const named = `${node.label} (${shortKey(node.key)})`
  if (state === 'stored') return `${named} is stored.\n`
  const head = state === 'run' ? `${named} will run` : `${named} is neither stored nor needed: what it feeds is stored`
  if (nearest === undefined) {
    return `${[head, `nothing of its kind, \`${node.identity.stage}\`, is stored`, ...followText(follow.length)].join('; ')}.\n`
  }
  const once = groups(plan, [reason])
  const own = once.filter(({ stages }) => stages.includes(node.key))
  const lines = [...own, ...once.filter((group) => !own.includes(group))].map(({ cause, stages }) =>
    `${changeText(cause, plan)} in ${placesText(plan, stages)}`)
  const same = unchanged.length === 0 || causes.length === 0 ? [] : [`${listed(unchanged)} unchanged`]
  const last = [...same, ...followText(follow.length)].join('; ')
  const below = [...lines, ...(last === '' ? [] : [last])].map((line) => `  ${line}`)
  return `${[`${head}. The nearest stored result is ${nearest.label} (${shortKey(nearest.key)}):`, ...below].join('\n')}\n`
}

function groupText(plan: Plan, { cause, stages, unchanged, follow }: Group): string {
  return [
    `${changeText(cause, plan)} in ${placesText(plan, stages)}`,
    ...(unchanged.length === 0 ? [] : [`${listed(unchanged)} unchanged`]),
    ...followText(follow.length),
  ].join('; ')
}

function followText(count: number): string[] {
  return count === 0 ? [] : [`${plural(count, 'stage')} ${count === 1 ? 'follows' : 'follow'}`]
}

/** `beta 0.1 → 0.2`, `the content of pairs.jsonl`, `model: sft · supervised → language · pretrain`. */
export function changeText({ change, stage }: Cause, plan: Plan): string {
  const { kind, field, before, now } = change
  const step = `${valueText(before)} → ${valueText(now)}`
  if (kind === 'setting') return `${settingName(field)} ${step}`
  if (kind === 'version') return `version of \`${stage.identity.stage}\` ${step}`
  if (kind === 'file') {
    const path = plan.nodes.find(({ key }) => key === stage.key)?.paths?.[field]
    const file = path === undefined ? `file ${field}` : path.split(/[\\/]/).at(-1)!
    return `content of ${file} ${digestText(before)} → ${digestText(now)}`
  }
  // Labels and names of engines are shown whole and as they are.
  return `${kind === 'input' ? `${field}:` : kind} ${textOf(before)} → ${textOf(now)}`
}

/** What is written in the file: without the groups that only the plan knows. */
export function settingName(path: string): string {
  return path.split('.').filter((part) => !/^(\w+P|p)arams$|^entries$|^config$/.test(part)).join('.') || path
}

/** Labels without their seeds, each once; a few, and how many more. */
function placesText(plan: Plan, keys: readonly Key[]): string {
  const wanted = new Set(keys)
  const labels = [...new Set(plan.nodes.filter(({ key }) => wanted.has(key)).map(({ label }) => withoutSeed(label)))]
  if (labels.length <= placesShown + 1) return listed(labels)
  return `${labels.slice(0, placesShown).join(', ')} and ${labels.length - placesShown} more`
}

const placesShown = 3

export const withoutSeed = (label: string): string => label.replace(/ · seed \d+$/, '')

const valueLength = 60

function valueText(value: Json | undefined): string {
  if (value === undefined) return '(unset)'
  const text = typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : canonical(value)
  return [...text].length > valueLength ? `${[...text].slice(0, valueLength - 1).join('')}…` : text
}

const textOf = (value: Json | undefined): string => (value === undefined ? '(none)' : String(value))
const digestText = (value: Json | undefined): string => (value === undefined ? '(none)' : shortKey(String(value)))

/** `model, pairs and seed`. */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`
}
