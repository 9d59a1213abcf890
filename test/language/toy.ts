// A small vocabulary with every kind of field, head, block and row: what the language's own tests check against.
// Modelled on the real one, so that examples read as real files do, but free to stay as it is.
import type { Field, FieldType, Row } from '../../src/vocabulary/field.ts'
import type { Kind, Vocabulary } from '../../src/vocabulary/kind.ts'
import type { Type } from '../../src/vocabulary/type.ts'

type Extra = Partial<Omit<Field, 'doc' | 'type'>>
const field = (doc: string, type: FieldType, extra: Extra = {}): Field => ({ doc, type, ...extra })
const model: FieldType = { kind: 'reference', to: ['model'] }
const pairs: FieldType = { kind: 'reference', to: ['pairs'] }

const training = {
  beta: field('How far the policy may leave its reference.', { kind: 'number', above: 0 }, { default: 0.1 }),
  steps: field('Updates.', { kind: 'integer', min: 1 }, { default: 100 }),
  epochs: field('Passes over the data.', { kind: 'integer', min: 1 }, { optional: true }),
  batch: field('Pairs in an update.', { kind: 'integer', min: 1 }, { default: 32 }),
  rate: field('Learning rate.', { kind: 'number', above: 0 }, { default: 1e-3 }),
}
const policy = { policy: field('The model to start from.', model) }

const parts = (): Readonly<Record<string, Type>> => ({
  text: 'corpus', demonstrations: 'demonstrations', preferences: 'pairs', validation: 'prompts', test: 'prompts', judge: 'judge',
})

const world: Row = {
  doc: 'A made world.',
  parameters: { name: field('Its name.', { kind: 'text', pattern: /^[a-z]+$/, expects: 'a name in small letters' }) },
  entries: {
    prompts: field('How many requests.', { kind: 'integer', min: 1, max: 1_000_000 }, { default: 1000 }),
    length_bias: field('How often the longer answer wins.', { kind: 'share', below: 1 }, { default: 0.5 }),
    split: field('Parts of the requests.', {
      kind: 'record',
      fields: {
        train: field('For training.', { kind: 'share' }),
        test: field('For measuring.', { kind: 'share' }),
        validation: field('For choosing.', { kind: 'share' }, { default: 0.1 }),
      },
    }, { optional: true }),
  },
  gives: 'data',
  members: parts,
}
const hill: Row = {
  doc: 'High.',
  entries: {
    height: field('In metres.', { kind: 'integer', min: 1 }, { default: 100 }),
    parts: field('Shares.', {
      kind: 'record',
      fields: {
        test: field('For measuring.', { kind: 'share' }, { default: 0.1 }),
        train: field('For training.', { kind: 'share' }, { default: 0.5 }),
      },
    }, { default: { record: { test: 0.2 } } }),
  },
  members: () => ({ pairs: 'pairs' }),
}
const sea: Row = { doc: 'Deep.', entries: { depth: field('In metres.', { kind: 'integer', min: 1 }) } }
const made: Row = {
  doc: 'One of several worlds.', gives: 'data',
  parameters: { name: field('Which.', { kind: 'choice', of: { hill: 'High.', sea: 'Deep.' } }) },
  variants: { hill, sea },
}
const file: Row = {
  doc: 'A file of pairs.',
  parameters: { path: field('Where it is.', { kind: 'file' }) },
  entries: { format: field('Its form.', { kind: 'choice', of: { chosen_rejected: 'Two answers.', ranked: 'Many answers.' } }) },
  gives: 'pairs',
}
const bpe: Row = {
  doc: 'Byte-pair encoding.',
  parameters: { text: field('What to learn it from.', { kind: 'reference', to: ['corpus'] }) },
  entries: { vocabulary: field('How many tokens.', { kind: 'integer', min: 2 }, { default: 512 }) },
}
const bytes: Row = { doc: 'One token a byte.' }
const llama: Row = {
  doc: 'A small decoder.',
  entries: {
    layers: field('Layers.', { kind: 'integer', min: 1 }, { default: 2 }),
    width: field('Width.', { kind: 'integer', min: 1 }, { default: 64 }),
    tied: field('Whether input and output share weights.', { kind: 'boolean' }, { default: true }),
    tokenizer: field('The tokenizer.', { kind: 'row', rows: { bpe, bytes } }, { default: { use: 'bytes' } }),
  },
}
const measures = { winrate: 'Wins.', lc_winrate: 'Wins at equal length.', length: 'Length.', kl: 'Divergence.' }

