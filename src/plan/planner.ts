// Collects stages into a plan: builds each identity from the facts of its stage, and merges equal ones.
import { order } from './graph.ts'
import { canonical, keyOf } from './key.ts'
import type { Cost, Identity, Json, Key, Node, Plan, Target } from './node.ts'
import { compareNaturally } from './quantity.ts'
import { graphOf, inputKeys } from './walk.ts'

/** What the planner knows of a row of the stage table. */
export interface StageFacts {
  readonly version: number
  readonly numeric: boolean
  readonly seeded: boolean
}

export interface Request {
  readonly stage: string
  /** With defaults filled in. */
  readonly params: Json
  readonly inputs: Readonly<Record<string, Key | readonly Key[]>>
  /** SHA-256 in hex of each file read, by port, and where each lies now. */
  readonly files?: Readonly<Record<string, string>>
  readonly paths?: Readonly<Record<string, string>>
  /** The experiment's seed; enters the identity of seeded stages only. */
  readonly seed: number
  readonly label: string
  /** Declarations or variants that asked. */
  readonly neededBy: readonly string[]
  readonly cost: Cost
}

export interface Planner {
  /**
   * The stage's key. The same identity asked for again is the same node: the first request gives its label and paths,
   * all requests together what it is needed by, and the dearest its cost.
   * Throws (our bug) on an unknown stage, an input that was not added, or params that are not JSON.
   */
  add(request: Request): Key
  /** All that was added, inputs first; where the inputs leave a choice, by label and key, not by order of adding. */
  plan(targets: readonly Target[]): Plan
}

/** `engine` is the identity of the engine that numeric stages will run on. */
export function planner(stages: Readonly<Record<string, StageFacts>>, engine: string): Planner {
  const nodes = new Map<Key, Node>()
  const add = (request: Request): Key => {
    const identity = identityOf(request, stages, engine)
    for (const input of inputKeys(identity)) {
      if (!nodes.has(input)) throw new Error(`${request.stage} (${request.label}) has an input that is not in the plan: ${input}`)
    }
    const key = keyOf(identity)
    const known = nodes.get(key)
    nodes.set(key, known === undefined ? nodeOf(key, identity, request) : merged(known, request))
    return key
  }
  const plan = (targets: readonly Target[]): Plan => {
    const lost = targets.find((target) => !nodes.has(target.key))
    if (lost !== undefined) throw new Error(`the target ${lost.declaration} is not in the plan: ${lost.key}`)
    const compare = (a: Key, b: Key) => compareNaturally(nodes.get(a)!.label, nodes.get(b)!.label) || (a < b ? -1 : 1)
    const keys = order(graphOf({ nodes: [...nodes.values()], targets }), compare)
    return { nodes: keys.map((key) => nodes.get(key)!), targets: [...targets] }
  }
  return { add, plan }
}

/** Goes through its own canonical text, so that nothing a caller holds can change it later. */
function identityOf(request: Request, stages: Readonly<Record<string, StageFacts>>, engine: string): Identity {
  const facts = Object.hasOwn(stages, request.stage) ? stages[request.stage] : undefined
  if (facts === undefined) throw new Error(`no stage is called ${request.stage} (${request.label})`)
  const files = request.files ?? {}
  for (const [port, digest] of Object.entries(files)) {
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new Error(`file ${port} of ${request.label} has no SHA-256: ${digest}`)
    if (request.paths?.[port] === undefined) throw new Error(`file ${port} of ${request.label} has no path`)
  }
  if (facts.seeded && !Number.isSafeInteger(request.seed)) throw new Error(`the seed of ${request.label} is ${request.seed}`)
  const identity: Identity = {
    stage: request.stage,
    version: facts.version,
    params: request.params,
    inputs: request.inputs,
    ...(Object.keys(files).length > 0 ? { files } : {}),
    ...(facts.seeded ? { seed: request.seed } : {}),
    ...(facts.numeric ? { engine } : {}),
  }
  return JSON.parse(canonical(identity)) as Identity
}

function nodeOf(key: Key, identity: Identity, request: Request): Node {
  return {
    key,
    identity,
    label: request.label,
    neededBy: union(request.neededBy, []),
    ...(identity.files !== undefined ? { paths: { ...request.paths } } : {}),
    cost: request.cost,
  }
}

function merged(known: Node, request: Request): Node {
  const dearer = request.cost.bytes > known.cost.bytes ? request.cost : known.cost
  const cost = {
    ...dearer,
    tokens: Math.max(known.cost.tokens, request.cost.tokens),
    bytes: Math.max(known.cost.bytes, request.cost.bytes),
  }
  return { ...known, neededBy: union(known.neededBy, request.neededBy), cost }
}

function union(some: readonly string[], others: readonly string[]): string[] {
  return [...new Set([...some, ...others])].sort(compareNaturally)
}
