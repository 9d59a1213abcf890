// In what two identities of the same kind of stage differ, field by field and setting by setting; their inputs apart.
import { canonical } from './key.ts'
import type { Identity, Json } from './node.ts'

export interface Change {
  readonly kind: 'setting' | 'file' | 'seed' | 'engine' | 'version' | 'input'
  /** Where in the settings (`lossParams.beta`), or the port of the file or input; the kind once more for the others. */
  readonly field: string
  /** Absent where the setting, file or input was not there. */
  readonly before?: Json
  readonly now?: Json
}

/** All but the inputs. In the order: version, settings, files, seed, engine. */
export function ownChanges(before: Identity, now: Identity): Change[] {
  return [
    ...valueChanges('version', 'version', before.version, now.version),
    ...settingChanges('', before.params, now.params),
    ...union(before.files ?? {}, now.files ?? {}).flatMap((port) =>
      valueChanges('file', port, before.files?.[port], now.files?.[port])),
    ...valueChanges('seed', 'seed', before.seed, now.seed),
    ...valueChanges('engine', 'engine', before.engine, now.engine),
  ]
}

/** The names of both, sorted. */
export function union(some: object, others: object): string[] {
  return [...new Set([...Object.keys(some), ...Object.keys(others)])].sort()
}

/** Leaf by leaf; where one side has a group of settings and the other a value, they are one change. */
function settingChanges(path: string, before: Json | undefined, now: Json | undefined): Change[] {
  if (!isGroup(before) || !isGroup(now)) return valueChanges('setting', path, before, now)
  return union(before, now).flatMap((name) =>
    settingChanges(path === '' ? name : `${path}.${name}`, own(before, name), own(now, name)))
}

function valueChanges(kind: Change['kind'], field: string, before: Json | undefined, now: Json | undefined): Change[] {
  if (before === now) return []
  if (before !== undefined && now !== undefined && canonical(before) === canonical(now)) return []
  return [{ kind, field, ...(before === undefined ? {} : { before }), ...(now === undefined ? {} : { now }) }]
}

type Group = Readonly<Record<string, Json>>

function isGroup(value: Json | undefined): value is Group {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(group: Group, name: string): Json | undefined {
  return Object.hasOwn(group, name) ? group[name] : undefined
}
