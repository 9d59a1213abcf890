// Tokens and comments of one cell as a tree of brackets and their elements: what the formatter prints.
import type { IToken } from 'chevrotain'
import { endOf } from '../../grammar/tokens.ts'

/** `breaks`: how many line breaks stand before it. */
export type Part =
  | { readonly kind: 'token'; readonly token: IToken; readonly breaks: number }
  | { readonly kind: 'comment'; readonly text: string; readonly breaks: number }
  | { readonly kind: 'group'; readonly group: Group; readonly breaks: number }

/** An item of a block, a value of a list, an argument; or comments on lines of their own. */
export interface Element {
  readonly parts: Part[]
  /** After all its parts, on the same line. */
  readonly trailing: string[]
  readonly blankBefore: boolean
}

export interface Group {
  readonly opener: IToken | undefined
  closer: IToken | undefined
  /** Comments right after the opener. */
  readonly opening: string[]
  readonly elements: Element[]
  /** Written over several lines, or holding a comment that ends a line. */
  broken: boolean
}

/** Whether anything after this comment must begin a new line. */
export function endsLine(comment: string): boolean {
  return !comment.startsWith('/*') || comment.includes('\n')
}

/** Nothing can follow a comment that runs to the end of its line. */
const takesMore = (comments: readonly string[] | undefined): boolean => comments?.at(-1)?.startsWith('/*') !== false

export const isBraced = (group: Group): boolean => group.opener === undefined || group.opener.image === '{'

/** The whole cell as a group without brackets. `tokens` are laid out, so that brackets match and separators stand. */
export function treeOf(text: string, tokens: readonly IToken[], comments: readonly IToken[]): Group {
  const builder = new Builder(text)
  const all = [...tokens, ...comments]
  all.sort((one, other) => one.startOffset - other.startOffset || one.image.length - other.image.length)
  all.forEach((token, index) => {
    const next = all.slice(index + 1).find(({ image }) => image !== '')
    if (comments.includes(token)) builder.comment(token, next)
    else builder.token(token)
  })
  return builder.finish()
}

class Builder {
  readonly #text: string
  readonly #stack: Group[] = [{ opener: undefined, closer: undefined, opening: [], elements: [], broken: true }]
  /** Whether the last element of the innermost group still takes parts. */
  #open = false
  #previousEnd = 0
  #started = false

  constructor(text: string) {
    this.#text = text
  }

  get #group(): Group {
    return this.#stack.at(-1)!
  }

  token(token: IToken): void {
    const name = token.tokenType.name
    if (name === 'Separator' || name === 'Comma') {
      this.#closeElement()
      if (name === 'Comma') this.#pass(token)
      return
    }
    const breaks = this.#breaksBefore(token.startOffset)
    if (name.startsWith('Right')) {
      this.#closeGroup(token, breaks > 0)
    } else if (name.startsWith('Left')) {
      const group: Group = { opener: token, closer: undefined, opening: [], elements: [], broken: false }
      this.#part({ kind: 'group', group, breaks })
      this.#stack.push(group)
      this.#open = false
    } else {
      this.#part({ kind: 'token', token, breaks })
    }
    this.#pass(token)
  }

  /** `next` is the token or comment after it. */
  comment(token: IToken, next: IToken | undefined): void {
    const text = token.image.trimEnd()
    const breaks = this.#breaksBefore(token.startOffset)
    const group = this.#group
    const last = group.elements.at(-1)
    const endsHere = endsLine(text) || next === undefined || this.#text.slice(endOf(token), next.startOffset).includes('\n')
    if (endsLine(text)) group.broken = true
    if (this.#open) {
      this.#part({ kind: 'comment', text, breaks })
    } else if (endsHere && breaks === 0 && this.#started && takesMore(last?.trailing) && (last ?? group.opener) !== undefined) {
      (last === undefined ? group.opening : last.trailing).push(text)
      group.broken = true
    } else {
      this.#part({ kind: 'comment', text, breaks })
      if (endsHere) this.#open = false
    }
    this.#pass(token)
  }

  finish(): Group {
    this.#closeElement()
    return this.#stack[0]!
  }

  #pass(token: IToken): void {
    this.#previousEnd = endOf(token)
    this.#started = true
  }

  /** Line breaks between what came last and an offset. */
  #breaksBefore(offset: number): number {
    return this.#text.slice(this.#previousEnd, offset).split('\n').length - 1
  }

  #part(part: Part): void {
    const group = this.#group
    const { breaks } = part
    if (this.#open) {
      if (breaks > 0 && isBraced(group) && !(part.kind === 'group' && isBraced(part.group))) group.broken = true
      group.elements.at(-1)!.parts.push(part)
      return
    }
    if (breaks > 0) group.broken = true
    const first = group.elements.length === 0
    const blankBefore = breaks > 1 && (!first || group.opener === undefined)
    group.elements.push({ parts: [part], trailing: [], blankBefore })
    this.#open = true
  }

  /** Comments at the end of an element trail it; those on lines of their own become elements. */
  #closeElement(): void {
    const elements = this.#group.elements
    const last = elements.at(-1)
    if (!this.#open || last === undefined) return
    this.#open = false
    const { parts } = last
    let count = parts.length
    while (count > 1 && parts[count - 1]!.kind === 'comment') count -= 1
    const comments = parts.splice(count) as Extract<Part, { kind: 'comment' }>[]
    const own = comments.findIndex(({ breaks }) => breaks > 0)
    const trailing = own < 0 ? comments : comments.slice(0, own)
    last.trailing.push(...trailing.map(({ text }) => text))
    for (const comment of own < 0 ? [] : comments.slice(own)) {
      if (comment.breaks > 0) elements.push({ parts: [comment], trailing: [], blankBefore: comment.breaks > 1 })
      else elements.at(-1)!.trailing.push(comment.text)
    }
    if (comments.length > 0) this.#group.broken ||= own >= 0 || comments.some(({ text }) => endsLine(text))
  }

  #closeGroup(closer: IToken, newline: boolean): void {
    this.#closeElement()
    const group = this.#stack.pop()!
    group.closer = closer
    if (newline && (group.elements.length > 0 || group.opening.length > 0)) group.broken = true
    const parent = this.#group
    if (group.broken && isBraced(parent)) parent.broken = true
    this.#open = true
  }
}
