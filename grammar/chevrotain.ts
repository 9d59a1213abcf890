// Chevrotain from the bundle that its package carries beside its entry: one file to open instead of seven hundred,
// which is most of the time that `dice check` would take. Types and behaviour are those of the package.

const bundle = new URL('../chevrotain.mjs', import.meta.resolve('chevrotain')).href

export const { CstParser, EOF, Lexer, createToken, createTokenInstance } = (await import(bundle)) as typeof import('chevrotain')
