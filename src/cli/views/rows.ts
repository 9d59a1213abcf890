// Views of the files that hold rows: samples, pairs, demonstrations, prompts, documents, log-probabilities.
import type { Answer, Demonstration, Document, Pair, Prompt, Samples } from '../../data/record.ts'
import { answerLength } from '../../method/length.ts'
import { plural } from '../../plan/quantity.ts'
import type { ScoreRow } from '../../stages/score.ts'
import { figure, mean, spread, visible } from './text.ts'
import type { Rewards, Scene, View } from './view.ts'

export const samples: View = (scene) => {
  const rows = scene.value.rows<Samples>('samples.jsonl')
  const answers = rows.flatMap(({ responses }) => responses)
  const rewards = scene.rewards(scene.key)
  const ended = answers.filter(({ finish }) => finish === 'stop').length
  return [
    `${plural(rows.length, 'prompt')}, ${plural(answers.length, 'answer')}, ${ended} ended by themselves; ` +
      `characters ${spread(answers.map(lengthOf))}`,
    ...(rewards === undefined ? [] : [`reward \`${rewards.name}\` ${spread(rewards.values.flat())}`]),
    ...some(rows, scene, (row, index) => [
      heading(row, scene),
      ...row.responses.map((answer, response) => answerLine(facts(answer, rewards?.values[index]?.[response]), answer, scene)),
    ]),
  ]
}

/** `rows.jsonl` holds whatever its stage makes; a row shows which. */
export const rows: View = (scene) => {
  const found = scene.value.rows<Pair | Demonstration | Document>('rows.jsonl')
  const [first] = found
  if (first !== undefined && 'chosen' in first) return pairs(found as Pair[], scene)
  if (first !== undefined && 'response' in first) return demonstrations(found as Demonstration[], scene)
  const texts = found.map(({ text }) => codePoints(text))
  return [`${plural(found.length, 'text')}; characters ${spread(texts)}`, ...some(found, scene, (row) => [heading(row, scene)])]
}

export const scores: View = (scene) => {
  const found = scene.value.rows<ScoreRow>('scores.jsonl')
  const all = found.flatMap(({ logprobs }) => logprobs)
  return [
    `${plural(found.length, 'prompt')}, ${plural(all.length, 'log-probability').replace('ys', 'ies')}; nats ${spread(all)}`,
    ...some(found, scene, ({ id, logprobs }) => [visible(`${id}  ${logprobs.map(figure).join('  ')}`, scene.columns)]),
  ]
}

const sides = ['chosen', 'rejected'] as const
type Side = (typeof sides)[number]

function pairs(found: readonly Pair[], scene: Scene): string[] {
  const rewards = pairRewards(found, scene)
  const offline = found.filter(({ origin }) => origin === 'offline').length
  const [chosen, rejected] = sides.map((side) => mean(found.map((pair) => lengthOf(pair[side]))))
  return [
    `${plural(found.length, 'pair')}, ${offline} offline and ${found.length - offline} generated; ` +
      `mean characters: chosen ${figure(chosen!)}, rejected ${figure(rejected!)}`,
    ...some(found, scene, (pair) => [
      heading(pair, scene),
      ...sides.map((side) => {
        const known = [...facts(pair[side], rewards?.(pair, side)), ...reference(pair, side)]
        return answerLine([side.padEnd('rejected'.length), ...known], pair[side], scene)
      }),
    ]),
  ]
}

function demonstrations(found: readonly Demonstration[], scene: Scene): string[] {
  return [
    `${plural(found.length, 'demonstration')}; characters of answers ${spread(found.map((row) => codePoints(row.response)))}`,
    ...some(found, scene, (row) => {
      const answer = { text: row.response }
      return [heading(row, scene), answerLine(facts(answer, undefined), answer, scene)]
    }),
  ]
}

/** The rewards of pairs that this very stage made of samples that are stored. */
function pairRewards(found: readonly Pair[], scene: Scene): ((pair: Pair, side: Side) => number | undefined) | undefined {
  const drawn = scene.identity.inputs['samples']
  if (scene.identity.stage !== 'pair' || typeof drawn !== 'string' || found.length === 0) return undefined
  const rewards: Rewards | undefined = scene.rewards(drawn)
  const sampled = scene.other(drawn)?.rows<Samples>('samples.jsonl')
  if (rewards === undefined || sampled === undefined) return undefined
  const place = new Map(sampled.map(({ id }, index) => [id, index]))
  return (pair, side) => {
    const index = place.get(pair.id)
    if (index === undefined) return undefined
    return rewards.values[index]?.[sampled[index]!.responses.findIndex(({ text }) => text === pair[side].text)]
  }
}

function reference(pair: Pair, side: Side): string[] {
  return pair.reference === undefined ? [] : [`reference ${figure(pair.reference[side])} nats`]
}

function facts(answer: Answer, reward: number | undefined): string[] {
  return [
    ...(reward === undefined ? [] : [`reward ${figure(reward)}`]),
    `${lengthOf(answer)} characters`,
    ...(answer.logprob === undefined ? [] : [`${figure(answer.logprob)} nats`]),
    ...(answer.finish === 'length' ? ['cut off'] : []),
  ]
}

function answerLine(known: readonly string[], answer: Pick<Answer, 'text'>, { columns }: Scene): string {
  const before = `  ${known.join('  ')}  `
  return `${before}${visible(answer.text, Math.max(20, columns - before.length))}`
}

const heading = (row: Prompt, { columns }: Scene): string => visible(`${row.id}  ${row.text}`, columns)

/** The first rows, and how many more there are. */
function some<Row>(found: readonly Row[], scene: Scene, lines: (row: Row, index: number) => readonly string[]): string[] {
  const left = found.length - scene.rows
  const rest = left > 0 ? [`and ${left} more (--rows ${found.length} shows all)`] : []
  return [...found.slice(0, scene.rows).flatMap(lines), ...rest]
}

const lengthOf = (answer: Answer): number => answerLength(answer, 'characters')
const codePoints = (text: string): number => answerLength({ text }, 'characters')
