// A judge as the reward: a declared one, or a world's own, which knows the truth and shows how far any reward could get.
import { needed } from './reward.ts'
import type { Reward } from './reward.ts'

export const judge: Reward = {
  doc: "A judge's score: one declared by rules, or a world's own (`village.judge`), the oracle.",
  needs: ['judge'],
  parameters: { by: { doc: 'Who scores the answers.', type: { kind: 'reference', to: ['judge'] } } },
  /** In the judge's points. */
  score: (input) => needed(input, 'judged'),
}
