// What we tell a user about their own text: a value, never an exception.
// The terminal, the report, an editor and the golden tests all read this one shape.
import type { Source, Span } from './source.ts'

export type Severity = 'error' | 'warning'

export interface Edit {
  readonly span: Span
  readonly text: string
}

export interface Diagnostic {
  /** Stable for ever: `D101`. Explained under the same code in grammar/README.md. */
  readonly code: string
  readonly severity: Severity
  /** One sentence: what is wrong. */
  readonly message: string
  readonly source: Source
  readonly span: Span
  /** What to do about it: "did you mean `gamma`?" */
  readonly hint?: string
  /** A change to the text that would mend it, where one is certain enough to offer. */
  readonly fix?: { readonly title: string; readonly edits: readonly Edit[] }
}

/** Checks hand their findings to a sink and go on, so that one run reports every mistake. */
export type Accept = (diagnostic: Diagnostic) => void
