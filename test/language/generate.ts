// Random programs that are well formed but mean nothing, written as untidily as the grammar allows.
import { integer, stream } from '../../src/random.ts'

const words = [
  'a', 'base', 'dpo', 'on', 'by', 'of', 'with', 'from', 'auto', 'true', 'γ', 'шум', '数据', '_x', 'replay', 'gamma', 'md',
]
const plain = words.filter((word) => !['on', 'by', 'of', 'with', 'from'].includes(word))
const literals = ['0', '12', '0.5', '3e-5', '1_000', '80%', '"text"', '"a # b // c"', '"\\"\\\\ \\n\\u{3b1}"', '""', 'auto', 'true']

export class Generator {
  readonly #random: ReturnType<typeof stream>
  #index = 0

  constructor(seed: string) {
    this.#random = stream(seed)
  }

  below(count: number): number {
    return integer(this.#random, this.#index++, count)
  }

  chance(share: number): boolean {
    return this.below(1000) < share * 1000
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  /** A whole file: perhaps front matter, then cells. */
  file(): string {
    const front = this.chance(0.3) ? `---\ntitle: ${this.pick(plain)}  \n\nseeds: [1]\n---${this.lines()}` : ''
    const first = this.chance(0.5) ? this.code(2) : ''
    const cells = Array.from({ length: this.below(4) }, () => this.cell())
    return front + [first, ...cells].join('\n')
  }

  cell(): string {
    if (this.chance(0.4)) {
      const header = `%% ${this.pick(['', ' '])}md ${this.pick(['', 'A title'])}\n${this.pick(['', '', '\n\n'])}`
      return `${header}# Prose  \n\n\n  {( "it may say what it likes\n${this.lines()}`
    }
    return `%%${this.pick(['', ' setup', '  two words ', ' mdx'])}${this.lines()}${this.code(3)}`
  }

  code(most: number): string {
    const statements = Array.from({ length: this.below(most + 1) }, () => this.comments('') + this.statement('', 2))
    return statements.join(this.lines()) + this.comments('') + this.lines()
  }

  lines(): string {
    return '\n'.repeat(1 + this.below(4))
  }

  /** Comments on lines of their own. */
  comments(indent: string): string {
    if (!this.chance(0.2)) return ''
    return `\n${indent}${this.pick(['# note', '// note ', '/* note */', '/* long\n note */', '# one\n\n\n# two', '#'])}\n`
  }

  gap(): string {
    return this.pick(['', ' ', ' ', '  ', '\t', ' /* c */ '])
  }

  space(): string {
    return this.pick([' ', '  ', ' /* c */ '])
  }

  statement(indent: string, depth: number): string {
    const deeper = `${indent}  `
    let text = this.pick(plain)
    const named = this.chance(0.6)
    if (named) text += this.space() + this.pick([...words, '"A title"'])
    else if (this.chance(0.5)) text += this.space() + this.reference(depth)
    if (named && this.chance(0.6)) {
      text += `${this.gap()}=${this.gap()}${this.pick([this.pick(literals), this.reference(depth), this.list(depth)])}`
    }
    for (let count = this.below(3); count > 0; count--) {
      const line = this.chance(0.2) ? `\n${deeper}` : this.space()
      text += `${line}${this.pick(['on', 'by', 'of', 'from', 'against'])} ${this.pick([this.reference(depth), this.list(depth)])}`
    }
    if (this.chance(0.5)) text += `${this.chance(0.1) ? ' with ' : this.pick([' ', '', '\n'])}${this.block(deeper, depth - 1)}`
    return text + this.pick(['', '', '  # trailing', ' // trailing', ' /* trailing */'])
  }

  block(indent: string, depth: number): string {
    const count = this.below(4)
    if (this.chance(0.4)) {
      const items = Array.from({ length: count }, () => this.entry(indent, 1, false))
      return `{${this.gap()}${items.join(`${this.gap()},${this.gap()}`)}${count > 0 && this.chance(0.2) ? ', ' : ''}}`
    }
    const items = Array.from({ length: count }, () => {
      const kind = this.below(4)
      const item = depth > 0 && kind === 0 ? this.statement(indent, depth) : this.entry(indent, depth, true)
      return `${this.comments(indent)}${this.chance(0.9) ? indent : ''}${item}`
    })
    const trailing = this.chance(0.2) ? ' # opening' : ''
    return `{${trailing}\n${items.join(this.pick(['\n', '\n\n\n', '\n']))}${this.comments(indent)}\n}`
  }

  entry(indent: string, depth: number, free: boolean): string {
    const value = this.value(depth)
    if (this.chance(0.1)) {
      const space = free && this.chance(0.3) ? `\n${indent}    ` : ' '
      return `${this.reference(depth)} ${this.pick(['<', '<=', '>', '>='])}${space}${value}`
    }
    const path = this.chance(0.3) ? `${this.pick(plain)}.${this.pick(words)}` : this.pick(plain)
    const comment = free && this.chance(0.2) ? this.pick(['  # why', ' /* why */', ', # why', ',']) : ''
    return `${path}${this.gap()}:${this.gap()}${value}${comment}`
  }

  value(depth: number): string {
    if (depth <= 0) return this.pick(literals)
    switch (this.below(8)) {
      case 0: return this.list(depth)
      case 1: return this.reference(depth)
      case 2: return `${this.pick(literals)}${this.gap()}${this.pick(['+', '-', '*'])}${this.gap()}${this.value(depth - 1)}`
      case 3: return `-${this.gap()}${this.pick(literals)}`
      case 4: return `(${this.wide()}${this.value(depth - 1)}${this.wide()})`
      case 5: return depth > 1 ? `{ ${this.pick(plain)}: ${this.value(depth - 1)}, ${this.pick(plain)}: 1 }` : '{}'
      default: return this.pick(literals)
    }
  }

  /** Between brackets anything may stand. */
  wide(): string {
    return this.pick(['', '', ' ', '\n', '\n\n\n    ', ' # in between\n', ' /* in\n between */ '])
  }

  list(depth: number): string {
    const items = Array.from({ length: this.below(4) }, () => `${this.wide()}${this.value(depth - 1)}${this.wide()}`)
    return `[${items.join(',')}${items.length > 0 && this.chance(0.2) ? ',' : ''}${this.wide()}]`
  }

  reference(depth: number): string {
    const path = this.chance(0.4) ? `${this.pick(plain)}.${this.pick(words)}` : this.pick(plain)
    if (depth <= 0 || this.chance(0.4)) return path
    const given = Array.from({ length: this.below(3) }, () => {
      const name = this.chance(0.4) ? `${this.pick(plain)}: ` : ''
      return `${this.wide()}${name}${this.value(depth - 1)}${this.wide()}`
    })
    const call = this.chance(0.7) ? `(${given.join(',')})` : ''
    return path + call + (this.chance(0.2) ? `[a.b${this.gap()}=${this.gap()}${this.value(0)}]` : '')
  }
}
