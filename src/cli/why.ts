// `dice why`: in what the stages that will run differ from the nearest results that are stored.
import type { Key, Node, Plan } from '../plan/node.ts'
import { reasonText, whyText } from '../plan/why-text.ts'
import { reasons } from '../plan/why.ts'
import type { Cause, Known, Reason } from '../plan/why.ts'
import type { Store } from '../run/store.ts'
import { common, UsageError } from './command.ts'
import type { Command } from './command.ts'
import { prepare } from './prepare.ts'
import { nearestLabel, stagesNamed } from './stage-name.ts'

export const why: Command = {
  examples: [
    ['dice why experiments/quickstart.dice', 'what has changed, and what follows'],
    ['dice why FILE --set replay.gamma=0.25', 'what a change would bring about'],
    ["dice why FILE 'dice · round 2 · dpo'", 'one stage, by its label or key'],
    ['dice why FILE --json', 'every stage and every field'],
  ],
  options: { set: common.set, store: common.store, engine: common.engine, json: common.json },
  async run(input, terminal) {
    const [, stage, extra] = input.files
    if (extra !== undefined) throw new UsageError(`one stage at a time, a label in quotes; \`${extra}\` is one word too many`)
    const prepared = prepare({ ...input, files: input.files.slice(0, 1) }, terminal)
    if (prepared === undefined) return 2
    const { plan, store, file, experiment } = prepared
    const about = stage === undefined ? undefined : new Set(stagesOf(stage, plan, file).map(({ key }) => key))
    const found = reasons(plan, knownOf(store), about)
    const json = { experiment, engine: prepared.engine, stages: found.map(reasonJson) }
    if (input.on('json')) terminal.out(`${JSON.stringify(json, undefined, 2)}\n`)
    else terminal.out(about === undefined ? whyText(plan, found) : found.map((reason) => reasonText(plan, reason)).join(''))
    return 0
  },
}

function stagesOf(word: string, plan: Plan, file: string): readonly Node[] {
  const found = stagesNamed(word, plan.nodes)
  if (found.length > 0) return found
  const near = nearestLabel(word, plan.nodes)
  const advice = near === undefined ? '' : `; did you mean \`${near}\`?`
  throw new UsageError(`no stage of ${file} has the label or key \`${word}\`${advice}; \`dice plan ${file}\` shows them`)
}

/** What is stored, the latest first: of two results that are equally near, the later is the one a person remembers. */
function knownOf(store: Store): Known[] {
  const found = store.keys().flatMap((key: Key) => {
    const [digest, why] = [store.digest(key), store.why(key)]
    return digest === undefined || why === undefined ? [] : [{ key, ...why, finishedAt: digest.finishedAt }]
  })
  return found.sort((a, b) => (a.finishedAt === b.finishedAt ? 0 : a.finishedAt < b.finishedAt ? 1 : -1))
}

const named = ({ key, label }: Known) => ({ key, label })

function reasonJson({ node, state, nearest, causes, unchanged, follow }: Reason) {
  return {
    ...named(node), kind: node.identity.stage, state, nearest: nearest === undefined ? null : named(nearest),
    causes: causes.map(({ change, stage, relative }: Cause) => ({ ...change, stage: named(stage), relative: named(relative) })),
    unchanged, follow,
  }
}
