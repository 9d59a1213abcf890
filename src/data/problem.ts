// What is wrong with a data file, as values with exact places, and the words for telling people about it.

export type ProblemKind =
  /** Not JSON. */
  | 'malformed'
  /** A row lacks something it needs. */
  | 'missing'
  /** A field holds another kind of value than it should. */
  | 'type'
  /** Fields of one row contradict each other. */
  | 'conflict'
  /** Two rows have the same id. */
  | 'duplicate'
  /** A sound row of which nothing can be learnt. */
  | 'useless'
  /** Nothing left to use. */
  | 'empty'

/** Where a row, or a mistake in it, is: numbers from 1. */
export interface Place {
  readonly line: number
  /** In UTF-16 units; only where the exact character is known. */
  readonly column?: number
  /** Which item of a JSON array; absent in JSONL, where the line says it. */
  readonly item?: number
}

export interface DataProblem {
  readonly kind: ProblemKind
  /** An `error` makes the file unusable; a `warning` leaves one row out. */
  readonly severity: 'error' | 'warning'
  readonly file: string
  /** Absent when the whole file is meant. */
  readonly place?: Place
  readonly message: string
  readonly remedy: string
}

/** `pairs.jsonl:12: …`, `pairs.jsonl:12:40: …`, `pairs.json:80 (item 7): …` */
export function problemText({ file, place, message }: DataProblem): string {
  if (place === undefined) return `${file}: ${message}`
  const column = place.column === undefined ? '' : `:${place.column}`
  const item = place.item === undefined ? '' : ` (item ${place.item})`
  return `${file}:${place.line}${column}${item}: ${message}`
}

/** One line for each thing that was left out, with how often and where first; empty when nothing was. */
export function warningTexts(problems: readonly DataProblem[]): string[] {
  const groups = new Map<string, DataProblem[]>()
  for (const problem of problems) {
    if (problem.severity === 'warning') groups.set(problem.message, [...(groups.get(problem.message) ?? []), problem])
  }
  return [...groups.values()].map((group) => {
    const more = group.length > 1 ? `, like ${group.length - 1} more` : ''
    return `${problemText(group[0]!)}: left out${more}`
  })
}

const mostShown = 3

/** Why the rows cannot be used, naming the first few errors; undefined when they can. */
export function refusal(problems: readonly DataProblem[]): { readonly message: string; readonly remedy: string } | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (first === undefined) return undefined
  const shown = errors.slice(0, mostShown).map(problemText)
  const more = errors.length > mostShown ? [`and ${errors.length - mostShown} more`] : []
  return { message: [...shown, ...more].join('\n'), remedy: first.remedy }
}
