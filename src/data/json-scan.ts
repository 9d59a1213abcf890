// Where things are in a JSON text: the start of every item of an array, or the exact place of the first mistake.
// Values themselves come from JSON.parse; engines word its errors differently and often without a place.

export interface JsonScan {
  /** Offsets of the items when the text is an array; otherwise empty. */
  readonly items: readonly number[]
  readonly mistake: JsonMistake | undefined
}

export interface JsonMistake {
  /** In UTF-16 units from the start of the text. */
  readonly offset: number
  /** What would have been right there: "`,` or `}`". */
  readonly expected: string
}

interface State {
  readonly text: string
  readonly items: number[]
  mistake: JsonMistake | undefined
}

const deepest = 200
const failed = -1
const literals = ['true', 'false', 'null'] as const

/** Scans one JSON value with nothing but white space around it. */
export function scanJson(text: string): JsonScan {
  const state: State = { text, items: [], mistake: undefined }
  const end = value(state, skip(text, 0), 0)
  if (end !== failed && skip(text, end) < text.length) fail(state, skip(text, end), 'nothing more')
  return { items: state.items, mistake: state.mistake }
}

/** What stands at an offset, for "… but found …". */
export function foundAt(text: string, offset: number): string {
  const code = text.codePointAt(offset)
  if (code === undefined) return 'the end'
  if (code === 10 || code === 13) return 'a line break'
  return code < 32 ? `the control character ${code}` : `\`${String.fromCodePoint(code)}\``
}

function fail(state: State, offset: number, expected: string): number {
  state.mistake ??= { offset, expected }
  return failed
}

function skip(text: string, from: number): number {
  let at = from
  while (at < text.length && ' \n\r\t'.includes(text[at]!)) at++
  return at
}

/** The offset after the value that starts here, or -1 once a mistake is noted. */
function value(state: State, at: number, depth: number): number {
  const { text } = state
  if (depth > deepest) return fail(state, at, `at most ${deepest} levels of nesting`)
  switch (text[at]) {
    case '{': return members(state, at + 1, depth)
    case '[': return elements(state, at + 1, depth)
    case '"': return string(state, at)
  }
  const literal = literals.find((word) => text.startsWith(word, at))
  if (literal !== undefined) return at + literal.length
  const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
  number.lastIndex = at
  return number.test(text) ? number.lastIndex : fail(state, at, 'a value')
}

function elements(state: State, from: number, depth: number): number {
  const { text } = state
  let at = skip(text, from)
  if (text[at] === ']') return at + 1
  for (;;) {
    if (depth === 0) state.items.push(at)
    at = value(state, at, depth + 1)
    if (at === failed) return failed
    at = skip(text, at)
    if (text[at] === ']') return at + 1
    if (text[at] !== ',') return fail(state, at, '`,` or `]`')
    at = skip(text, at + 1)
  }
}

function members(state: State, from: number, depth: number): number {
  const { text } = state
  let at = skip(text, from)
  if (text[at] === '}') return at + 1
  for (;;) {
    if (text[at] !== '"') return fail(state, at, 'a name in double quotes')
    at = string(state, at)
    if (at === failed) return failed
    at = skip(text, at)
    if (text[at] !== ':') return fail(state, at, '`:`')
    at = value(state, skip(text, at + 1), depth + 1)
    if (at === failed) return failed
    at = skip(text, at)
    if (text[at] === '}') return at + 1
    if (text[at] !== ',') return fail(state, at, '`,` or `}`')
    at = skip(text, at + 1)
  }
}

function string(state: State, quote: number): number {
  const { text } = state
  for (let at = quote + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) return at + 1
    if (code < 32) return fail(state, at, 'a closing `"` (inside a text a line break is written `\\n`)')
    if (code !== 92) continue
    const escape = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6))
    if (escape === null) return fail(state, at + 1, 'one of `" \\ / b f n r t`, or `u` and four hexadecimal digits, after `\\`')
    at += escape[0].length
  }
  return fail(state, text.length, 'a closing `"`')
}
