// Carrying out one stage in this thread: makes its task from the node and the store, runs it, keeps the result.
import { statSync } from 'node:fs'
import type { Key, Node } from '../plan/node.ts'
import { stream } from '../random.ts'
import type { Engine } from '../tensor/engine.ts'
import type { Executor, Failure, Outcome, Watch } from './executor.ts'
import { halfwayOf } from './halfway.ts'
import { fileDigest } from './hash.ts'
import { type AnyStage, StageFailure, type Task } from './stage.ts'
import { DamagedResult, type Store } from './store.ts'

/** What stages are carried out with. */
export interface Workshop {
  readonly stages: Readonly<Record<string, AnyStage>>
  readonly store: Store
  /** Opened at the first call, the same one ever after. */
  readonly engine: () => Promise<Engine>
}

/** An executor without threads, for tests and debugging: a stage can be stopped only where it reports progress. */
export function inline(workshop: Workshop): Executor {
  return { size: 1, execute: (node, watch) => perform(node, workshop, watch) }
}

/** Calls `open` at most once, unless it failed. */
export function openOnce(open: () => Promise<Engine>): () => Promise<Engine> {
  let opening: Promise<Engine> | undefined
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
}

/** Runs a stage and keeps its result; never rejects. */
export async function perform(node: Node, workshop: Workshop, watch: Watch): Promise<Outcome> {
  try {
    const stage = stageOf(node, workshop.stages)
    const started = performance.now()
    watch.signal.throwIfAborted()
    const files = await stage.run(taskOf(node, stage, workshop, watch))
    watch.signal.throwIfAborted()
    const seconds = (performance.now() - started) / 1000
    const { key, identity, label } = node
    const digest = workshop.store.put({ key, identity, label, files, seconds })
    return { kind: 'finished', digest: digest.whole, seconds }
  } catch (error) {
    return watch.signal.aborted ? { kind: 'interrupted' } : failureOf(error)
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof StageFailure) {
    const damaged = error instanceof DamagedResult ? { damaged: error.key } : {}
    return { kind: 'failed', message: error.message, remedy: error.remedy, stack: '', ...damaged }
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { kind: 'failed', message, remedy: '', stack: stack ?? message }
}

function stageOf(node: Node, stages: Workshop['stages']): AnyStage {
  const { stage: name, version } = node.identity
  const stage = Object.hasOwn(stages, name) ? stages[name] : undefined
  if (stage === undefined) throw new Error(`no stage is called ${name}`)
  if (stage.version !== version) throw new Error(`${name} was planned as version ${version} but is version ${stage.version}`)
  return stage
}

function taskOf(node: Node, stage: AnyStage, { store, engine }: Workshop, watch: Watch): Task<never> {
  const { identity } = node
  const inputs = (port: string) => {
    const keys = Object.hasOwn(identity.inputs, port) ? identity.inputs[port]! : []
    return [keys].flat().map((key: Key) => store.artifact(key))
  }
  const random = stream(node.key)
  return {
    // The language checked them against the row that reads them; nothing in between knows their shape.
    params: identity.params as never,
    inputs,
    input: (port) => {
      const [only, ...more] = inputs(port)
      if (only === undefined) throw new Error(`${identity.stage} has no input at ${port}`)
      if (more.length > 0) throw new Error(`${identity.stage} has ${more.length + 1} inputs at ${port}, not one`)
      return only
    },
    has: (port) => inputs(port).length > 0,
    file: (port) => checkedFile(node, port),
    get random() {
      // Else two seeds would share one key, and one result.
      if (!stage.seeded) throw new Error(`${identity.stage} draws random numbers but is not declared to`)
      return random
    },
    engine: async () => {
      if (!stage.numeric) throw new Error(`${identity.stage} uses an engine but is not declared to`)
      const opened = await engine()
      if (opened.identity === identity.engine) return opened
      throw new StageFailure(
        `the stage was planned for the engine ${identity.engine}, but this is ${opened.identity}`,
        'plan and run with the same engine: name it with --engine',
      )
    },
    halfway: halfwayOf(store, node.key),
    warn: (message) => watch.onWarning?.(message),
    progress: (progress) => {
      watch.signal.throwIfAborted()
      watch.onProgress(progress)
    },
  }
}

/** The path of an external file, once its content has been found to be what was planned with. */
function checkedFile(node: Node, port: string): string {
  const expected = node.identity.files?.[port]
  const path = node.paths?.[port]
  if (expected === undefined || path === undefined) throw new Error(`${node.identity.stage} has no file at ${port}`)
  const remedy = 'run again: the stages that read it will be planned anew'
  let actual: string
  try {
    if (!statSync(path).isFile()) throw new StageFailure(`${path} is not a file`, 'give the path of a file')
    actual = fileDigest(path)
  } catch (error) {
    if (error instanceof StageFailure) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new StageFailure(`${path} cannot be read: ${reason}`, 'make the file readable again')
  }
  if (actual !== expected) throw new StageFailure(`${path} has changed since the plan was made`, remedy)
  return path
}
