// A real trained model against the numbers published for it.
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { generate } from '../../src/model/generate.ts'
import { modelFromFiles, modelToFiles } from '../../src/model/huggingface.ts'
import { modelFromLlama2c, type NamedFile } from '../../src/model/llama2c.ts'
import { meanNegativeLogLikelihood } from '../../src/model/logprobs.ts'
import { forward } from '../../src/model/transformer.ts'
import { weightValues } from '../../src/model/values.ts'
import { stream } from '../../src/random.ts'
import { describe } from '../describe.ts'
import { sharedData } from '../root.ts'
import { names, withEngine } from './small.ts'

interface Golden {
  readonly ids: readonly number[]
  readonly bos_logits_0_5: readonly number[]
  readonly tinystories_val: { readonly mean_nll_per_token: number; readonly tokens: number }
}

const paths = ['stories260K/stories260K.v0-f32.bin', 'stories260K/tok512.bin', 'stories260K/stories260K.golden.json', 'text/tinystories_val.txt']
  .map(sharedData)

/** As the golden number counts them: the file's first fragment is no story, and a story has at most 512 tokens after the begin token. */
function stories(text: string, encode: (text: string) => number[]): number[][] {
  return text.split(/\n+(?=Once upon a time|One day)/).slice(1, 201).map((story) => [1, ...encode(story.trim()).slice(0, 512)])
}

describe('stories260K', (it) => {
  const [checkpoint, tokens, goldenFile, text] = paths
  if (checkpoint === undefined || tokens === undefined || goldenFile === undefined || text === undefined) {
    console.log('  stories260K is not here: its tests skip')
    it.skip('needs the shared data', () => {})
    return
  }
  const file = (path: string): NamedFile => ({ name: path, bytes: readFileSync(path) })
  const model = modelFromLlama2c(file(checkpoint), file(tokens), '{prompt}')
  const golden = JSON.parse(readFileSync(goldenFile, 'utf8')) as Golden

  for (const name of names) {
    it(`gives the published first logits on ${name}`, () => withEngine(name, async (engine) => {
      const kernel = await engine.compile('forward', (tf, inputs) => ({ logits: forward(tf, model.config, inputs, inputs['ids']!) }),
        { ids: { shape: [1, 1], dtype: 'int32' } }, weightValues(engine, model.weights))
      const { logits } = await kernel.run({ ids: engine.value(Int32Array.of(1), [1, 1]) })
      const numbers = await logits!.read()
      golden.bos_logits_0_5.forEach((expected, id) => assert.ok(Math.abs(numbers[id]! - expected) < 2e-5, `${numbers[id]} for ${expected}`))
    }))

    it(`writes the published story on ${name}`, () => withEngine(name, async (engine) => {
      const wanted = golden.ids.slice(1)
      const requests = [{ prompt: [1], count: 1, random: stream('unused') }]
      const results = await generate(engine, model, requests, { temperature: 0, topP: 1, maxTokens: wanted.length })
      assert.equal(results[0]![0]!.tokens, wanted)
    }))
  }

  const saved = modelToFiles(model)
  const loaded = modelFromFiles((name) => saved[name]!, (name) => Object.hasOwn(saved, name))
  for (const name of names) {
    it(`saved as a Hugging Face folder and loaded again, writes the same on ${name}`, () => withEngine(name, async (engine) => {
      assert.is(loaded.config.ropeLayout, 'halves')
      const requests = [{ prompt: [1], count: 1, random: stream('unused') }]
      const results = await generate(engine, loaded, requests, { temperature: 0, topP: 1, maxTokens: golden.ids.length - 1 })
      assert.equal(results[0]![0]!.tokens, golden.ids.slice(1))
    }))
  }

  it('has the published loss on 200 stories', () => withEngine(names[0]!, async (engine) => {
    const rows = stories(readFileSync(text, 'utf8'), (story) => model.tokenizer.encode(story))
    assert.is(rows.reduce((count, row) => count + row.length - 1, 0), golden.tinystories_val.tokens)
    const loss = await meanNegativeLogLikelihood(engine, model, rows)
    assert.ok(Math.abs(loss - golden.tinystories_val.mean_nll_per_token) < 1e-4, String(loss))
  }))
})
