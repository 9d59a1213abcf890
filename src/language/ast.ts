// What a file says, before anyone asks whether it means anything: the tree that `parse` gives and `check` reads.
// Plain data. Every node carries its place in the original text; what could not be read is a `hole`.
import type { Source, Span } from '../source.ts'

export interface Ast {
  readonly source: Source
  readonly frontMatter: FrontMatter | undefined
  readonly cells: readonly AstCell[]
}

export interface FrontMatter {
  readonly span: Span
  /** The YAML between the two lines. */
  readonly content: Span
}

export type AstCell =
  | { readonly kind: 'prose'; readonly title: string; readonly text: string; readonly span: Span }
  | CodeCell

export interface CodeCell {
  readonly kind: 'code'
  readonly title: string
  /** What stands under the title line. */
  readonly content: Span
  readonly items: readonly Item[]
  readonly span: Span
}

export type Item = Statement | Entry | Claim

export interface Word {
  readonly text: string
  readonly span: Span
}

export interface Statement {
  readonly kind: 'statement'
  readonly word: Word
  readonly subject: Expression | undefined
  /** What stands after `=`; a hole when nothing does. */
  readonly head: Expression | undefined
  readonly clauses: readonly Clause[]
  readonly block: Block | undefined
  /** Part of it could not be read and was reported: what is missing then is not the user's mistake. */
  readonly damaged: boolean
  readonly span: Span
}

export interface Clause {
  readonly connector: Word
  readonly value: Expression
}

export interface Block {
  readonly items: readonly Item[]
  /** An item of it could not be read, so that it may lack what was meant to be there. */
  readonly damaged: boolean
  readonly span: Span
}

export interface Entry {
  readonly kind: 'entry'
  readonly path: readonly Word[]
  readonly value: Expression
  readonly span: Span
}

export interface Claim {
  readonly kind: 'claim'
  readonly left: Expression
  readonly comparison: '<' | '<=' | '>' | '>='
  readonly right: Expression
  readonly span: Span
}

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly percent: boolean; readonly span: Span }
  | { readonly kind: 'text'; readonly value: string; readonly span: Span }
  | Path
  | Call
  | Selection
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly span: Span }
  | { readonly kind: 'record'; readonly block: Block; readonly span: Span }
  | { readonly kind: 'negative'; readonly operand: Expression; readonly span: Span }
  | Chain
  | { readonly kind: 'hole'; readonly span: Span }

/** `village.text`, and single words such as `auto`: what a word means depends on where it stands. */
export interface Path {
  readonly kind: 'path'
  readonly words: readonly Word[]
  readonly span: Span
}

export interface Call {
  readonly kind: 'call'
  readonly path: Path
  readonly arguments: readonly CallArgument[]
  readonly span: Span
}

export interface CallArgument {
  /** Undefined when the argument is told by its position. */
  readonly name: Word | undefined
  readonly value: Expression
}

/** `dice[shape.alpha = auto]` */
export interface Selection {
  readonly kind: 'selection'
  readonly of: Path | Call
  readonly settings: readonly { readonly path: readonly Word[]; readonly value: Expression }[]
  readonly span: Span
}

/** Sums, or products, from left to right. */
export interface Chain {
  readonly kind: 'chain'
  readonly first: Expression
  readonly rest: readonly { readonly operator: '+' | '-' | '*' | '/'; readonly operand: Expression }[]
  readonly span: Span
}
