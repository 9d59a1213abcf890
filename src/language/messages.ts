// Every message of the language, one function each, with a code that never changes its meaning.
// grammar/README.md explains each code; test/golden/diagnostics shows each as a user sees it.
import type { Diagnostic, Edit } from '../diagnostic.ts'
import type { Source, Span } from '../source.ts'

/** Where a message points. */
export interface Place {
  readonly source: Source
  readonly span: Span
}

type Fix = NonNullable<Diagnostic['fix']>

function error(code: string, at: Place, message: string, hint?: string, fix?: Fix): Diagnostic {
  return {
    code, severity: 'error', message, source: at.source, span: at.span,
    ...(hint === undefined ? {} : { hint }), ...(fix === undefined ? {} : { fix }),
  }
}

const replace = (title: string, span: Span, text: string): Fix => ({ title, edits: [{ span, text }] satisfies Edit[] })
/** Some words in backquotes; of many, as many as a reader takes in. */
function quoted(words: readonly string[]): string {
  const most = 12
  const shown = words.slice(0, words.length > most + 1 ? most : words.length).map((word) => `\`${word}\``).join(', ')
  return words.length > most + 1 ? `${shown} and ${words.length - most} more` : shown
}
const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`

/** "did you mean", or what there is to choose from. */
export interface Guess {
  readonly near: readonly string[]
  readonly known: readonly string[]
}

function guess({ near, known }: Guess, nothing: string): string {
  if (near.length > 0) return `did you mean ${near.slice(0, 3).map((word) => `\`${word}\``).join(' or ')}?`
  return known.length === 0 ? nothing : `known here: ${quoted(known)}`
}

function guessFix(at: Place, { near }: Guess): Fix | undefined {
  return near.length === 1 ? replace(`Write \`${near[0]}\``, at.span, near[0]!) : undefined
}

// D1xx: syntax and front matter

export const unexpectedCharacters = (at: Place, text: string): Diagnostic =>
  error('D101', at, `\`${text}\` means nothing here`, 'remove it; text is written in double quotes, comments begin with `#`')

export const unclosedText = (at: Place): Diagnostic =>
  error('D102', at, 'this text is never closed', 'end it with `"` on the same line; a line break inside is written `\\n`')

export const foreignQuotes = (at: Place, inner: string): Diagnostic =>
  error('D103', at, 'text is written in straight double quotes', `write \`"${inner}"\``,
    replace('Use double quotes', at.span, `"${inner}"`))

export const badNumber = (at: Place, text: string): Diagnostic =>
  error('D104', at, `\`${text}\` is neither a number nor a name`,
    'numbers look like 12, 0.5, 3e-5, 80% or 10_000; names begin with a letter')

export const badEscape = (at: Place, text: string): Diagnostic =>
  error('D105', at, `\`${text}\` is not an escape`, 'text knows \\" \\\\ \\n \\t and \\u{…}; a backslash itself is written \\\\')

export const unclosedComment = (at: Place): Diagnostic =>
  error('D106', at, 'this comment is never closed', 'end it with `*/` before the next cell, or begin each of its lines with `#`')

export const unclosedBracket = (at: Place, bracket: string, closer: string): Diagnostic =>
  error('D107', at, `this \`${bracket}\` is never closed`, `add the missing \`${closer}\``)

export const unopenedBracket = (at: Place, bracket: string, opener: string, line: number | undefined): Diagnostic =>
  error('D108', at, `this \`${bracket}\` closes nothing`,
    `remove it, or add the missing \`${opener}\`${line === undefined ? '' : ` at the end of line ${line}`}`)

export const unexpected = (at: Place, text: string, expected: string, hint?: string): Diagnostic =>
  error('D109', at, `\`${text}\` does not fit here`, hint ?? `expected ${expected}`)

export const missingValue = (at: Place, after: string): Diagnostic =>
  error('D110', at, `a value is missing after \`${after}\``)

export const loneValue = (at: Place): Diagnostic =>
  error('D111', at, 'this alone says nothing', 'an entry is written `name: value`, a statement begins with its kind')

export const notAName = (at: Place, mark: string): Diagnostic =>
  error('D112', at, `only a name can stand before \`${mark}\``)

export const entryOutside = (at: Place, what: string): Diagnostic =>
  error('D113', at, `${what} stands outside any block`, 'move it between the `{ }` of the statement it belongs to')

export const tooDeep = (at: Place): Diagnostic =>
  error('D114', at, 'brackets are nested too deeply', 'nothing in the language needs more than a handful of levels')

