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

/** Every form of the grammar at once; parsed and formatted, not checked. */
export const everything = `---
title: Every form
---

%% md
# Prose, with **marks** and a { that opens nothing

%% setup
data village = world("village") {           # aligned comments
  prompts: 3_000
  split: { train: 80%, validation: 10%, test: 10% }
}
model base = llama { layers: 4, tokenizer: bpe(village.text, vocabulary: 512) }
model kept = checkpoint("a.bin", tokenizer: "b.bin") { adapter: lora(rank: 16), dtype: bfloat16 }
train language = pretrain(base)       on village.text           { steps: 600, rate: 3e-3 }
train sft      = supervised(language) on village.demonstrations { epochs: 1 }

%% the loop
iterate dice from sft against sft {
  rounds: 2
  reward  implicit { beta: 0.1 }            // β
  shape   length { alpha: auto, unit: characters }
  replay  village.preferences { γ: 0.5 }
}
sweep knobs = dice with {
  replay.gamma: [0, 0.25, 1]
  shape.alpha:  [0, auto, 2 * auto]
}
evaluate quality of [sft, dice, knobs] against sft { prompts: village.test, measures: [winrate, kl] }
select best from knobs by quality.winrate on village.validation
expect "answers stop growing" {
  quality.length(dice[shape.alpha = auto]) < quality.length(dice[shape.alpha = 0])
  confidence: 95%
}
report {
  chart line(quality.winrate, by: round, color: replay.gamma, interval: 95%)
  table quality
  beside paper("table-4", "figure-6-zephyr") /* both */
}
`
