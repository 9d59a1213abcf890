// Reading Chevrotain's concrete syntax tree: the children of a node by name, and their places.
import type { CstElement, CstNode, IToken } from 'chevrotain'
import type { Span } from '../source.ts'

const isNode = (element: CstElement): element is CstNode => 'children' in element

const none: readonly never[] = []

/** Under the name of a rule stand nodes only, under that of a token leaves only; rules begin small, tokens with a capital. */
export function nodes(parent: CstNode, rule: string): readonly CstNode[] {
  return (parent.children[rule] as readonly CstNode[] | undefined) ?? none
}

export function node(parent: CstNode, rule: string): CstNode | undefined {
  return nodes(parent, rule)[0]
}

export function leaves(parent: CstNode, name: string): readonly IToken[] {
  return (parent.children[name] as readonly IToken[] | undefined) ?? none
}

export function leaf(parent: CstNode, name: string): IToken | undefined {
  return leaves(parent, name)[0]
}

export function startOf(element: CstElement): number {
  return isNode(element) ? (element.location?.startOffset ?? 0) : element.startOffset
}

/** Children of several names in the order of the text. */
export function ordered(parent: CstNode, ...names: readonly string[]): readonly CstElement[] {
  return names.flatMap((name) => parent.children[name] ?? []).sort((one, other) => startOf(one) - startOf(other))
}

export function firstLeaf(element: CstElement): IToken {
  if (!isNode(element)) return element
  const first = Object.values(element.children).flat().sort((one, other) => startOf(one) - startOf(other))[0]
  if (first === undefined) throw new Error(`the rule ${element.name} matched nothing`)
  return firstLeaf(first)
}

export function spanOf(element: CstElement): Span {
  if (!isNode(element)) return { start: element.startOffset, end: element.startOffset + element.image.length }
  const start = element.location?.startOffset ?? 0
  return { start, end: (element.location?.endOffset ?? start - 1) + 1 }
}
