// "Did you mean …?": the nearest of some words by edit distance.
import type { Guess } from './messages.ts'

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), letters' case aside. */
export function editDistance(one: string, other: string): number {
  const a = [...one.toLowerCase()], b = [...other.toLowerCase()]
  let before: number[] = [], above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(above[j]! + 1, row[j - 1]! + 1, substituted)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, before[j - 2]! + 1)
    }
    before = above
    above = row
  }
  return above[b.length]!
}

/** The nearest words, best first, when near enough to be a slip; and all there are, for when none is. */
export function suggest(word: string, known: Iterable<string>): Guess {
  const all = [...new Set(known)]
  const length = [...word].length
  const most = Math.max(1, Math.floor(Math.min(length, 24) / 3))
  const ranked = all
    .filter((candidate) => Math.abs(candidate.length - word.length) <= 2 * most)
    .map((candidate) => ({ candidate, distance: editDistance(word.slice(0, 80), candidate) }))
    .filter(({ candidate, distance }) => distance <= most && distance < Math.min(length, [...candidate].length))
    .sort((left, right) => left.distance - right.distance)
  const best = ranked[0]?.distance
  return { near: ranked.filter(({ distance }) => distance === best).map(({ candidate }) => candidate), known: all }
}
