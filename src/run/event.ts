// Everything that happens during a run, as data. Printers, the report and tests consume these; the runner prints nothing.
import type { Key } from '../plan/node.ts'
import type { Progress } from './stage.ts'

export type Event =
  | { readonly kind: 'started'; readonly key: Key; readonly at: number }
  | { readonly kind: 'cached'; readonly key: Key; readonly digest: string }
  | { readonly kind: 'progress'; readonly key: Key; readonly progress: Progress }
  | { readonly kind: 'warning'; readonly key: Key; readonly message: string }
  | { readonly kind: 'finished'; readonly key: Key; readonly digest: string; readonly seconds: number }
  /** `remedy` is empty for our own bugs, which carry the stack instead. */
  | { readonly kind: 'failed'; readonly key: Key; readonly message: string; readonly remedy: string; readonly stack: string }
  | { readonly kind: 'skipped'; readonly key: Key; readonly because: Key }
  | { readonly kind: 'interrupted'; readonly key: Key }
