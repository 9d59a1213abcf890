import * as assert from 'uvu/assert'
import { StageFailure } from '../../src/run/stage.ts'
import { stream } from '../../src/random.ts'
import { judgeAnswer, penalties } from '../../src/worlds/village/judge.ts'
import { allAnimals, allAspects, enumerate, enumerated } from '../../src/worlds/village/lexicon.ts'
import { parseRequest, writeRequest } from '../../src/worlds/village/request.ts'
import type { Request } from '../../src/worlds/village/request.ts'
import { parseSentence, splitSentences, writeSentence } from '../../src/worlds/village/sentence.ts'
import type { Opening, Sentence } from '../../src/worlds/village/sentence.ts'
import { villageOf } from '../../src/worlds/village/truth.ts'
import { apportion } from '../../src/worlds/village/split.ts'
import { careful, careless, perfectAnswer, writeAnswer } from '../../src/worlds/village/writer.ts'
import { draw } from '../../src/worlds/village/draw.ts'
import { describe } from '../describe.ts'
import { judgeOf, make, small } from './village-settings.ts'

const here = villageOf(small)
const aspect = (name: string) => here.aspects.find((candidate) => candidate.name === name)!
const truth = (animal: string, name: string) => `${aspect(name).verb} ${here.truth(animal, aspect(name))}`
const lie = (animal: string, name: string) => {
  const { verb, values } = aspect(name)
  return `${verb} ${values.find((value) => value !== here.truth(animal, aspect(name)))}`
}

const request: Request = { person: 'Ada', animal: 'goat', aspects: [aspect('food'), aspect('mood')] }
const food = truth('goat', 'food'), mood = truth('goat', 'mood')

describe('village: grammar', (it) => {
  it('a sentence reads back as it was written', () => {
    const statements = allAspects.slice(0, 5).map((each, index) => ({ aspect: each, value: each.values[index]! }))
    const facts = (opening: Opening, count: number): Sentence =>
      ({ kind: 'facts', opening, animal: opening === 'also' ? '' : 'fox', statements: statements.slice(0, count) })
    const sentences: Sentence[] = [
      { kind: 'greeting', person: 'Lou' }, { kind: 'filler', text: 'Thank you for asking.' },
      ...([1, 2, 3, 5].flatMap((count) => (['plain', 'also', 'wordy', 'besides'] as const).map((opening) => facts(opening, count)))),
    ]
    for (const sentence of sentences) assert.equal(parseSentence(writeSentence(sentence), allAnimals), sentence)
  })

  for (const text of [
    '', '.', 'The goat.', 'the goat eats plums.', 'The goat eats.', 'The goat eats plums', 'The goat eats plums and.', 'The unicorn eats plums.',
    'The goat eats red.', 'The goat eats plums feels calm.', 'The goat eats plums, feels calm.', 'The goat eats plums and feels calm and sells wool.',
    'The goat  eats plums.', 'Hello Nobody.', 'Hello Ada', 'It eats plums.', 'Besides, it eats plums.', 'The goat eats plums plums.',
  ]) it(`“${text}” is no sentence`, () => assert.is(parseSentence(text, allAnimals), undefined))

  it('lists read back, and only as they are written', () => {
    for (const items of [['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']]) assert.equal(enumerated(enumerate(items)), items)
    for (const text of ['a, b', 'a and b and c', 'a and b, c']) assert.is(enumerated(text), undefined)
  })

  it('splits a text into sentences and what is left', () => {
    assert.equal(splitSentences(' One. Two.\nThree'), { sentences: ['One.', 'Two.'], tail: 'Three' })
    assert.equal(splitSentences(''), { sentences: [], tail: '' })
    assert.equal(splitSentences('One..'), { sentences: ['One.', '.'], tail: '' })
  })

  it('a request reads back from each of its wordings', () => {
    for (const wording of [0, 1, 2]) assert.equal(parseRequest(writeRequest(request, wording), here), request)
    assert.is(writeRequest(request, 0), "Tell Ada the goat's food and mood.")
  })

  for (const text of [
    'Tell Ada a story.', "Tell Nobody the goat's food.", "Tell Ada the unicorn's food.", "Tell Ada the goat's weight.",
    "Tell Ada the goat's food and food.", "Tell Ada the goat's food, mood.", "Tell Ada the goat's fear.", "Tell Ada the goat's food",
  ]) it(`“${text}” is no request in a village of six aspects`, () => assert.is(parseRequest(text, here), undefined))
})

