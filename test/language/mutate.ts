// Programs as they look while someone is typing: pieces lost, doubled, swapped, and stray characters.
import type { Generator } from './generate.ts'

const strays = [...'{}()[]:=,.<>+-*/%#"\'\\;&|@~`^?!$ \n\t\r_0123456789aZéλ数\u{1f600}\u0000\ufeff\u200b“”']
const pieces = [
  '%%', '%% md', '\n%%\n', '---', '/*', '*/', '//', '->', '{{', '}}', 'auto', 'on', 'with', '80%', '1e', '"',
  'constructor', '__proto__', 'village',
]
const token = /[\p{L}_][\p{L}\p{N}_]*|\d[\d.]*|"[^"\n]*"|\s+|./gu

export function mutate(text: string, random: Generator): string {
  let changed = text
  for (let count = 1 + random.below(3); count > 0; count--) changed = mutateOnce(changed, random)
  return changed
}

function mutateOnce(text: string, random: Generator): string {
  const start = random.below(text.length + 1)
  const end = Math.min(text.length, start + 1 + random.below(random.chance(0.2) ? 60 : 4))
  switch (random.below(7)) {
    case 0: return text.slice(0, start) + text.slice(end)
    case 1: return text.slice(0, end) + text.slice(start)
    case 2: return text.slice(0, start) + random.pick(strays) + text.slice(start)
    case 3: return text.slice(0, start) + random.pick(pieces) + text.slice(start)
    case 4: return swapTokens(text, random)
    case 5: return dropToken(text, random)
    default: return random.chance(0.2) ? text.slice(0, start) : text.slice(0, start) + random.pick(strays) + text.slice(start + 1)
  }
}

function swapTokens(text: string, random: Generator): string {
  const tokens = text.match(token) ?? []
  if (tokens.length < 2) return text
  const one = random.below(tokens.length), other = random.below(tokens.length)
  const [first, second] = [tokens[one]!, tokens[other]!]
  tokens[one] = second
  tokens[other] = first
  return tokens.join('')
}

function dropToken(text: string, random: Generator): string {
  const tokens = text.match(token) ?? []
  tokens.splice(random.below(tokens.length + 1), 1)
  return tokens.join('')
}
