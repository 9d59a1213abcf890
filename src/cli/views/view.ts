// What a readable view of a stored file is.
import type { Identity, Key } from '../../plan/node.ts'
import type { Artifact } from '../../run/stage.ts'

export interface Scene {
  readonly key: Key
  readonly identity: Identity
  readonly value: Artifact
  /** Another result of the store; undefined when it is not there. */
  readonly other: (key: Key) => Artifact | undefined
  /** Rewards of these samples by prompt and response, where a stored stage has made pairs of them. */
  readonly rewards: (samples: Key) => Rewards | undefined
  /** How many rows to show of many. */
  readonly rows: number
  readonly columns: number
}

export interface Rewards {
  /** The name of the reward: `implicit`. */
  readonly name: string
  readonly values: readonly (readonly number[])[]
}

/** Lines without a heading; the first sums up. */
export type View = (scene: Scene) => readonly string[]
