// The grammar, rule by rule as in grammar/README.md, without actions: it gives a concrete syntax tree.
// On the tokens that `layOut` gives it is total: brackets match, any operand may be missing, and what fits nowhere
// is gathered as `junk` up to the end of its item. So there is nothing to recover from: one mistake never reaches
// past its own item, and every message is written where the tree is read, in our own words.
import { CstParser, EOF } from './chevrotain.ts'
import type { CstNode, IToken, ParserMethod, TokenType } from 'chevrotain'
import { isConnector } from './connectors.ts'
import { beginsHead } from './layout.ts'
import * as token from './tokens.ts'

type Rule = ParserMethod<[], CstNode>

const junkTokens = [
  token.Word, token.Number, token.Quoted, token.Colon, token.Equals, token.Dot,
  token.Comparison, token.Plus, token.Minus, token.Factor,
]
const operators = new Set<TokenType>([token.Comparison, token.Plus, token.Minus, token.Factor, token.Dot, token.Colon])
const itemEnds = new Set<TokenType>([
  token.Separator, token.Comma, token.RightBrace, token.RightParen, token.RightBracket, EOF, ...token.cellTokens,
])

export class DiceParser extends CstParser {
  constructor() {
    super(token.allTokens, { maxLookahead: 1, recoveryEnabled: false, nodeLocationTracking: 'onlyOffset' })
    this.performSelfAnalysis()
  }

