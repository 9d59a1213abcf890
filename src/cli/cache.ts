// `dice cache`: what is stored, how much of it, whether it is whole, and removing what no experiment needs.
import { StageFailure } from '../run/stage.ts'
import { list, size } from './cache-list.ts'
import { prune } from './cache-prune.ts'
import { verify } from './cache-verify.ts'
import { common, UsageError } from './command.ts'
import type { Command, Input } from './command.ts'
import { nearest } from './nearest.ts'
import { existingStore } from './stored.ts'
import type { Opened } from './stored.ts'
import type { ExitCode, Terminal } from './terminal.ts'

type Action = (files: readonly string[], opened: Opened, input: Input, terminal: Terminal) => ExitCode

const actions: Readonly<Record<string, Action>> = { list, size, verify, prune }

export const cache: Command = {
  examples: [
    ['dice cache list', 'every stored result, the latest first'],
    ['dice cache list FILE…', 'those that these experiments need'],
    ['dice cache size', 'how much each kind of stage has stored'],
    ['dice cache verify', 'read everything; set damaged results aside'],
    ['dice cache prune FILE…', 'what would go: needed by none of them'],
    ['dice cache prune FILE… --yes', 'remove it'],
  ],
  options: {
    yes: { doc: 'with prune: remove; otherwise it only says what would go' },
    set: common.set, store: common.store,
    engine: { value: 'NAME', doc: 'FILE needs only what this engine computes (default: any)' },
    json: common.json,
  },
  async run(input, terminal) {
    const [word, ...files] = input.files
    const names = Object.keys(actions)
    if (word === undefined) throw new UsageError(`what is to be done? one of ${names.join(', ')}`)
    const action = Object.hasOwn(actions, word) ? actions[word] : undefined
    if (action === undefined) {
      const near = nearest(word, names)
      const advice = near === undefined ? '' : `; did you mean \`${near}\`?`
      throw new UsageError(`it can ${names.join(', ')}, not \`${word}\`${advice}`)
    }
    if (input.on('yes') && word !== 'prune') throw new UsageError(`--yes belongs to prune; ${word} removes nothing`)
    try {
      return action(files, existingStore(input, terminal), input, terminal)
    } catch (error) {
      if (!(error instanceof StageFailure)) throw error
      terminal.err(`${error.message}; ${error.remedy}\n`)
      return 1
    }
  },
}
