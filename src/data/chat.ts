// Conversations in the two spellings found in the wild, `{ role, content }` and `{ from, value }`, and their plain text.

export type Role = 'system' | 'user' | 'assistant'

export interface Message {
  readonly role: Role
  readonly text: string
}

const roles: Readonly<Record<string, Role>> = {
  system: 'system', user: 'user', human: 'user', assistant: 'assistant', gpt: 'assistant', model: 'assistant',
}

/** A message, or what is wrong with it. */
export function readMessage(value: unknown): Message | string {
  if (typeof value !== 'object' || value === null) return 'a message must be an object such as { "role": "user", "content": "…" }'
  const { role, content, from, value: said } = value as Readonly<Record<string, unknown>>
  const speaker = role ?? from
  const text = content ?? said
  const known = typeof speaker === 'string' ? roles[speaker] : undefined
  if (known === undefined) return `a message has the role ${JSON.stringify(speaker)}; known are ${Object.keys(roles).join(', ')}`
  if (typeof text !== 'string') return `the message of \`${String(speaker)}\` has no text`
  return { role: known, text }
}

/** The messages of an array, or what is wrong with the first bad one. */
export function readMessages(values: readonly unknown[]): readonly Message[] | string {
  const messages: Message[] = []
  for (const value of values) {
    const message = readMessage(value)
    if (typeof message === 'string') return message
    messages.push(message)
  }
  return messages
}

const titles: Readonly<Record<Role, string>> = { system: 'System', user: 'User', assistant: 'Assistant' }

/** A single request is its own text; anything longer is written turn by turn, `User: …`, with blank lines between. */
export function transcript(messages: readonly Message[]): string {
  const [only] = messages
  if (messages.length === 1 && only!.role === 'user') return only!.text
  return messages.map(({ role, text }) => `${titles[role]}: ${text}`).join('\n\n')
}
