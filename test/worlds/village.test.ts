import * as assert from 'uvu/assert'
import { trainBpe } from '../../src/model/bpe.ts'
import { tokenizerFromJson } from '../../src/model/tokenizer.ts'
import { villageOf } from '../../src/worlds/village/truth.ts'
import { parseRequest } from '../../src/worlds/village/request.ts'
import { parseSentence, splitSentences } from '../../src/worlds/village/sentence.ts'
import type { Settings } from '../../src/worlds/village/settings.ts'
import { village } from '../../src/worlds/village.ts'
import { describe } from '../describe.ts'
import { StageFailure } from '../../src/run/stage.ts'
import { correlation, mean } from './statistics.ts'
import { judgeOf, make, rowsNames, small } from './village-settings.ts'

const length = (text: string) => [...text].length

describe('village: parts', (it) => {
  it('makes as many rows as it says, with ids that are unique in the part', () => {
    for (const name of rowsNames) {
      const rows = make(name)
      assert.is(rows.length, village.parts[name].count({ ...small }), name)
      assert.is(new Set(rows.map((row) => row.id)).size, rows.length, name)
    }
    assert.equal(rowsNames.map((name) => make(name).length), [400, 800, 800, 800, 100, 100, 100])
  })

  it('has a type for every member, and every part is a member', () => {
    assert.equal(village.members?.({}), {
      text: 'corpus', demonstrations: 'demonstrations', preferences: 'pairs', train: 'prompts', validation: 'prompts',
      test: 'prompts', comparisons: 'pairs', judge: 'judge',
    })
  })

  it('every entry is read by some part', () => {
    const read = new Set(Object.values(village.parts).flatMap((part) => part.reads))
    assert.equal(Object.keys(village.entries).filter((name) => !read.has(name)), [])
  })

  const changes: Partial<Settings>[] = [
    { seed: 2 }, { animals: 12 }, { aspects: 5 }, { stories: 300 }, { demonstrations: 500 }, { demonstration_care: 0.9 }, { pairs: 500 },
    { care: 0.9 }, { length_bias: 0.9 }, { noise: 1 }, { prompts: 900 }, { split: { train: 0.6, validation: 0.2, test: 0.2 } },
  ]
  const usual = new Map(rowsNames.map((name) => [name, JSON.stringify(make(name))]))
  for (const change of changes) {
    const entry = Object.keys(change)[0]!
    it(`\`${entry}\` changes the parts that read it and leaves every other part byte for byte`, () => {
      for (const name of rowsNames) {
        const same = usual.get(name) === JSON.stringify(make(name, change))
        assert.is(same, !village.parts[name].reads.includes(entry), name)
      }
    })
  }

  it('a part does not need the entries it does not read, and says which one it misses', () => {
    const { seed, animals, aspects, stories } = small
    assert.equal(village.parts.text.make({ seed, animals, aspects, stories }), make('text'))
    assert.throws(() => village.parts.text.make({ seed, animals, aspects }), /bug: .*`stories`/)
  })

  it('asking for more rows leaves the first ones as they were', () => {
    assert.equal(make('text', { stories: 500 }).slice(0, 400), make('text'))
    assert.equal(make('demonstrations', { demonstrations: 900 }).slice(0, 800), make('demonstrations'))
    assert.equal(make('preferences', { pairs: 900 }).slice(0, 800), make('preferences'))
    assert.equal(make('test', { prompts: 1500 }).slice(0, 100), make('test'))
  })

  it('a fact stays the same when the village grows', () => {
    const little = villageOf({ seed: 3, animals: 4, aspects: 3 }), large = villageOf({ seed: 3, animals: 24, aspects: 8 })
    for (const animal of little.animals) for (const aspect of little.aspects) {
      assert.is(little.truth(animal, aspect), large.truth(animal, aspect))
    }
    const values = large.animals.map((animal) => large.truth(animal, large.aspects[0]!))
    assert.ok(new Set(values).size >= 5, 'facts vary')
  })
})