export const equalsForColon = (at: Place, path: string): Diagnostic =>
  error('D115', at, `\`${path}\` is set with a colon`, `write \`${path}: …\``, replace('Write a colon', at.span, ':'))

export const wrongForm = (at: Place, what: string, where: string, hint: string): Diagnostic =>
  error('D116', at, `${what} cannot stand in ${where}`, hint)

export const unclosedFrontMatter = (at: Place): Diagnostic =>
  error('D120', at, 'the front matter is never closed', 'end it with a line `---`')

export const badYaml = (at: Place, message: string): Diagnostic =>
  error('D121', at, `the front matter is not YAML: ${message}`)

export const notAMapping = (at: Place): Diagnostic =>
  error('D122', at, 'the front matter must be entries, one a line', 'write `title: …` or `seeds: [1, 2, 3]`')

// D2xx: names and kinds

export const unknownKind = (at: Place, word: string, known: Guess): Diagnostic =>
  error('D201', at, `there is no kind \`${word}\``, guess(known, 'no kinds are known'), guessFix(at, known))

export const unknownEntry = (at: Place, entry: string, owner: string, known: Guess): Diagnostic =>
  error('D202', at, `${owner} has no entry \`${entry}\``, guess(known, 'it takes no entries'), guessFix(at, known))

export const unknownConnector = (at: Place, connector: string, owner: string, known: Guess): Diagnostic =>
  error('D203', at, `${owner} says nothing with \`${connector}\``, guess(known, 'it takes no such words'), guessFix(at, known))

export const unknownRow = (at: Place, row: string, place: string, known: Guess): Diagnostic =>
  error('D204', at, `${place} cannot be \`${row}\``, guess(known, 'nothing is known here'), guessFix(at, known))

export const unknownName = (at: Place, name: string, known: Guess): Diagnostic =>
  error('D205', at, `nothing is named \`${name}\``, guess(known, 'nothing that fits here is declared'), guessFix(at, known))

export const unknownMember = (at: Place, name: string, member: string, known: Guess): Diagnostic =>
  error('D206', at, `\`${name}\` has no part \`${member}\``, guess(known, `\`${name}\` has no parts`), guessFix(at, known))

export const duplicateName = (at: Place, name: string, line: number): Diagnostic =>
  error('D207', at, `\`${name}\` is declared twice`, `the first stands on line ${line}; give one of them another name`)

export const duplicateEntry = (at: Place, entry: string, line: number): Diagnostic =>
  error('D208', at, `\`${entry}\` is given twice`, `the first stands on line ${line}; keep one of them`)

export const cycle = (at: Place, path: readonly string[]): Diagnostic =>
  error('D209', at, `\`${path[0]}\` depends on itself`, path.join(' → '))

export const missingEntry = (at: Place, entry: string, owner: string, doc: string): Diagnostic =>
  error('D210', at, `${owner} needs \`${entry}\``, `\`${entry}\`: ${doc}`)

export const missingHead = (at: Place, owner: string, example: string, known: readonly string[]): Diagnostic =>
  error('D211', at, `${owner} needs a source`, `write \`${example}\`${known.length === 0 ? '' : `; known here: ${quoted(known)}`}`)

export const missingClause = (at: Place, connector: string, owner: string, doc: string): Diagnostic =>
  error('D212', at, `${owner} needs \`${connector} …\``, `\`${connector}\`: ${doc}`)

export const blockTwice = (at: Place, block: string, owner: string, line: number): Diagnostic =>
  error('D213', at, `${owner} takes one \`${block}\``, `the first stands on line ${line}`)

export const unknownBlock = (at: Place, block: string, owner: string, known: Guess, atTop: boolean): Diagnostic =>
  error('D214', at, `\`${block}\` cannot stand inside ${owner}`,
    atTop ? `\`${block}\` stands at the top of a file, outside any block` : guess(known, 'no statements stand inside it'),
    atTop ? undefined : guessFix(at, known))

export const missingBlock = (at: Place, block: string, owner: string, doc: string): Diagnostic =>
  error('D215', at, `${owner} needs a \`${block}\``, `\`${block}\`: ${doc}`)

export const missingName = (at: Place, kind: string, wanted: 'name' | 'title', example: string): Diagnostic =>
  error('D216', at, wanted === 'name' ? `this \`${kind}\` has no name` : `this \`${kind}\` has no title`, `write \`${example}\``)

export const noHead = (at: Place, kind: string, hint: string): Diagnostic =>
  error('D217', at, `\`${kind}\` takes no source`, hint)

export const noName = (at: Place, kind: string): Diagnostic =>
  error('D218', at, `a \`${kind}\` has no name of its own`, `write what it is right after \`${kind}\`, without \`=\``)

