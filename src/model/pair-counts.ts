// Counts of neighbouring tokens while a byte-pair encoding is learnt, kept up to date from merge to merge.

/** A different word of the text, as token ids, and how often it occurs. */
export interface Word {
  parts: number[]
  readonly count: number
}

interface Candidate {
  readonly pair: number
  readonly count: number
}

/** A pair of token ids in one number, exact up to 2^26 tokens. */
const pairOf = (left: number, right: number): number => left * 2 ** 26 + right
export const leftOf = (pair: number): number => Math.floor(pair / 2 ** 26)
export const rightOf = (pair: number): number => pair % 2 ** 26

/** How often each pair of neighbouring tokens occurs; a merge visits only the words that contain its pair. */
export class PairCounts {
  private readonly tokens: readonly string[]
  private readonly counts = new Map<number, number>()
  private readonly words = new Map<number, Set<Word>>()
  /** The most frequent pair on top, by its count when pushed; a pair whose count fell since is pushed anew when it surfaces. */
  private readonly heap: Candidate[] = []
  /** The count of each pair's one valid candidate; others of the same pair are passed over. */
  private readonly pushed = new Map<number, number>()

  constructor(tokens: readonly string[]) {
    this.tokens = tokens
  }

  add(word: Word): void {
    const risen = new Set<number>()
    this.change(word, 1, risen)
    for (const pair of risen) this.push(pair)
  }

  /** The pair to merge next, or undefined when none occurs twice. */
  most(): number | undefined {
    for (;;) {
      const top = this.pop()
      if (top === undefined) return undefined
      if (this.pushed.get(top.pair) !== top.count) continue
      this.pushed.delete(top.pair)
      const count = this.counts.get(top.pair) ?? 0
      if (count === top.count) return count >= 2 ? top.pair : undefined
      if (count > 0) this.push(top.pair)
    }
  }

  /** Replaces every occurrence of the pair, from the left, by the token `merged`. */
  merge(pair: number, merged: number): void {
    const [left, right] = [leftOf(pair), rightOf(pair)]
    const risen = new Set<number>()
    for (const word of [...this.words.get(pair) ?? []]) {
      this.change(word, -1, risen)
      const parts: number[] = []
      for (let index = 0; index < word.parts.length; index++) {
        const joins = word.parts[index] === left && word.parts[index + 1] === right
        parts.push(joins ? merged : word.parts[index]!)
        if (joins) index += 1
      }
      word.parts = parts
      this.change(word, 1, risen)
    }
    for (const risenPair of risen) this.push(risenPair)
  }

  private change(word: Word, sign: 1 | -1, risen: Set<number>): void {
    const { parts, count } = word
    for (let index = 0; index + 1 < parts.length; index++) {
      const pair = pairOf(parts[index]!, parts[index + 1]!)
      const now = (this.counts.get(pair) ?? 0) + sign * count
      if (now === 0) this.counts.delete(pair)
      else this.counts.set(pair, now)
      const words = this.words.get(pair)
      if (sign < 0) words?.delete(word)
      else if (words === undefined) this.words.set(pair, new Set([word]))
      else words.add(word)
      if (sign > 0) risen.add(pair)
    }
  }

  /** Makes sure that the pair surfaces no later than its count deserves. */
  private push(pair: number): void {
    const count = this.counts.get(pair) ?? 0
    if (count <= (this.pushed.get(pair) ?? 0)) return
    this.pushed.set(pair, count)
    const { heap } = this
    const candidate = { pair, count }
    let place = heap.length
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!this.precedes(candidate, heap[above]!)) break
      heap[place] = heap[above]!
      place = above
    }
    heap[place] = candidate
  }

  private pop(): Candidate | undefined {
    const { heap } = this
    const top = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return top
    let place = 0
    for (;;) {
      let below = 2 * place + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && this.precedes(heap[below + 1]!, heap[below]!)) below += 1
      if (!this.precedes(heap[below]!, last)) break
      heap[place] = heap[below]!
      place = below
    }
    heap[place] = last
    return top
  }

  /** More frequent first; among equals, the pair whose bytes come later. */
  private precedes(one: Candidate, two: Candidate): boolean {
    if (one.count !== two.count) return one.count > two.count
    const left = this.tokens[leftOf(one.pair)]!, otherLeft = this.tokens[leftOf(two.pair)]!
    return left !== otherLeft ? left > otherLeft : this.tokens[rightOf(one.pair)]! > this.tokens[rightOf(two.pair)]!
  }
}