describe('village: gold judge', (it) => {
  const cases: readonly [name: string, answer: string, coverage: number, defects: Partial<Record<keyof typeof penalties, number>>][] = [
    ['perfect', `The goat ${food} and ${mood}.`, 1, {}],
    ['in any order and style', `As for the goat, it ${mood}. Besides, the goat ${food}.`, 1, {}],
    ['with a greeting', `Hello Ada. The goat ${food}. It also ${mood}.`, 1, {}],
    ['half of it', `The goat ${food}.`, 0.5, {}],
    ['one value wrong', `The goat ${food} and ${lie('goat', 'mood')}.`, 0.5, { wrong: 1 }],
    ['corrected', `The goat ${food} and ${lie('goat', 'mood')}. It also ${mood}.`, 1, { wrong: 1 }],
    ['greeting someone else', `Hello Bo. The goat ${food} and ${mood}.`, 1, { wrong: 1 }],
    ['greeting too late', `The goat ${food} and ${mood}. Hello Ada.`, 1, { filler: 1 }],
    ['not asked', `The goat ${food}, ${mood} and ${truth('goat', 'coat')}.`, 1, { off_topic: 1 }],
    ['another animal', `The goat ${food} and ${mood}. The fox ${truth('fox', 'food')}.`, 1, { off_topic: 1 }],
    ['`it` is the animal named last', `The goat ${food}. The fox ${truth('fox', 'food')}. It also ${mood}.`, 0.5, { off_topic: 2 }],
    ['said twice', `The goat ${food} and ${mood}. It also ${food}.`, 1, { repeated: 1 }],
    ['filler', `Thank you for asking. The goat ${food} and ${mood}.`, 1, { filler: 1 }],
    ['the same filler twice', `Thank you for asking. The goat ${food} and ${mood}. Thank you for asking.`, 1, { filler: 1, repeated: 1 }],
    ['not a sentence of the grammar', `The goat ${food} and ${mood}. The goat goat.`, 1, { unparsable: 1 }],
    ['`it` without an animal', `It also ${food}. The goat ${mood}.`, 0.5, { unparsable: 1 }],
    ['no full stop', `The goat ${food}. It also ${mood}`, 0.5, { unfinished: 1 }],
    ['nothing', '', 0, { unfinished: 1 }],
  ]
  for (const [name, answer, coverage, defects] of cases) {
    it(`${name}: coverage ${coverage}, ${JSON.stringify(defects)}`, () => {
      const { score, parts } = judgeAnswer(here, request, answer, true)
      const { coverage: found, ...counts } = parts
      assert.is(found, coverage)
      assert.equal(Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)), defects)
      let expected = coverage
      for (const [defect, count] of Object.entries(defects)) expected -= penalties[defect as keyof typeof penalties] * count
      assert.ok(Math.abs(score - expected) < 1e-6)
    })
  }

  it('an answer that was cut off at the limit is unfinished even after a full stop, once', () => {
    const judge = judgeOf()
    assert.is(judge("Tell Ada the goat's food.", `The goat ${food}.`, false).score, 0.75)
    assert.is(judge("Tell Ada the goat's food.", `The goat ${food}. It`, false).score, 0.75)
  })

  it('perfect answers to every request score 1, and nothing scores more (seeds 1 to 3)', () => {
    for (const seed of [1, 2, 3]) {
      const village = villageOf({ ...small, seed })
      const judge = judgeOf({ seed })
      for (const { text } of [...make('train', { seed }), ...make('test', { seed })]) {
        assert.is(judge(text, perfectAnswer(village, parseRequest(text, village)!), true).score, 1)
      }
      for (const { text, response } of make('demonstrations', { seed })) assert.ok(judge(text, response, true).score <= 1)
    }
  })

  it('equal worth is an exact tie, whatever the order of the defects', () => {
    const [a, b] = [
      `Thank you for asking. Come and see it here. The goat ${food} and ${mood}. It also ${food}.`,
      `Hello Bo. The goat ${food} and ${mood}.`,
    ].map((answer) => judgeAnswer(here, request, answer, true).score)
    assert.is(a, b)
  })

  it('knows the truth of its own seed only', () => {
    const answer = `The goat ${food} and ${mood}.`
    const scores = [2, 3, 4, 5].map((seed) => judgeOf({ seed })("Tell Ada the goat's food and mood.", answer, true).score)
    assert.ok(Math.min(...scores) < 1)
  })

  it('refuses a request of another world with a remedy', () => {
    try {
      judgeOf()('Write a poem.', 'No.', true)
      assert.unreachable()
    } catch (error) {
      assert.instance(error, StageFailure)
      assert.match((error as StageFailure).message, 'Write a poem.')
      assert.ok((error as StageFailure).remedy.length > 0)
    }
  })
})