export const entryAsStatement = (at: Place, entry: string, value: string): Diagnostic =>
  error('D219', at, `\`${entry}\` is an entry`, `write \`${entry}: ${value}\``)

export const blockAsEntry = (at: Place, block: string): Diagnostic =>
  error('D220', at, `\`${block}\` is a statement`, `write \`${block} …\` or \`${block} { … }\`, without a colon`)

export const dottedEntry = (at: Place, path: string, hint: string): Diagnostic =>
  error('D221', at, `\`${path}\` reaches into another block`, hint)

export const tooManyArguments = (at: Place, row: string, most: number): Diagnostic =>
  error('D222', at, `\`${row}\` takes ${most === 0 ? 'no arguments' : `at most ${counted(most, 'argument')}`} without a name`,
    'write what follows as `name: value`')

export const claimNotAllowed = (at: Place, owner: string): Diagnostic =>
  error('D223', at, `a comparison cannot stand in ${owner}`)

export const unknownSetting = (at: Place, setting: string, known: Guess): Diagnostic =>
  error('D224', at, `the front matter has no entry \`${setting}\``, guess(known, 'it takes no entries'), guessFix(at, known))

export const clauseAsEntry = (at: Place, connector: string): Diagnostic =>
  error('D225', at, `\`${connector}\` stands before the block`, `write \`${connector} …\` in front of the \`{\``)

// D3xx: values

export const wrongType = (at: Place, wanted: string, found: string, hint?: string, fix?: Fix): Diagnostic =>
  error('D301', at, `expected ${wanted}, found ${found}`, hint, fix)

export const outOfRange = (at: Place, value: string, range: string): Diagnostic =>
  error('D302', at, `${value} is out of range`, `it must be ${range}`)

export const percentage = (at: Place, wanted: string): Diagnostic =>
  error('D303', at, `a percentage cannot stand for ${wanted}`, 'write the number itself, without `%`')

export const notWhole = (at: Place, value: string): Diagnostic =>
  error('D304', at, `${value} is not a whole number`)

export const unknownChoice = (at: Place, choice: string, known: Guess): Diagnostic =>
  error('D305', at, `\`${choice}\` is not among the choices`, guess(known, 'there is nothing to choose'), guessFix(at, known))

export const listTooShort = (at: Place, count: number, least: number): Diagnostic =>
  error('D306', at, `this list holds ${counted(count, 'value')}`, `it needs at least ${least}`)

export const unknownSweepPath = (at: Place, path: string, target: string, known: Guess): Diagnostic =>
  error('D307', at, `\`${target}\` has nothing at \`${path}\` to sweep`, guess(known, 'it has no entries'), guessFix(at, known))

export const sweepNeedsList = (at: Place, path: string): Diagnostic =>
  error('D308', at, `a sweep lists the values of \`${path}\``, 'write `[…, …]`, even around one value')

export const wrongReference = (at: Place, name: string, found: string, wanted: string, parts: readonly string[]): Diagnostic =>
  error('D309', at, `\`${name}\` is ${found}; expected ${wanted}`,
    parts.length === 0 ? undefined : `${parts.map((part) => `\`${part}\``).join(' or ')} would fit`,
    parts.length === 1 ? replace(`Write \`${parts[0]}\``, at.span, parts[0]!) : undefined)

export const patternMismatch = (at: Place, expects: string): Diagnostic =>
  error('D310', at, `this text is not ${expects}`)

export const unknownAxis = (at: Place, axis: string, known: Guess): Diagnostic =>
  error('D311', at, `there is no axis \`${axis}\``, guess(known, 'nothing is swept'), guessFix(at, known))

export const badArithmetic = (at: Place, message: string): Diagnostic =>
  error('D312', at, message)

// D4xx: --set

export const badOverride = (at: Place, message: string): Diagnostic =>
  error('D401', at, message, 'write `--set path=value`, such as `--set replay.gamma=0.25`')

export const unknownOverride = (at: Place, path: string, known: Guess): Diagnostic =>
  error('D402', at, `nothing in the file is at \`${path}\``, guess(known, 'the file declares nothing that can be set'))

export const ambiguousOverride = (at: Place, path: string, candidates: readonly string[]): Diagnostic =>
  error('D403', at, `\`${path}\` could be any of ${candidates.length} places`, `say which: ${quoted(candidates)}`)

export const duplicateOverride = (at: Place, path: string): Diagnostic =>
  error('D404', at, `\`${path}\` is set twice`, 'keep one of them')
