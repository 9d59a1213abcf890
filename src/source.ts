// A source text and places in it. Offsets are half-open ranges of UTF-16 code units;
// lines and columns are counted from 1 and computed only when a person is shown them.

export interface Source {
  /** As the user named it: shown in messages, never opened from here. */
  readonly path: string
  readonly text: string
}

export interface Span {
  readonly start: number
  readonly end: number
}

export interface Position {
  readonly line: number
  readonly column: number
}

/** The line and column (both from 1, columns in UTF-16 units) of an offset, clamped to the text. */
export function position(source: Source, offset: number): Position {
  const before = source.text.slice(0, Math.max(0, Math.min(offset, source.text.length)))
  const lines = before.split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