  /** S1. A file is front matter and cells. */
  readonly file: Rule = this.RULE('file', () => {
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(token.FrontMatter) },
        { ALT: () => this.CONSUME(token.ProseCell) },
        { ALT: () => this.CONSUME(token.CodeCell) },
        { ALT: () => this.CONSUME(token.Separator) },
        { ALT: () => this.CONSUME(token.Comma) },
        { ALT: () => this.SUBRULE(this.item) },
      ])
    })
  })

  /** A value on its own, for front matter and `--set`. */
  readonly value: Rule = this.RULE('value', () => {
    this.OPTION(() => this.SUBRULE(this.expression))
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(token.Comma) },
        { ALT: () => this.CONSUME(token.Separator) },
        { ALT: () => this.CONSUME(token.FrontMatter) },
        { ALT: () => this.CONSUME(token.ProseCell) },
        { ALT: () => this.CONSUME(token.CodeCell) },
        { ALT: () => this.SUBRULE(this.junk) },
      ])
    })
  })

  /** S3. An item is a statement, an entry or a claim. */
  readonly item: Rule = this.RULE('item', () => {
    this.OR({
      DEF: [
        { GATE: () => this.#startsStatement(), ALT: () => this.SUBRULE(this.statement) },
        { GATE: () => this.#startsOperand(), ALT: () => this.SUBRULE(this.entry) },
        { ALT: () => this.SUBRULE(this.junk) },
      ],
      IGNORE_AMBIGUITIES: true,
    })
    this.OPTION(() => this.SUBRULE2(this.junk))
  })

  /** S4. Kind subject? (= head)? (connector head)* block? */
  readonly statement: Rule = this.RULE('statement', () => {
    this.CONSUME(token.Word)
    this.OPTION({ GATE: () => this.#startsSubject(), DEF: () => this.SUBRULE(this.expression) })
    this.OPTION2(() => this.SUBRULE(this.head))
    this.MANY({ GATE: () => isConnector(this.LA(1).image), DEF: () => this.SUBRULE(this.clause) })
    this.OPTION3(() => this.SUBRULE(this.headerJunk))
    this.OPTION4(() => this.SUBRULE(this.block))
  })

  readonly head: Rule = this.RULE('head', () => {
    this.CONSUME(token.Equals)
    this.OPTION({ GATE: () => this.LA(1).tokenType !== token.LeftBrace, DEF: () => this.SUBRULE(this.expression) })
  })

  readonly clause: Rule = this.RULE('clause', () => {
    this.CONSUME(token.Word)
    this.OPTION({ GATE: () => this.LA(1).tokenType !== token.LeftBrace, DEF: () => this.SUBRULE(this.expression) })
  })

  readonly block: Rule = this.RULE('block', () => {
    this.CONSUME(token.LeftBrace)
    this.MANY(() => {
      this.OR([
        { ALT: () => this.CONSUME(token.Separator) },
        { ALT: () => this.CONSUME(token.Comma) },
        { ALT: () => this.SUBRULE(this.item) },
      ])
    })
    this.CONSUME(token.RightBrace)
  })

  /** S5. path : value, or a claim: value < value. An `=` is read too, and refused in words later. */
  readonly entry: Rule = this.RULE('entry', () => {
    this.SUBRULE(this.expression)
    this.OPTION(() => {
      this.OR([
        { ALT: () => this.CONSUME(token.Colon) },
        { ALT: () => this.CONSUME(token.Equals) },
        { ALT: () => this.CONSUME(token.Comparison) },
      ])
      this.OPTION2(() => this.SUBRULE2(this.expression))
    })
  })

  /** S6. Sums of products; every operand but the first may be missing. */
  readonly expression: Rule = this.RULE('expression', () => {
    this.SUBRULE(this.product)
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(token.Plus) }, { ALT: () => this.CONSUME(token.Minus) }])
      this.OPTION(() => this.SUBRULE2(this.product))
    })
  })

  readonly product: Rule = this.RULE('product', () => {
    this.SUBRULE(this.operand)
    this.MANY(() => {
      this.CONSUME(token.Factor)
      this.OPTION(() => this.SUBRULE2(this.operand))
    })
  })

  readonly operand: Rule = this.RULE('operand', () => {
    this.OR([
      {
        ALT: () => {
          this.AT_LEAST_ONE(() => this.CONSUME(token.Minus))
          this.OPTION(() => this.SUBRULE(this.primary))
        },
      },
      { ALT: () => this.SUBRULE2(this.primary) },
    ])
  })

  readonly primary: Rule = this.RULE('primary', () => {
    this.OR([
      { ALT: () => this.CONSUME(token.Number) },
      { ALT: () => this.CONSUME(token.Quoted) },
      { ALT: () => this.SUBRULE(this.reference) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.group) },
      { ALT: () => this.SUBRULE(this.block) },
    ])
  })

  /** S7. A dotted name, perhaps called, perhaps narrowed; the brackets touch it. */
  readonly reference: Rule = this.RULE('reference', () => {
    this.CONSUME(token.Word)
    this.MANY(() => {
      this.CONSUME(token.Dot)
      this.OPTION(() => this.CONSUME2(token.Word))
    })
    this.OPTION2({ GATE: () => this.#touches(), DEF: () => this.SUBRULE(this.group) })
    this.OPTION3({ GATE: () => this.#touches(), DEF: () => this.SUBRULE(this.list) })
  })

  readonly group: Rule = this.RULE('group', () => {
    this.CONSUME(token.LeftParen)
    this.SUBRULE(this.elements)
    this.CONSUME(token.RightParen)
  })

  readonly list: Rule = this.RULE('list', () => {
    this.CONSUME(token.LeftBracket)
    this.SUBRULE(this.elements)
    this.CONSUME(token.RightBracket)
  })

  readonly elements: Rule = this.RULE('elements', () => {
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(token.Comma) }, { ALT: () => this.SUBRULE(this.element) }])
    })
  })

  /** A value, `name: value` in a call, `path = value` in a selection. */
  readonly element: Rule = this.RULE('element', () => {
    this.OR({
      DEF: [
        { GATE: () => this.#startsOperand(), ALT: () => this.SUBRULE(this.entry) },
        { ALT: () => this.SUBRULE(this.junk) },
      ],
      IGNORE_AMBIGUITIES: true,
    })
    this.OPTION(() => this.SUBRULE2(this.junk))
  })

  /** What fits nowhere, up to the end of its item. */
  readonly junk: Rule = this.RULE('junk', () => {
    this.AT_LEAST_ONE(() => {
      this.OR([
        ...junkTokens.map((type, index) => ({ ALT: () => this.consume(index, type) })),
        { ALT: () => this.SUBRULE(this.block) },
        { ALT: () => this.SUBRULE(this.group) },
        { ALT: () => this.SUBRULE(this.list) },
      ])
    })
  })

  /** The same before a block, which is then still read as one. */
  readonly headerJunk: Rule = this.RULE('headerJunk', () => {
    this.AT_LEAST_ONE(() => {
      this.OR([
        ...junkTokens.map((type, index) => ({ ALT: () => this.consume(index, type) })),
        { ALT: () => this.SUBRULE(this.group) },
        { ALT: () => this.SUBRULE(this.list) },
      ])
    })
  })

  /** A word begins a statement unless what follows makes it the beginning of an entry or a claim. */
  #startsStatement(): boolean {
    const first = this.LA(1), second = this.LA(2)
    if (first.tokenType !== token.Word || operators.has(second.tokenType)) return false
    return !(second.tokenType === token.LeftParen || second.tokenType === token.LeftBracket) || !touching(first, second)
  }

  #startsOperand(): boolean {
    switch (this.LA(1).tokenType) {
      case token.Word: case token.Number: case token.BadNumber: case token.Minus:
      case token.Quoted: case token.OpenQuoted: case token.ForeignQuoted:
      case token.LeftBrace: case token.LeftBracket: case token.LeftParen: return true
      default: return false
    }
  }

  /** N1. Right after the kind word a connector is a name where no clause could begin: `data on = …`. */
  #startsSubject(): boolean {
    const first = this.LA(1), second = this.LA(2)
    if (first.tokenType === token.LeftBrace || first.tokenType === token.Minus) return false
    if (first.tokenType !== token.Word || !isConnector(first.image)) return true
    const another = second.tokenType === token.Word && isConnector(second.image)
    return another || itemEnds.has(second.tokenType) || !beginsHead(first, second)
  }

  #touches(): boolean {
    return touching(this.LA(0), this.LA(1))
  }
}

function touching(first: IToken, second: IToken): boolean {
  return token.endOf(first) === second.startOffset
}
