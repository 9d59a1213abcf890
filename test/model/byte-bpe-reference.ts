// Byte-level BPE in the most literal way: split, spell each byte as a letter, merge the pair of lowest rank until none is left.

/** The letters by which byte-level tokenizers write bytes: printable Latin-1 stands for itself, the rest follow from U+0100. */
export const byteLetters: readonly string[] = (() => {
  const letters: string[] = []
  let next = 256
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
    letters.push(String.fromCharCode(printable ? byte : next++))
  }
  return letters
})()

export const gpt2Split = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

export function spell(text: string): string[] {
  return [...new TextEncoder().encode(text)].map((byte) => byteLetters[byte]!)
}

/** Tokens of a text; `rank` of a pair, or undefined when the two never merge. */
export function referenceTokens(text: string, split: RegExp, rank: (left: string, right: string) => number | undefined): string[] {
  return (text.match(split) ?? []).flatMap((word) => {
    const parts = spell(word)
    for (;;) {
      let best = Infinity, place = -1
      for (let index = 0; index + 1 < parts.length; index++) {
        const found = rank(parts[index]!, parts[index + 1]!) ?? Infinity
        if (found < best) { best = found; place = index }
      }
      if (place < 0) return parts
      parts.splice(place, 2, parts[place]! + parts[place + 1]!)
    }
  })
}