const sample: Kind = {
  doc: 'Answers to label.', named: 'none',
  entries: {
    responses: field('For each request.', { kind: 'integer', min: 2 }, { default: 8 }),
    temperature: field('Of sampling.', { kind: 'number', above: 0 }, { default: 1 }),
    top_p: field('Nucleus.', { kind: 'share', above: 0 }, { default: 1 }),
  },
}
const shape: Kind = {
  doc: 'What is taken off the reward.', named: 'none',
  head: {
    rows: {
      length: {
        doc: 'By length.',
        entries: { alpha: field('How much.', { kind: 'automatic', min: 0 }, { default: { auto: 1 } }) },
      },
      none: { doc: 'Nothing.' },
    },
    default: 'none',
  },
}
const replay: Kind = {
  doc: 'Offline pairs mixed in.', named: 'none', head: { field: field('The pairs.', pairs) },
  entries: { gamma: field('Their share.', { kind: 'share' }, { default: 0.5 }) },
}
const pair: Kind = {
  doc: 'Which answers make a pair.', named: 'none', head: { rows: { best_worst: { doc: 'The best and the worst.' } } },
}
const inner: Kind = {
  doc: 'The update.', named: 'none',
  head: { rows: { dpo: { doc: 'DPO.', entries: training }, ipo: { doc: 'IPO.', entries: training } } },
}
const log: Kind = { doc: 'A note.', named: 'none', head: { field: field('What to say.', { kind: 'text' }) } }

const iterate: Kind = {
  doc: 'The loop.', named: 'name', gives: 'loop',
  clauses: { from: field('The first policy.', model), against: field('The reference.', model, { optional: true }) },
  entries: { rounds: field('How many.', { kind: 'integer', min: 1 }, { default: 2 }) },
  blocks: {
    sample: { kind: sample, count: 'once' }, shape: { kind: shape, count: 'once' }, pair: { kind: pair, count: 'once' },
    replay: { kind: replay, count: 'optional' }, train: { kind: inner, count: 'once' }, log: { kind: log, count: 'many' },
  },
}

const evaluate: Kind = {
  doc: 'Measures of models.', named: 'name', gives: 'evaluation',
  clauses: {
    of: field('What to measure.', { kind: 'either', of: [model, { kind: 'reference', to: ['sweep'] },
      { kind: 'list', of: { kind: 'reference', to: ['model', 'sweep'] }, min: 1 }] }),
    against: field('Whom they meet.', model, { optional: true }),
  },
  entries: {
    prompts: field('Requests.', { kind: 'reference', to: ['prompts'] }),
    judge: field('Who decides.', { kind: 'reference', to: ['judge'] }, { optional: true }),
    measures: field('What to count.', { kind: 'list', of: { kind: 'choice', of: measures }, min: 1 }, { default: ['winrate'] }),
  },
  members: ({ measures: given }) => Object.fromEntries(given?.value.kind !== 'list' ? []
    : given.value.items.flatMap((item) => (item.kind === 'choice' ? [[item.value, 'measure' as const]] : []))),
}

const measure: FieldType = { kind: 'reference', to: ['measure'] }
const line: Row = {
  doc: 'A line chart.',
  parameters: { measure: field('What to draw.', { kind: 'either', of: [measure, { kind: 'list', of: measure, min: 1 }] }) },
  entries: {
    by: field('Along.', { kind: 'axis' }, { default: 'round' }),
    color: field('Apart.', { kind: 'axis' }, { optional: true }),
    interval: field('How sure.', { kind: 'share', above: 0, below: 1 }, { default: 0.95 }),
  },
}

const table: Kind = {
  doc: 'A table.', named: 'none', head: { field: field('Of what.', { kind: 'reference', to: ['evaluation'] }) },
}

export const toy: Vocabulary = {
  kinds: {
    data: { doc: 'Data.', named: 'name', head: { rows: { world, file, made } } },
    model: { doc: 'A model.', named: 'name', gives: 'model', head: { rows: { llama } } },
    train: {
      doc: 'Training.', named: 'name', gives: 'model',
      head: {
        rows: {
          pretrain: {
            doc: 'On text.', parameters: policy, entries: training,
            clauses: { on: field('The text.', { kind: 'reference', to: ['corpus'] }) },
          },
          dpo: { doc: 'On pairs.', parameters: policy, entries: training },
        },
      },
      clauses: { on: field('The data.', { kind: 'reference', to: ['corpus', 'pairs', 'demonstrations'] }) },
    },
    iterate,
    sweep: {
      doc: 'Variants.', named: 'name', gives: 'sweep', grid: true,
      head: { field: field('What to vary.', { kind: 'reference', to: ['loop'] }) },
    },
    evaluate,
    select: {
      doc: 'The best.', named: 'name', gives: 'model',
      clauses: {
        from: field('Among which.', { kind: 'reference', to: ['sweep', 'loop'] }),
        by: field('By which measure.', measure),
      },
    },
    expect: { doc: 'A claim.', named: 'title', entries: { confidence: field('How sure.', { kind: 'share' }, { default: 0.95 }) } },
    report: {
      doc: 'What to show.', named: 'none',
      blocks: {
        chart: { kind: { doc: 'A chart.', named: 'none', head: { rows: { line } } }, count: 'many' },
        table: { kind: table, count: 'many' },
      },
    },
  },
  settings: {
    title: field('What it asks.', { kind: 'text' }, { optional: true }),
    seeds: field('One run each.', { kind: 'list', of: { kind: 'integer', min: 0 }, min: 1 }, { default: [1] }),
    engine: field('What computes.', { kind: 'choice', of: { cpu: 'Slow.', wasm: 'Fast.' } }, { default: 'wasm' }),
  },
  aliases: { γ: 'gamma', α: 'alpha', β: 'beta' },
}
