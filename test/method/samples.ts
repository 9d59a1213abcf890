// Made answers with made rewards, for the tests of pairing and shaping.
import type { Answer, Samples } from '../../src/data/record.ts'
import { integer, normal, stream } from '../../src/random.ts'

/** `text`, or that many letters. */
export function answer(text: string | number, more: Partial<Answer> = {}): Answer {
  const written = typeof text === 'number' ? 'x'.repeat(text) : text
  return { text: written, tokens: Array.from({ length: Math.ceil(written.length / 3) }, () => 0), finish: 'stop', ...more }
}

export interface Scored {
  readonly samples: Samples[]
  readonly rewards: number[][]
}

/** Prompts from rows of [length, reward]. */
export function scored(...rows: [length: number, reward: number][][]): Scored {
  return {
    samples: rows.map((row, index) => (
      { id: `p${index}`, text: `prompt ${index}`, responses: row.map(([length]) => answer(length)) }
    )),
    rewards: rows.map((row) => row.map(([, reward]) => reward)),
  }
}

/** Rewards that grow with length, as implicit rewards do; `coarse` gives whole rewards and few lengths, so that ties abound. */
export function randomScored(seed: string, prompts: number, responses: number, coarse = false): Scored {
  const random = stream(seed)
  const samples: Samples[] = []
  const rewards: number[][] = []
  for (let prompt = 0; prompt < prompts; prompt++) {
    const own = random.child(prompt)
    const lengths = Array.from({ length: responses }, (_, index) => 1 + integer(own.child('length'), index, coarse ? 5 : 120))
    samples.push({
      id: `p${prompt}`,
      text: `prompt ${prompt}`,
      responses: lengths.map((length, index) => answer(length, own.at(index) < 0.05 ? { finish: 'length' } : {})),
    })
    rewards.push(lengths.map((length, index) => {
      const reward = 0.05 * length + normal(own.child('reward'), index)
      return coarse ? Math.round(reward) : reward
    }))
  }
  return { samples, rewards }
}
