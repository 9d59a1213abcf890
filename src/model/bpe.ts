// Learns a byte-level byte-pair encoding (Sennrich et al., arXiv 1508.07909; bytes and splitting as in GPT-2) and writes it
// as a Hugging Face tokenizer.json.
import type { Json } from '../plan/node.ts'
import { leftOf, PairCounts, rightOf } from './pair-counts.ts'
import { beginWith } from './tokenizer.ts'

/** GPT-2's split into words, which keep the space before them; what Hugging Face's ByteLevel pre-tokenizer does. */
const wordPattern = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

/** Begin, end and padding: the first three ids of every tokenizer trained here. */
export const bpeSpecials = ['<s>', '</s>', '<pad>'] as const

/**
 * A tokenizer.json whose vocabulary is the specials, the 256 bytes, then merged pairs, at most `vocabulary` in all.
 * The most frequent pair is merged first; of equally frequent ones, the one whose bytes come last in lexicographic order (left token,
 * then right), so that the result depends on the texts alone. A pair must occur twice: a small text may give fewer tokens.
 * Nothing is learnt across words, texts or specials written out in them.
 */
export function trainBpe(texts: readonly string[], vocabulary: number, specials: readonly string[] = bpeSpecials): Json {
  const tokens = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte))
  const merges = learn(countWords(texts, specials), tokens, vocabulary - specials.length)
  const vocab: Record<string, number> = {}
  for (const token of specials) vocab[token] = Object.keys(vocab).length
  tokens.forEach((token, id) => { vocab[spell(token)] = specials.length + id })
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: specials.map((content, id) => ({
      id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: beginWith(specials[0]!, 0),
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null,
      fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab,
      merges: merges.map(([left, right]) => `${spell(left)} ${spell(right)}`),
    },
  }
}

/** Printable Latin-1 stands for its byte, U+0100 and on for the others in turn: GPT-2's way to write bytes as text without spaces. */
const letters: readonly string[] = (() => {
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode((byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad) ? byte : next++))
})()

const spell = (token: string): string => Array.from(token, (byte) => letters[byte.charCodeAt(0)]!).join('')

/** Each different word, as its bytes, and how often it occurs. */
function countWords(texts: readonly string[], specials: readonly string[]): Map<string, number> {
  const written = new Map<string, number>()
  const between = new RegExp(specials.map((token) => token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'u')
  for (const text of texts) {
    for (const section of text.split(between)) {
      for (const word of section.match(wordPattern) ?? []) written.set(word, (written.get(word) ?? 0) + 1)
    }
  }
  const encoder = new TextEncoder()
  const counts = new Map<string, number>()
  for (const [word, count] of written) {
    const bytes = Array.from(encoder.encode(word), (byte) => String.fromCharCode(byte)).join('')
    counts.set(bytes, (counts.get(bytes) ?? 0) + count)
  }
  return counts
}

/** Merges in the order learnt; appends what they make to `tokens` until there are `size`. */
function learn(counts: ReadonlyMap<string, number>, tokens: string[], size: number): [string, string][] {
  const ids = new Map(tokens.map((token, id) => [token, id]))
  const pairs = new PairCounts(tokens)
  for (const [bytes, count] of counts) pairs.add({ parts: Array.from(bytes, (byte) => byte.charCodeAt(0)), count })
  const merges: [string, string][] = []
  while (tokens.length < size) {
    const pair = pairs.most()
    if (pair === undefined) break
    const [left, right] = [tokens[leftOf(pair)]!, tokens[rightOf(pair)]!]
    merges.push([left, right])
    // Two ways to the same token give one token and two merges.
    const merged = ids.get(left + right) ?? tokens.push(left + right) - 1
    ids.set(left + right, merged)
    pairs.merge(pair, merged)
  }
  return merges
}
