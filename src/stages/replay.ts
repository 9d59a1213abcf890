// Mixes generated pairs with a share γ of offline ones.
import type { Pair } from '../data/record.ts'
import { mixReplay } from '../method/replay.ts'
import { jsonFile, rowsFile } from '../run/files.ts'
import { StageFailure } from '../run/stage.ts'
import type { Stage } from '../run/stage.ts'

export const replay: Stage<{ readonly gamma: number; readonly size?: number }> = {
  doc: 'Mixes offline pairs into generated ones.',
  version: 1,
  numeric: false,
  seeded: true,
  async run({ params, input, has, random }) {
    const { gamma, size } = params
    const generated = has('generated') ? input('generated').rows<Pair>('rows.jsonl') : []
    const mixture = mixReplay(generated, input('offline').rows<Pair>('rows.jsonl'), gamma, random, size)
    if (mixture.kind === 'shortage') {
      throw new StageFailure(
        `γ = ${gamma} asks for ${mixture.needed} offline pairs whose prompt no generated pair uses, and there are ${mixture.unused}`,
        `the largest γ these data allow is ${mixture.largest}; or replay a larger data set, or answer fewer prompts (\`sample { count: … }\`)`,
      )
    }
    if (mixture.kind === 'empty') throw new StageFailure(mixture.reason, 'check `replay` and what the pairing stage dropped')
    return { 'rows.jsonl': rowsFile(mixture.pairs), 'replay.json': jsonFile(mixture.record) }
  },
}
