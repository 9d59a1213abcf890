// How long an answer is, in the unit the length penalty is written in.
import type { Answer } from '../data/record.ts'

export type LengthUnit = 'characters' | 'tokens'

/**
 * Characters are Unicode code points (as Python's `len` counts them), tokens exclude the end of sequence.
 * Throws when tokens are asked of an answer that no model wrote.
 */
export function answerLength(answer: Answer, unit: LengthUnit): number {
  if (unit === 'characters') return codePoints(answer.text)
  if (answer.tokens === undefined) throw new Error('an answer without tokens has no length in tokens')
  return answer.tokens.length
}

function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
