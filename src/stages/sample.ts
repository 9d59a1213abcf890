// A model answers prompts: K answers each, with the log-probability of what was drawn.
import type { Answer, Prompt, Samples } from '../data/record.ts'
import { promptsOf } from '../data/prompts.ts'
import { generate } from '../model/generate.ts'
import type { LanguageModel } from '../model/model.ts'
import { permutation, stream } from '../random.ts'
import { rowsFile } from '../run/files.ts'
import { StageFailure } from '../run/stage.ts'
import type { Stage } from '../run/stage.ts'
import { modelOf } from './models.ts'
import { checkFits, promptIds } from './texts.ts'

interface SampleParams {
  readonly responses: number
  readonly temperature: number
  readonly top_p: number
  readonly max_tokens: number
  /** Prompts drawn, and the name of the draw. */
  readonly count?: number
  readonly draw?: string
}

export const sample: Stage<SampleParams> = {
  doc: 'Draws answers to prompts from a model.',
  version: 1,
  numeric: true,
  seeded: true,
  async run({ params: settings, input, has, random, engine, progress }) {
    const model = modelOf({ input, has })
    const prompts = drawn(input('prompts').rows<Prompt>('rows.jsonl'), settings)
    const requests = prompts.map((prompt) => {
      const ids = promptIds(model, prompt.text)
      checkFits(model, prompt.id, ids, [])
      return { prompt: ids, count: settings.responses, random: random.child(prompt.id) }
    })
    const options = { temperature: settings.temperature, topP: settings.top_p, maxTokens: settings.max_tokens }
    const generations = await generate(await engine(), model, requests, options, progress)
    const rows = prompts.map((prompt, index): Samples => ({
      id: prompt.id,
      text: prompt.text,
      responses: (generations[index] ?? []).map((generation) => toAnswer(model, generation)),
    }))
    return { 'samples.jsonl': rowsFile(rows) }
  },
}

function toAnswer(model: LanguageModel, generation: { tokens: readonly number[]; logprob: number; finish: 'stop' | 'length' }): Answer {
  const { tokens, logprob, finish } = generation
  return { text: model.tokenizer.decode(tokens), tokens, logprob, finish }
}

/** The prompts answered: all, or `count` of them by a draw that depends on its name alone, so that every model meets the same. */
function drawn(prompts: readonly Prompt[], { count, draw }: SampleParams): readonly Prompt[] {
  const unique = promptsOf(prompts)
  if (unique.length === 0) throw new StageFailure('there is no prompt to answer', 'check the data that `prompts` names')
  if (count === undefined || count >= unique.length) return unique
  return permutation(stream(`draw ${draw ?? ''}`), unique.length).slice(0, count).sort((a, b) => a - b).map((index) => unique[index]!)
}
