// What a stage is to the runner: a version, two promises about its result, and a function from
// inputs to files. The table of stages is passed in; nothing here knows any of them.
import type { Json } from '../plan/node.ts'
import type { Stream } from '../random.ts'
import type { Engine } from '../tensor/engine.ts'

/** A stage of the table: its parameters were checked by the language, and the runner passes them on unread. */
export type AnyStage = Stage<never>

/**
 * `P` is the shape of `params` as the language's checker has made them; the runner, which knows no stage, hands them on as they are.
 */
export interface Stage<P = Json> {
  readonly doc: string
  /** Raise it whenever the same identity would give another result. */
  readonly version: number
  /** Floating-point work on an engine: the engine's identity enters the key. */
  readonly numeric: boolean
  /** Draws random numbers: the experiment's seed enters the key. */
  readonly seeded: boolean
  run(task: Task<P>): Promise<Files>
}

/** The files a stage leaves, by name. JSON is written canonically by the helpers of `files.ts`, so equal values are equal bytes. */
export type Files = Readonly<Record<string, Uint8Array>>

export interface Task<P = Json> {
  readonly params: P
  /** The one input of a port; throws our bug if there are none or several. */
  input(port: string): Artifact
  inputs(port: string): readonly Artifact[]
  has(port: string): boolean
  /** Where an external file of `identity.files` lies now. */
  file(port: string): string
  /** Random numbers determined by the stage's key alone. */
  readonly random: Stream
  readonly engine: () => Promise<Engine>
  readonly progress: (progress: Progress) => void
  /** Where long work leaves its state, so that it goes on from there after an interruption. */
  readonly halfway: Halfway
  /** Something the user should know that does not stop the stage: rows of a file that were left out. */
  readonly warn: (message: string) => void
}

/** The state of unfinished work. It must be enough to go on with to the same bytes, since it never enters a key. */
export interface Halfway {
  /** What was saved last for this very stage; undefined when nothing was, or it is damaged. */
  load(): Uint8Array | undefined
  /** Whether enough time has passed since the last save that another is worth its cost. */
  due(): boolean
  save(state: Uint8Array): void
}

export interface Progress {
  readonly done: number
  readonly total: number
  /** What is counted: `steps`, `responses`, `pairs`. */
  readonly unit: string
  /** Shown beside the bar: { loss: 1.23 }. */
  readonly metrics?: Readonly<Record<string, number>>
}

/** A stored result, read lazily. */
export interface Artifact {
  readonly key: string
  /** Throws a StageFailure that names the entry when the file is missing or its digest is wrong. */
  bytes(name: string): Uint8Array
  text(name: string): string
  json(name: string): Json
  /** One JSON value a line. */
  rows<T>(name: string): T[]
  has(name: string): boolean
}

/** The user's input, not our code, made a stage impossible: says what, on what input, and the remedy. */
export class StageFailure extends Error {
  readonly remedy: string
  constructor(message: string, remedy: string) {
    super(message)
    this.name = 'StageFailure'
    this.remedy = remedy
  }
}
