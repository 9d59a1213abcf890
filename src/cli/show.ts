// `dice show`: one stored result, where it comes from, and what is in it.
import { canonical, shortKey } from '../plan/key.ts'
import type { Identity, Json, Key } from '../plan/node.ts'
import { bytesText } from '../plan/quantity.ts'
import { settingName } from '../plan/why-text.ts'
import type { Samples } from '../data/record.ts'
import type { Artifact } from '../run/stage.ts'
import { StageFailure } from '../run/stage.ts'
import type { Store } from '../run/store.ts'
import { duration } from '../run/terminal.ts'
import { rewardsOf } from '../stages/pair.ts'
import type { PairParams } from '../stages/pair.ts'
import { common, UsageError } from './command.ts'
import type { Command, Input } from './command.ts'
import { allStored, existingStore, storedAt, storedBeginning } from './stored.ts'
import type { Stored } from './stored.ts'
import { paint } from './terminal.ts'
import type { Terminal } from './terminal.ts'
import { views } from './views/index.ts'
import type { Rewards, Scene } from './views/view.ts'
import { wrapped } from './wrap.ts'

export const show: Command = {
  examples: [
    ['dice show 57d69fa7', 'a result, by the beginning of its key'],
    ['dice show 57d69fa7 --rows 20', 'more of its samples or pairs'],
    ['dice show 57d69fa7 --json', 'all of it, for programs'],
  ],
  options: { rows: { value: 'N', doc: 'rows to show of each file (default 3)' }, store: common.store, json: common.json },
  async run(input, terminal) {
    const word = onlyKey(input)
    const rows = rowsOf(input)
    const { store } = existingStore(input, terminal)
    const stored = storedBeginning(word, store)
    try {
      if (input.on('json')) terminal.out(`${JSON.stringify(asJson(stored, store), undefined, 2)}\n`)
      else terminal.out(asText(stored, store, rows, terminal))
      return 0
    } catch (error) {
      // A file that is not what was written has been set aside and named by now.
      if (!(error instanceof StageFailure)) throw error
      terminal.err(`${error.message}; ${error.remedy}\n`)
      return 1
    }
  },
}

/** The key that a command about one result is given. */
export function onlyKey(input: Input): string {
  const [word, extra] = input.files
  if (word === undefined) throw new UsageError('which result? give the beginning of its key; `dice plan FILE` shows keys')
  if (extra !== undefined) throw new UsageError(`one result at a time; \`${extra}\` is one too many`)
  return word
}

function rowsOf(input: Input): number {
  const rows = Number(input.text('rows') ?? 3)
  if (!Number.isInteger(rows) || rows < 0) throw new UsageError(`--rows wants a whole number, not \`${input.text('rows')!}\``)
  return rows
}

function asText(stored: Stored, store: Store, rows: number, terminal: Terminal): string {
  const { key, identity, label, digest } = stored
  const value = store.artifact(key)
  const scene: Scene = { key, identity, value, rows, columns: terminal.columns - 2, other: other(store), rewards: rewards(store) }
  const facts: readonly (readonly [string, string])[] = [
    ['key', key],
    ['stage', `${identity.stage}, version ${identity.version}`],
    ...inputsOf(identity).map(({ port, key: from }) =>
      [port, `${shortKey(from)}  ${labelOf(from, store) ?? '(not stored)'}`] as const),
    ...Object.entries(identity.files ?? {}).map(([port, sha256]) => [port, `a file with the SHA-256 ${sha256}`] as const),
    ...(identity.seed === undefined ? [] : [['seed', String(identity.seed)] as const]),
    ...(identity.engine === undefined ? [] : [['engine', identity.engine] as const]),
    ['digest', digest.whole],
    ['computed', `${digest.finishedAt}, in ${duration(digest.seconds)}`],
    ['files', Object.entries(digest.files).map(([name, file]) => `${name} ${bytesText(file.bytes)}`).join(', ')],
  ]
  const written = leaves('', identity.params).map(([name, leaf]) => `${settingName(name)} ${canonical(leaf)}`)
  const settings = written.length === 0 ? [] : wrapped(written.join(', '), terminal.columns - 2)
  const blocks = views.filter(({ file }) => value.has(file)).map(({ title, view }) => [title, view(scene)] as const)
  return `${[
    paint.bold(terminal, label),
    ...facts.map(([name, text]) => `  ${name.padEnd(Math.max(...facts.map(([other]) => other.length)))}  ${text}`),
    ...[...(settings.length === 0 ? [] : [['settings', settings] as const]), ...blocks]
      .flatMap(([title, lines]) => ['', paint.bold(terminal, title), ...lines.map((line) => `  ${line}`)]),
  ].join('\n')}\n`
}

function asJson({ key, identity, label, digest }: Stored, store: Store) {
  const value = store.artifact(key)
  const readable = Object.keys(digest.files).filter((name) => /\.jsonl?$/.test(name) && name !== 'tokenizer.json')
  return {
    key, label, identity,
    inputs: inputsOf(identity).map(({ port, key: from }) => ({ port, key: from, label: labelOf(from, store) ?? null })),
    ...digest,
    value: Object.fromEntries(readable.map((name) =>
      [name, name.endsWith('.jsonl') ? value.rows<Json>(name) : value.json(name)])),
  }
}

function inputsOf(identity: Identity): { readonly port: string; readonly key: Key }[] {
  return Object.entries(identity.inputs).flatMap(([port, keys]) => [keys].flat().map((key) => ({ port, key: key as Key })))
}

/** Each setting with its path. */
function leaves(path: string, value: Json): [string, Json][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]]
  const parts = Object.entries(value as Readonly<Record<string, Json>>)
  return parts.flatMap(([name, part]) => leaves(path === '' ? name : `${path}.${name}`, part))
}

const labelOf = (key: Key, store: Store): string | undefined => storedAt(store, key)?.label

const other = (store: Store) => (key: Key): Artifact | undefined => (store.has(key) ? store.artifact(key) : undefined)

/** As the pairing stage computed them: by the latest one stored that took these samples, where all it took is still there. */
const rewards = (store: Store) => (samples: Key): Rewards | undefined => {
  const pairings = allStored(store).filter(({ identity }) => identity.stage === 'pair' && identity.inputs['samples'] === samples)
  const latest = pairings.sort((a, b) => (a.digest.finishedAt < b.digest.finishedAt ? 1 : -1))[0]
  if (latest === undefined || inputsOf(latest.identity).some(({ key }) => !store.has(key))) return undefined
  const inputs = new Map(inputsOf(latest.identity).map(({ port, key }) => [port, store.artifact(key)]))
  const settings = latest.identity.params as unknown as PairParams
  const task = { input: (port: string) => inputs.get(port)!, has: (port: string) => inputs.has(port) }
  return { name: settings.reward, values: rewardsOf(task, store.artifact(samples).rows<Samples>('samples.jsonl'), settings) }
}