describe('village: requests', (it) => {
  it('every request reads back as a request of this village (seeds 1 to 3)', () => {
    for (const seed of [1, 2, 3]) {
      const here = villageOf({ ...small, seed })
      for (const name of ['demonstrations', 'preferences', 'train', 'validation', 'test'] as const) {
        for (const row of make(name, { seed })) assert.ok(parseRequest(row.text, here), row.text)
      }
    }
  })

  it('no topic of one part of the split is asked in another, in the sizes promised (seeds 1 to 3)', () => {
    for (const seed of [1, 2, 3]) {
      const here = villageOf({ ...small, seed })
      const topics = (name: 'train' | 'validation' | 'test' | 'demonstrations' | 'preferences' | 'comparisons') =>
        new Set(make(name, { seed, prompts: 5000, demonstrations: 3000, pairs: 2000 }).map(({ text }) => {
          const request = parseRequest(text, here)!
          return `${request.animal}: ${request.aspects.map((aspect) => aspect.name).sort().join(' ')}`
        }))
      const train = new Set([...topics('train'), ...topics('demonstrations'), ...topics('preferences')])
      const validation = topics('validation'), test = topics('test')
      for (const topic of [...test, ...validation]) assert.not.ok(train.has(topic), topic)
      for (const topic of test) assert.not.ok(validation.has(topic), topic)
      assert.equal(topics('comparisons'), test)
      // 20 animals × (6 + 15 + 20 + 15) sets of aspects = 1120 topics.
      assert.ok(train.size > 880 && train.size <= 896, String(train.size))
      assert.ok(test.size > 100 && test.size <= 112, String(test.size))
    }
  })

  it('no request is repeated within a part while there are enough', () => {
    for (const name of ['train', 'validation', 'test'] as const) {
      const texts = make(name, { prompts: 3000 }).map((row) => row.text)
      assert.is(new Set(texts).size, texts.length, name)
    }
  })

  it('the smallest village still has something to ask in every part', () => {
    const tiny = { animals: 2, aspects: 2, prompts: 200, pairs: 30, demonstrations: 30, stories: 30 }
    for (const name of rowsNames) assert.ok(make(name, tiny).length >= 20, name)
  })

  it('shares that do not make a whole, or round to nothing, are problems that stop every part', () => {
    const broken = { ...small, split: { train: 0.8, validation: 0.2, test: 0.1 } }
    assert.match(village.problems(broken)[0]?.message ?? '', 'add up to 110%, not 100% (train 80%, validation 20%, test 10%)')
    assert.instance(failure(() => village.parts.train.make(broken)), StageFailure)
    assert.ok(village.parts.train.count(broken) > 0, 'an estimate does not need sound entries')
    const few = { ...small, prompts: 3 }
    assert.equal(village.problems(few).map((problem) => problem.entry), ['prompts', 'prompts'])
    assert.equal(village.problems({ ...small, prompts: 1, split: { train: 1, validation: 0, test: 0 } }), [])
    assert.equal(village.problems({ ...small }), [])
    assert.is(make('test', { split: { train: 1, validation: 0, test: 0 } }).length, 0)
  })
})

describe('village: texts are small enough for a small model', (it) => {
  it('in tokens of a vocabulary of 512 learnt from its stories: request, answer and their ends fit a context of 96', () => {
    const stories = make('text', { stories: 1500 }).map((row) => row.text)
    const tokenizer = tokenizerFromJson(trainBpe(stories, 512))
    const tokens = (texts: readonly string[]) => texts.slice(0, 1000).map((text) => tokenizer.encode(text).length)
    const sizes = {
      request: tokens(make('train', { prompts: 1250 }).map((row) => row.text)),
      answer: tokens(make('demonstrations', { demonstrations: 1000 }).map((row) => row.response)),
      story: tokens(stories),
    }
    for (const [name, values] of Object.entries(sizes)) console.log(`  ${name}: mean ${mean(values).toFixed(1)}, most ${Math.max(...values)} tokens`)
    assert.ok(mean(sizes.request) <= 13 && Math.max(...sizes.request) <= 20)
    assert.ok(mean(sizes.answer) <= 25 && Math.max(...sizes.answer) <= 62)
    assert.ok(mean(sizes.story) <= 40 && Math.max(...sizes.story) <= 90)
  })

  it('from a small lexicon, all of which the stories use', () => {
    const lexicon = (texts: readonly string[]) => new Set(texts.flatMap((text) => text.match(/[A-Za-z]+|[^A-Za-z ]/g) ?? []))
    const stories = lexicon(make('text', { stories: 4000 }).map((row) => row.text))
    const others = lexicon([...make('train').map((row) => row.text), ...make('demonstrations').map((row) => row.response)])
    assert.ok(stories.size < 200, String(stories.size))
    // Writers guess values that are true of no animal of this village; hardly anything else may be missing.
    const unseen = [...others].filter((word) => !stories.has(word))
    assert.ok(unseen.length <= 12 && unseen.every((word) => /^[a-z]+$/.test(word)), unseen.join(' '))
  })

  it('stories hold no request, and every statement in them is true', () => {
    const here = villageOf(small)
    let stated = 0
    for (const { text } of make('text')) {
      let animal = ''
      for (const each of splitSentences(text).sentences) {
        assert.not.ok(parseRequest(each, here), each)
        const sentence = parseSentence(each, here.animals)
        if (sentence?.kind !== 'facts') continue
        animal = sentence.animal || animal
        for (const { aspect, value } of sentence.statements) assert.is(value, here.truth(animal, aspect), each)
        stated += sentence.statements.length
      }
    }
    assert.ok(stated > 1000)
  })
})

