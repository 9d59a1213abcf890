// Prints the formatter's tree. Brackets written on one line stay so while the line is at most a hundred columns wide;
// then the last bracket of the line that can is broken open.
import { endOf } from '../../grammar/tokens.ts'
import { endsLine, isBraced } from './format-tree.ts'
import type { Element, Group, Part } from './format-tree.ts'

const widest = 100
const step = 2

/** The elements of a cell, one below the other. Blank lines are kept, one in a row. */
export function printCell(cell: Group): string {
  return cell.elements.map((element, index) => {
    const blank = element.blankBefore && index > 0 ? '\n' : ''
    return blank + printFitting(element)
  }).join('\n')
}

/** Prints again and again, each time with one more bracket broken open, until it fits or nothing can be broken. */
function printFitting(element: Element): string {
  const broken = new Set<Group>()
  for (;;) {
    const printer = new Printer(broken)
    printer.element(element, 0)
    const candidate = printer.tooWide()
    if (candidate === undefined) return printer.text()
    broken.add(candidate)
  }
}

interface Flat {
  readonly group: Group
  readonly line: number
  /** How many brackets around it stand on one line too. */
  readonly depth: number
}

class Printer {
  readonly #broken: ReadonlySet<Group>
  readonly #lines: string[] = ['']
  /** Widths without trailing comments: those may run on. */
  readonly #widths: number[] = []
  readonly #flat: Flat[] = []
  #flatDepth = 0
  #indent = 0

  constructor(broken: ReadonlySet<Group>) {
    this.#broken = broken
  }

  text(): string {
    return this.#lines.join('\n')
  }

  /** The bracket to break open first: on the first line too wide, the last of the outermost. */
  tooWide(): Group | undefined {
    for (let line = 0; line < this.#lines.length; line++) {
      const width = this.#widths[line] ?? [...this.#lines[line]!].length
      if (width <= widest) continue
      const found = this.#flat.filter((flat) => flat.line === line && flat.depth === 0 && flat.group.elements.length > 0).at(-1)
      if (found !== undefined) return found.group
    }
    return undefined
  }

  element({ parts, trailing }: Element, indent: number, after = ''): void {
    this.#indent = indent
    parts.forEach((part, index) => this.#part(part, parts[index - 1], parts[index - 2], indent))
    this.#write(after)
    this.#trail(trailing)
  }

  #part(part: Part, previous: Part | undefined, beforeThat: Part | undefined, indent: number): void {
    if (previous !== undefined) {
      const forced = previous.kind === 'comment' && endsLine(previous.text)
      const kept = this.#flatDepth === 0 && part.breaks > 0 && !(part.kind === 'group' && isBraced(part.group))
      if (forced || kept) this.#newline(indent + step)
      else if (spaced(previous, part, beforeThat)) this.#write(' ')
    }
    if (part.kind === 'token') this.#write(part.token.image)
    else if (part.kind === 'comment') this.#write(part.text)
    else if (part.group.broken || this.#broken.has(part.group)) this.#open(part.group)
    else this.#flatGroup(part.group)
  }

  #flatGroup(group: Group): void {
    const { opener, closer, elements } = group
    const padding = opener!.image === '{' && elements.length > 0 ? ' ' : ''
    this.#flat.push({ group, line: this.#lines.length - 1, depth: this.#flatDepth })
    this.#flatDepth += 1
    this.#write(opener!.image + padding)
    elements.forEach((element, index) => {
      if (index > 0) this.#write(', ')
      this.element(element, this.#indent)
    })
    this.#write(padding + closer!.image)
    this.#flatDepth -= 1
  }

  #open({ opener, closer, opening, elements }: Group): void {
    const indent = this.#indent
    const depth = this.#flatDepth
    this.#flatDepth = 0
    this.#write(opener!.image)
    this.#trail(opening)
    const comma = opener!.image === '{' ? '' : ','
    const lastValue = elements.findLastIndex(({ parts }) => parts.some(({ kind }) => kind !== 'comment'))
    elements.forEach((element, index) => {
      if (element.blankBefore && index > 0) this.#lines.push('')
      this.#newline(indent + step)
      const value = element.parts.some(({ kind }) => kind !== 'comment')
      this.element(element, indent + step, value && index < lastValue ? comma : '')
    })
    this.#newline(indent)
    this.#write(closer!.image)
    this.#flatDepth = depth
  }

  #trail(comments: readonly string[]): void {
    if (comments.length === 0) return
    this.#widths[this.#lines.length - 1] ??= [...this.#lines.at(-1)!].length
    for (const comment of comments) this.#write(`  ${comment}`)
  }

  #newline(indent: number): void {
    this.#indent = indent
    this.#lines.push(' '.repeat(indent))
  }

  #write(text: string): void {
    const [first, ...rest] = text.split('\n')
    this.#lines[this.#lines.length - 1] += first!
    this.#lines.push(...rest)
  }
}

const operators = ['Colon', 'Equals', 'Comparison', 'Plus', 'Minus', 'Factor']

function spaced(previous: Part, part: Part, beforeThat: Part | undefined): boolean {
  if (previous.kind === 'comment' || part.kind === 'comment') return true
  if (previous.kind === 'token') {
    const { name } = previous.token.tokenType
    if (name === 'Dot' || (name === 'Minus' && isUnary(beforeThat))) return false
  }
  if (part.kind === 'token') return part.token.tokenType.name !== 'Colon' && part.token.tokenType.name !== 'Dot'
  if (part.group.opener!.image === '{') return true
  // A bracket that touches a name belongs to it; one that does not stands for itself.
  const end = previous.kind === 'group' ? endOf(previous.group.closer!) : endOf(previous.token)
  const attached = previous.kind === 'group' || previous.token.tokenType.name === 'Word'
  return !(attached && end === part.group.opener!.startOffset)
}

function isUnary(before: Part | undefined): boolean {
  return before === undefined || (before.kind === 'token' && operators.includes(before.token.tokenType.name))
}
