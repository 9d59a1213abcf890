// The blocks inside an iteration: how answers are drawn, scored, shaped, paired, mixed and trained on.
import { losses } from '../losses/index.ts'
import { rewards } from '../rewards/index.ts'
import type { BlockRule, Kind } from '../vocabulary/kind.ts'
import { pairingFields, positive, reference as field, samplingFields } from './fields.ts'
import { preferenceEntries } from './train.ts'

export const sampling = samplingFields({ responses: 16, temperature: 0.9 })

export const pairing = pairingFields()

const sample: Kind = {
  doc: 'How the policy answers in each round.',
  named: 'none',
  entries: {
    prompts: { ...field('The requests to answer; the prompts of the replayed pairs when unwritten.', 'prompts', 'pairs'), optional: true },
    count: { ...positive('Prompts drawn each round, without replacement; all of them when unwritten.'), optional: true },
    ...sampling,
  },
}

const reward: Kind = { doc: 'What scores the answers.', named: 'none', head: { rows: rewards, default: 'implicit' } }

const shape: Kind = {
  doc: 'What is taken off a reward before answers are compared.',
  named: 'none',
  head: {
    default: 'length',
    rows: {
      length: {
        doc: 'A penalty for each unit of length (paper, Eq. 8).',
        entries: {
          alpha: {
            doc: 'Reward lost per unit of length; `auto` makes chosen and rejected answers equally long on average, anew in each round.',
            type: { kind: 'automatic', min: 0 },
            default: { auto: 1 },
          },
          unit: {
            doc: 'What length counts.',
            type: { kind: 'choice', of: { characters: 'Unicode code points, as the paper does', tokens: "the policy's own tokens" } },
            default: 'characters',
          },
        },
      },
    },
  },
}

const pair: Kind = {
  doc: 'How scored answers become preference pairs.',
  named: 'none',
  head: {
    default: 'best_worst',
    rows: {
      best_worst: {
        doc: 'The best answer is chosen and the worst rejected.',
        entries: pairing,
      },
    },
  },
}

const replay: Kind = {
  doc: 'Mixes offline pairs into the generated ones.',
  named: 'none',
  head: { field: field('The offline pairs.', 'pairs') },
  entries: {
    gamma: { doc: 'The share of offline pairs in what each round trains on (γ): 0 none, 1 nothing else.', type: { kind: 'share' } },
    size: { ...positive('Pairs in the mixture; as many as there are offline pairs when unwritten.'), optional: true },
  },
}

const train: Kind = {
  doc: 'The training that ends each round.',
  named: 'none',
  head: {
    default: 'dpo',
    rows: Object.fromEntries(Object.entries(losses).map(([name, loss]) => [name, {
      doc: loss.doc,
      entries: preferenceEntries(loss),
    }])),
  },
}

export const loopBlocks: Readonly<Record<string, BlockRule>> = {
  sample: { kind: sample, count: 'once' },
  reward: { kind: reward, count: 'once' },
  shape: { kind: shape, count: 'once' },
  pair: { kind: pair, count: 'once' },
  replay: { kind: replay, count: 'optional' },
  train: { kind: train, count: 'once' },
}