describe('village: writers and annotators', (it) => {
  const many = { pairs: 3000 }
  const scored = (changed: Partial<Settings>) => {
    const judge = judgeOf(changed)
    return make('preferences', { ...many, ...changed }).map(({ text, chosen, rejected }) => ({
      gold: judge(text, chosen.text, true).score - judge(text, rejected.text, true).score,
      length: length(chosen.text) - length(rejected.text),
    }))
  }
  const goldAccuracy = (changed: Partial<Settings>) => {
    const unequal = scored(changed).filter(({ gold }) => gold !== 0)
    return mean(unequal.map(({ gold }) => (gold > 0 ? 1 : 0)))
  }
  const longerChosen = (changed: Partial<Settings>) => {
    const unequal = scored(changed).filter((pair) => pair.length !== 0)
    return mean(unequal.map((pair) => (pair.length > 0 ? 1 : 0)))
  }

  it('no pair has the same answer twice; comparisons put the better first', () => {
    const judge = judgeOf()
    for (const { chosen, rejected } of make('preferences', many)) assert.is.not(chosen.text, rejected.text)
    for (const { text, chosen, rejected } of make('comparisons', { prompts: 5000 })) {
      assert.ok(judge(text, chosen.text, true).score > judge(text, rejected.text, true).score)
    }
  })

  it('careful writers are better than careless ones, in demonstrations and in pairs (seed 1)', () => {
    const judge = judgeOf()
    const demonstrations = (demonstration_care: number) =>
      mean(make('demonstrations', { demonstration_care, demonstrations: 2000 }).map((row) => judge(row.text, row.response, true).score))
    const pairs = (care: number) =>
      mean(make('preferences', { ...many, care }).flatMap(({ text, chosen, rejected }) => [chosen, rejected].map((answer) => judge(text, answer.text, true).score)))
    const means = [0, 0.5, 1].map((care) => [demonstrations(care), pairs(care)])
    console.log(`  mean gold at care 0, 50 and 100%: ${means.map((row) => row.map((value) => value.toFixed(2)).join('/')).join(', ')}`)
    for (const column of [0, 1]) {
      assert.ok(means[0]![column]! < 0.55 && means[2]![column]! > 0.8)
      assert.ok(Math.abs(means[1]![column]! - (means[0]![column]! + means[2]![column]!) / 2) < 0.04, 'half and half lies half way')
    }
  })

  it('length says next to nothing about quality, whatever the care (seed 1)', () => {
    for (const care of [0, 0.5, 1]) {
      const pairs = scored({ care, length_bias: 0, noise: 0 })
      // Chosen and rejected in turn, so that the label does not decide the sign.
      const sign = pairs.map((_, index) => (index % 2 === 0 ? 1 : -1))
      const r = correlation(pairs.map(({ gold }, index) => gold * sign[index]!), pairs.map((pair, index) => pair.length * sign[index]!))
      assert.ok(Math.abs(r) < 0.15, `care ${care}: ${r}`)
    }
  })

  it('`length_bias` is the share of labels that follow length (seed 1)', () => {
    for (const bias of [0, 0.3, 0.7, 1]) {
      const base = longerChosen({ length_bias: 0, noise: 0 })
      // A label follows length with probability b and the better answer otherwise.
      const expected = bias + (1 - bias) * base
      const found = longerChosen({ length_bias: bias, noise: 0 })
      assert.ok(Math.abs(found - expected) < 0.03, `${bias}: ${found} instead of ${expected}`)
    }
    assert.is(longerChosen({ length_bias: 1, noise: 5 }), 1)
    assert.ok(Math.abs(longerChosen({ length_bias: 0, noise: 0 }) - 0.5) < 0.07)
  })

  it('`noise` is the temperature of a Bradley–Terry choice (seed 1)', () => {
    assert.is(goldAccuracy({ length_bias: 0, noise: 0 }), 1)
    const differences = scored({ length_bias: 0, noise: 0 }).map(({ gold }) => Math.abs(gold)).filter((gold) => gold > 0)
    for (const noise of [0.05, 0.2, 1]) {
      const expected = mean(differences.map((difference) => 1 / (1 + Math.exp(-difference / noise))))
      const found = goldAccuracy({ length_bias: 0, noise })
      assert.ok(Math.abs(found - expected) < 0.03, `${noise}: ${found} instead of ${expected}`)
    }
    assert.ok(Math.abs(goldAccuracy({ length_bias: 0, noise: 1000 }) - 0.5) < 0.03)
  })
})

function failure(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}
