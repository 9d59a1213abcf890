// What the rules measure of a text. Each gives a number in [0, 1]; none looks at anything but the words.

/** Letters and digits, with inner apostrophes, in lower case: `Don't stop` has two words. */
export function wordsOf(text: string): string[] {
  return (text.match(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*/gu) ?? []).map((word) => word.toLowerCase().replaceAll('’', "'"))
}

/** 1 when the text ends with the punctuation of a sentence, closing quotes and brackets aside; otherwise 0. */
export function endsLikeSentence(text: string): number {
  return /[.!?…。！？]["'”’»)\]]*$/u.test(text.trimEnd()) ? 1 : 0
}

/** The share of runs of three words that occurred before in the text: 0 when all differ. */
export function repetition(words: readonly string[]): number {
  const runs = words.slice(2).map((word, index) => `${words[index]} ${words[index + 1]} ${word}`)
  return runs.length === 0 ? 0 : 1 - new Set(runs).size / runs.length
}

const varietyWindow = 50

/**
 * Different words as a share of all words, averaged over every window of 50 words (a shorter text is one window), so
 * that a long text is not poorer only for being long: the moving-average type–token ratio. 0 for no words.
 */
export function variety(words: readonly string[]): number {
  if (words.length === 0) return 0
  const size = Math.min(varietyWindow, words.length)
  const counts = new Map<string, number>()
  let sum = 0
  for (const [index, word] of words.entries()) {
    counts.set(word, (counts.get(word) ?? 0) + 1)
    const left = words[index - size]
    if (left !== undefined) {
      const count = counts.get(left)! - 1
      if (count === 0) counts.delete(left)
      else counts.set(left, count)
    }
    if (index >= size - 1) sum += counts.size / size
  }
  return sum / (words.length - size + 1)
}

/** 1 when somebody speaks: a word between a pair of double quotation marks, straight or curly; otherwise 0. */
export function dialogue(text: string): number {
  return /"[^"]*\p{L}[^"]*"|“[^”]*\p{L}[^”]*”/u.test(text) ? 1 : 0
}

/** 1 from `shortest` to `longest` words; below, in proportion; above, falling in a straight line to 0 at twice `longest`. */
export function lengthFit(words: number, shortest: number, longest: number): number {
  if (words < shortest) return words / shortest
  return words <= longest ? 1 : Math.max(0, 2 - words / longest)
}

/** The share of the phrases that occur, as whole words in any case; 0 for no phrases. */
export function shareFound(words: readonly string[], phrases: readonly string[]): number {
  const text = ` ${words.join(' ')} `
  const found = phrases.filter((phrase) => text.includes(` ${wordsOf(phrase).join(' ')} `))
  return phrases.length === 0 ? 0 : found.length / phrases.length
}

/** The share of the request's different words of four letters or more that the answer uses; 0 when it has none. */
export function relevance(request: readonly string[], answer: readonly string[]): number {
  const wanted = [...new Set(request.filter((word) => word.length >= 4))]
  const said = new Set(answer)
  return wanted.length === 0 ? 0 : wanted.filter((word) => said.has(word)).length / wanted.length
}
