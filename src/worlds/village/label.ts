// Which of two answers an annotator prefers: sometimes simply the longer one, otherwise the better one, more or less surely.
import type { Draw } from './draw.ts'
import type { Settings } from './settings.ts'

export interface Candidate {
  readonly text: string
  /** The gold judge's score. */
  readonly gold: number
}

/**
 * True when `a` is preferred. With probability `length_bias` the longer text (in code points) wins whatever it says;
 * otherwise, and when both are equally long, P(a ≻ b) = σ((gold(a) − gold(b)) / noise) (Bradley–Terry). Without noise
 * the better one always wins, and equals are decided by a coin.
 */
export function prefers(a: Candidate, b: Candidate, settings: Pick<Settings, 'length_bias' | 'noise'>, draw: Draw): boolean {
  const longer = [...a.text].length - [...b.text].length
  const looksOnlyAtLength = draw.chance(settings.length_bias)
  if (looksOnlyAtLength && longer !== 0) return longer > 0
  const difference = a.gold - b.gold
  if (settings.noise > 0) return draw.chance(1 / (1 + Math.exp(-difference / settings.noise)))
  return difference === 0 ? draw.chance(0.5) : difference > 0
}
