// What the main thread and a worker say to each other: plain data that crosses by structured clone.
import type { Node } from '../plan/node.ts'
import type { Outcome } from './executor.ts'
import type { Damage } from './moving.ts'
import type { Progress } from './stage.ts'

export interface ToWorker {
  readonly kind: 'execute'
  readonly node: Node
  /** One int32, shared: becomes 1 when the stage is to stop. A busy thread hears no messages, but it can look here. */
  readonly stop: SharedArrayBuffer
}

export type FromWorker =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'damage'; readonly damage: Damage }
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
