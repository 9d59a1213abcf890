// The reference-free reward of SimPO (Meng et al., arXiv 2405.14734): how likely an answer is to the policy, per token.
import { numeric } from '../plan/parameters.ts'
import type { Reward } from './reward.ts'

export const averageLogprob: Reward = {
  doc: 'How likely the answer is to the policy itself, per token: β · log π / tokens. Asks no reference.',
  needs: [],
  entries: {
    beta: {
      doc: 'Scale of the reward. It never changes a ranking, only the unit of α.',
      type: { kind: 'number', above: 0 },
      default: 1,
    },
  },
  /** Meng et al. (2024), Eq. 4 (without the constant that cancels): β / |y| · log π(y|x), in β-scaled nats per token. */
  score: ({ policy, tokens }, parameters) => (numeric(parameters, 'beta') * policy) / tokens,
}
