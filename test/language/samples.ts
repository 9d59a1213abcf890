// Programs that check without a mistake against the toy vocabulary.

export const loop = `---
title: A loop
seeds: [1, 2]
---

%% md
# Does it help?

%% setup
data village = world("village") { prompts: 3000, split: { train: 80%, test: 20% } }
model base = llama { layers: 4, tokenizer: bpe(village.text, vocabulary: 512) }
train language = pretrain(base) on village.text { steps: 600, rate: 3e-3 }
iterate dice from language {  # the loop
  sample { responses: 16 }
  shape length { α: 2 * auto }
  pair best_worst
  replay village.preferences { γ: 50% }
  train dpo
}

%% questions
sweep knobs = dice with {
  replay.gamma: [0, 50%]
  shape.α: [auto, 0.5]
}
evaluate quality of [dice, knobs] against language { prompts: village.test, measures: [winrate, kl] }
select best from knobs by quality.winrate
report {
  chart line(quality.winrate, by: round, color: replay.gamma)
  table quality
}
`

/** One construct each. */
export const tiny = [
  'model base = llama { layers: 2, tied: true }\n', 'sweep s = dice with {\n  replay.γ: [0, 50%]\n}\n',
  '---\nseeds: [1, 2]\n---\n%% c\ndata v = world("v")\n',
  'report {\n  chart line(q.kl, by: round) # why\n  table q\n}\n', 'data v = world("v") { split: { train: 1/2, test: 50% } }\n',
  '%% md a\n\ntext\n\n%% b\nmodel on = llama /* so */\n', 'train a = dpo(b, beta: 2 * auto) on v.text\n',
  'expect "x" {\n  a(b[c = 1]) <= 3\n}\n',
]

/** Short, so that very many changed copies can be checked. */
export const short = [
  `data village = world("village")
model base = llama { layers: 2 }
train sft = dpo(base, beta: 0.2) on village.preferences
iterate dice from sft {
  replay village.preferences { gamma: 0.5 }
  pair best_worst
  train dpo
}
`,
  `---
seeds: [1, 2]
---
%% md note
text
%% code
data lake = world("lake") {  // why
  split: { train: 1/2, test: 50% }
}
`,
  `data v = world("v")
model on = llama /* so */ { tied: true }
train sft = dpo(on) on v.preferences
evaluate q of [on, sft] { prompts: v.test, measures: [kl] }
report { chart line(q.kl, by: model), table q }
`,
]
