// What runs one stage, wherever that is: the interface the runner drives, and how a stage can end.
import type { Key, Node } from '../plan/node.ts'
import type { Progress } from './stage.ts'

export interface Executor {
  /** How many stages it runs at a time. */
  readonly size: number
  /** Never rejects: a failure is an outcome. After `signal` aborts it ends soon, and as `interrupted` unless it had ended. */
  execute(node: Node, watch: Watch): Promise<Outcome>
}

export interface Watch {
  readonly onProgress: (progress: Progress) => void
  readonly onWarning?: (message: string) => void
  readonly signal: AbortSignal
}

/** Crosses threads, so it is plain data. */
export type Outcome =
  | { readonly kind: 'finished'; readonly digest: string; readonly seconds: number }
  | Failure
  | { readonly kind: 'interrupted' }

export interface Failure {
  readonly kind: 'failed'
  readonly message: string
  /** Empty for our own bugs, which carry the stack instead. */
  readonly remedy: string
  readonly stack: string
  /** The input that turned out to be damaged: computing it again may mend the failure. */
  readonly damaged?: Key
}
