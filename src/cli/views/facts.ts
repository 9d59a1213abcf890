// Views of the JSON files that stages leave: training curves, the search for α, mixtures, evaluations, models.
import type { Evaluation, ReplayRecord, ShapingRecord, TrainingCurve } from '../../data/result.ts'
import { measures } from '../../metrics/index.ts'
import type { Measure } from '../../metrics/measure.ts'
import { weightShapes } from '../../model/config.ts'
import { readHuggingFaceConfig } from '../../model/huggingface-config.ts'
import { peftConfigFile } from '../../model/peft.ts'
import { tokenizerFromJson } from '../../model/tokenizer.ts'
import { canonical } from '../../plan/key.ts'
import type { Json } from '../../plan/node.ts'
import { countText, plural } from '../../plan/quantity.ts'
import { figure, sparkline, visible } from './text.ts'
import type { View } from './view.ts'

const curveWidth = 40

export const curve: View = ({ value }) => {
  const { unit, points } = value.json('curve.json') as unknown as TrainingCurve
  const lines = [['loss', unit], ['accuracy', 'of the pairs'], ['margin', 'implicit reward'], ['gradientNorm', 'norm']] as const
  return [
    plural(points.length, 'point') + (points.length === 0 ? '' : `, steps ${points[0]!.step}–${points.at(-1)!.step}`),
    ...lines.flatMap(([name, of]) => {
      const values = points.flatMap((point) => point[name] ?? [])
      if (values.length === 0) return []
      const title = (name === 'gradientNorm' ? 'gradient' : name).padEnd(9)
      return [`${title} ${figure(values[0]!)} → ${figure(values.at(-1)!)}  ${sparkline(values, curveWidth)}  ${of}`]
    }),
  ]
}

export const shaping: View = ({ value }) => {
  const record = value.json('shaping.json') as unknown as ShapingRecord
  const { alpha, best, unit, trace, counts, meanDifference, meanMargin } = record
  const lost = [`${counts.tooFew} with too few answers`, `${counts.identical} with best and worst alike`]
  return [
    `α ${figure(alpha)} per ${unit.slice(0, -1)}${best === undefined ? '' : `; auto finds ${figure(best)}`}`,
    `${plural(counts.pairs, 'pair')} of ${plural(counts.prompts, 'prompt')} and ${plural(counts.responses, 'answer')} ` +
      `(${counts.truncated} cut off); left out: ${lost.join(', ')}`,
    `chosen − rejected: length ${figure(meanDifference)} ${unit}, shaped reward ${figure(meanMargin)}`,
    ...(trace.length === 0 ? [] : [
      `|Δ length| for α from ${figure(trace[0]!.alpha)} to ${figure(trace.at(-1)!.alpha)}  ` +
        sparkline(trace.map(({ difference }) => difference), curveWidth),
    ]),
  ]
}

export const replay: View = ({ value }) => {
  const { gamma, share, generated, offline, available } = value.json('replay.json') as unknown as ReplayRecord
  return [
    `γ ${figure(gamma)}: ${offline} offline and ${generated} generated pairs, a share of ${figure(share)} offline`,
    `available: ${available.offline} offline, ${available.generated} generated`,
  ]
}

export const evaluation: View = ({ value, rows, columns }) => {
  const found = value.json('evaluation.json') as unknown as Evaluation
  const wins = (win: number): number => found.outcomes.filter((outcome) => outcome.win === win).length
  const table: readonly Measure[] = Object.values(measures)
  const numbers = table.map((measure) => {
    const number = measure.value(found)
    const said = number === undefined ? measure.missing(found) ?? 'not determined' : `${measure.format(number)} ${measure.unit}`
    return `${measure.label.padEnd(Math.max(...table.map(({ label }) => label.length)))}  ${said.trimEnd()}`
  })
  const side = (name: string, score: number, length: number, text: string): string =>
    visible(`  ${name}  score ${figure(score)}  ${length} characters  ${text}`, columns)
  const left = found.outcomes.length - rows
  return [
    `${plural(found.outcomes.length, 'prompt')}: ${wins(1)} won, ${wins(0.5)} tied, ${wins(0)} lost`,
    ...numbers,
    ...found.outcomes.slice(0, rows).flatMap((outcome) => [
      visible(`${outcome.prompt}  ${outcome.text}`, columns),
      side('answer  ', outcome.score, outcome.length, outcome.answer),
      side('baseline', outcome.baselineScore, outcome.baselineLength, outcome.baseline),
    ]),
    ...(left > 0 ? [`and ${left} more (--rows ${found.outcomes.length} shows all)`] : []),
  ]
}

export const model: View = ({ value, columns }) => {
  const config = readHuggingFaceConfig(value.json('config.json'))
  const sizes = [...weightShapes(config).values()].map((shape) => shape.reduce((product, length) => product * length, 1))
  const own = value.has('dice.json') ? (value.json('dice.json') as { readonly template?: Json }).template : undefined
  return [
    `${countText(sizes.reduce((sum, size) => sum + size, 0))} parameters: ` +
      `${plural(config.layers, 'layer')}, width ${config.width}, feed-forward ${config.hidden}, ` +
      `${plural(config.heads, 'head')} (${config.kvHeads} for keys and values)`,
    `vocabulary ${config.vocabulary}${config.tied ? ', tied' : ''}; context ${config.context} tokens`,
    ...(own === undefined ? [] : [visible(`template ${canonical(own)}`, columns)]),
  ]
}

export const adapter: View = ({ value }) => {
  const config = value.json(peftConfigFile) as { r: number; lora_alpha: number; target_modules: string[] }
  return [`rank ${config.r}, alpha ${figure(config.lora_alpha)}, on ${config.target_modules.join(', ')}`]
}

export const tokenizer: View = ({ value }) => [`vocabulary ${tokenizerFromJson(value.json('tokenizer.json')).vocabulary}`]

export const counts: View = ({ value }) => {
  const found = value.json('counts.json') as Readonly<Record<string, number>>
  return [Object.entries(found).map(([name, count]) => `${name} ${figure(count)}`).join(', ')]
}
