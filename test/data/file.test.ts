import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { fileEntries, fileParts, fileProblems } from '../../src/data/file.ts'
import { formats } from '../../src/data/format.ts'
import type { Format } from '../../src/data/format.ts'
import { refusal, warningTexts } from '../../src/data/problem.ts'
import { readRows } from '../../src/data/read.ts'
import { describe } from '../describe.ts'
import { sharedData } from '../root.ts'

describe('data file: entries', (it) => {
  it('every format has parts, and every field entry belongs to a format', () => {
    const names = Object.keys(formats) as Format[]
    for (const format of names) assert.ok(Object.keys(fileParts(format)).length > 0)
    const used = new Set<string>(names.flatMap((format) => [...formats[format].fields]))
    assert.equal(Object.keys(fileEntries).filter((entry) => !used.has(entry)).sort(), ['format', 'prompts', 'separator'])
  })

  it('entries that a format does not read are mistakes', () => {
    const written = ['format', 'prompts', 'id', 'prompt', 'response', 'chosen', 'rejected', 'separator']
    const meaningless = (format: Format) => fileProblems(format, written).map(({ entry }) => entry)
    assert.equal(meaningless('chosen_rejected'), ['response', 'separator'])
    assert.equal(meaningless('demonstrations'), ['chosen', 'rejected', 'separator'])
    assert.equal(meaningless('prompts'), ['prompts', 'response', 'chosen', 'rejected', 'separator'])
    assert.equal(meaningless('text'), ['prompts', 'id', 'prompt', 'response', 'chosen', 'rejected'])
  })
})

/** Facts about the real files, counted from their JSON by other means. */
const real: readonly [file: string, format: Format, rows: number, leftOut: number][] = [
  ['preferences/instruction-data-with-preference.json', 'chosen_rejected', 1094, 6],
  ['preferences/dpo_en_demo.json', 'chosen_rejected', 300, 0],
  ['preferences/llmbar-natural.json', 'chosen_rejected', 100, 0],
  ['preferences/alpaca_en_demo.json', 'demonstrations', 999, 0],
  ['preferences/kto_en_demo.json', 'prompts', 300, 0],
  ['text/the-verdict.txt', 'text', 83, 0],
]

describe('data file: real data', (it) => {
  for (const [file, format, count, leftOut] of real) {
    const path = sharedData(file)
    if (path === undefined) {
      console.log(`  skipped: ${file} is not here`)
      continue
    }
    it(`${file} as ${format}: ${count} rows, ${leftOut} left out`, () => {
      const { rows, problems } = readRows(readFileSync(path, 'utf8'), format, file)
      assert.is(refusal(problems)?.message, undefined)
      assert.is(problems.length, leftOut)
      assert.is(rows.length, count)
      assert.is(new Set(rows.map(({ id }) => id)).size, count)
      assert.ok(rows.every(({ text }) => text.trim() !== ''))
    })
  }

  const kto = sharedData('preferences/kto_en_demo.json')
  if (kto !== undefined) {
    it('answers labelled bad are no demonstrations', () => {
      const text = readFileSync(kto, 'utf8')
      const labels = (JSON.parse(text) as { label: boolean }[]).map(({ label }) => label)
      const { rows, problems } = readRows(text, 'demonstrations', 'kto')
      assert.is(refusal(problems), undefined)
      assert.is(rows.length, labels.filter((label) => label).length)
      assert.is(warningTexts(problems).length, 1)
    })
  }
})