describe('village: writers', (it) => {
  it('the parser reads every sentence they finish (seed 7)', () => {
    const random = stream('7')
    for (let index = 0; index < 500; index++) {
      const text = writeAnswer(here, request, index % 2 === 0 ? careful : careless, random.child(index))
      for (const sentence of splitSentences(text).sentences) assert.ok(parseSentence(sentence, here.animals), sentence)
    }
  })

  it('one who never errs scores 1 but for small talk (seed 8)', () => {
    const saint = { miss: 0, wrong: 0, repeat: 0, stray: 0, cut: 0 }
    for (let index = 0; index < 200; index++) {
      const { score, parts } = judgeAnswer(here, request, writeAnswer(here, request, saint, stream('8').child(index)), true)
      const talk = penalties.filler * parts['filler']! + penalties.repeated * parts['repeated']!
      assert.ok(Math.abs(score - (1 - talk)) < 1e-6)
    }
  })

  it('each kind of error shows in the judge’s parts (seed 9)', () => {
    const saint = { miss: 0, wrong: 0, repeat: 0, stray: 0, cut: 0 }
    const shown = { wrong: 'wrong', repeat: 'repeated', stray: 'off_topic', cut: 'unfinished' } as const
    for (const [error, part] of Object.entries(shown)) {
      const judged = Array.from({ length: 100 }, (_, index) =>
        judgeAnswer(here, request, writeAnswer(here, request, { ...saint, [error]: 1 }, stream('9').child(index)), true).parts[part]!)
      assert.ok(judged.filter((count) => count > 0).length > 90, error)
    }
    const missing = judgeAnswer(here, request, writeAnswer(here, request, { ...saint, miss: 1 }, stream('9')), true)
    assert.is(missing.parts['coverage'], 0.5)
  })
})

describe('village: shares', (it) => {
  it('add up, follow the shares and leave nobody out', () => {
    assert.equal(apportion(3000, { train: 0.8, validation: 0.1, test: 0.1 }, 0), { train: 2400, validation: 300, test: 300 })
    assert.equal(apportion(6, { train: 0.98, validation: 0.01, test: 0.01 }, 1), { train: 4, validation: 1, test: 1 })
    assert.equal(apportion(3, { train: 1, validation: 0, test: 0 }, 0), { train: 3, validation: 0, test: 0 })
    assert.equal(apportion(10, { train: 1 / 3, validation: 1 / 3, test: 1 / 3 }, 0), { train: 4, validation: 3, test: 3 })
  })

  it('weighted draws follow their weights, samples have no repeats (seed 10)', () => {
    const drawn = draw(stream('10'))
    const counts = [0, 0, 0]
    for (let index = 0; index < 3000; index++) counts[drawn.weighted([1, 0, 3])]! += 1
    assert.is(counts[1], 0)
    assert.ok(Math.abs(counts[0]! - 750) < 100)
    for (let index = 0; index < 50; index++) assert.is(new Set(drawn.sample([1, 2, 3, 4, 5], 4)).size, 4)
    assert.equal(drawn.sample([1, 2], 5).sort(), [1, 2])
  })
})
