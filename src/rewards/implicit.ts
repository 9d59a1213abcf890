// The implicit reward of a DPO-tuned model (Rafailov et al. 2023, Eq. 5, without the β log Z(x) that cancels within a prompt).
import { numeric } from '../plan/parameters.ts'
import { needed } from './reward.ts'
import type { Reward } from './reward.ts'

export const implicit: Reward = {
  doc: 'What a DPO-tuned model prefers, read off its own probabilities: β · (log π − log π_ref).',
  needs: ['reference'],
  entries: {
    beta: {
      doc: "Scale of the reward. It never changes a ranking, only the unit of α: the paper's α is subtracted from the β-scaled reward.",
      type: { kind: 'number', above: 0 },
      default: 0.1,
    },
    reference: {
      doc: 'Which pair of models the reward compares in round t.',
      type: {
        kind: 'choice',
        of: {
          previous: "the current policy π(t−1) with the policy it was trained from: the paper's reference, one round behind",
          frozen: 'the first pair, π(0) with π_ref(0), in every round',
        },
      },
      default: 'previous',
    },
  },
  /** DICE Eq. 4: β · (log π(y|x) − log π_ref(y|x)), in β-scaled nats. */
  score: (input, parameters) => numeric(parameters, 'beta') * (input.policy - needed(input, 'reference')),
}
