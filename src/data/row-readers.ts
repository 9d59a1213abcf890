// From one record to one row, for each JSON format. A reader gives no row when it has reported why.
import { readMessage, transcript } from './chat.ts'
import type { Message } from './chat.ts'
import { conversationOf, describe, missing, nameOf, requestNames, requestOf, textOf } from './field-reader.ts'
import type { Reader } from './field-reader.ts'
import type { Demonstration, Pair, Prompt } from './record.ts'

/** A row before it has an id. */
export type Unnamed<Row> = Omit<Row, 'id'>

export function readPrompt(from: Reader): Unnamed<Prompt> | undefined {
  const name = conversationIn(from)
  if (name === undefined) {
    const text = requestOf(from, ['text'])
    return text === undefined ? undefined : { text }
  }
  const messages = conversationOf(from, name)
  if (messages === undefined) return undefined
  // An answer after the last request is not part of the prompt.
  const last = messages.findLastIndex(({ role }) => role === 'user')
  if (last < 0) return noRequest(from, name)
  return { text: transcript(messages.slice(0, last + 1)) }
}

const answerNames = ['response', 'output', 'completion'] as const

export function readDemonstration(from: Reader): Unnamed<Demonstration> | undefined {
  const { label } = from.record
  if (label === false) return from.leaveOut('labelled as a bad answer', 'a demonstration is an answer worth imitating')
  const name = nameOf(from, 'response', answerNames)
  const conversation = conversationIn(from)
  if (name === undefined && conversation !== undefined && from.names.response === undefined) {
    const split = splitConversation(from, conversation)
    if (split === undefined) return undefined
    if (split.request === undefined) return noRequest(from, conversation)
    return usable(from, split.request, split.answer)
  }
  const text = requestOf(from)
  if (text === undefined) return undefined
  if (name === undefined) return missing(from, 'response', answerNames)
  const response = answerOf(from, name)
  return response === undefined ? undefined : usable(from, text, response.answer)
}

/** The field whose conversation is the row's request, when it is one. */
function conversationIn(from: Reader): string | undefined {
  const name = nameOf(from, 'prompt', requestNames)
  return name !== undefined && Array.isArray(from.record[name]) ? name : undefined
}

function noRequest(from: Reader, name: string): undefined {
  return from.report('missing', `\`${name}\` holds no request`, 'a conversation needs a message of the user before the answer')
}

function usable(from: Reader, text: string, response: string): Unnamed<Demonstration> | undefined {
  return response.trim() === '' ? from.leaveOut('the answer is empty', 'a demonstration needs an answer') : { text, response }
}

export function readPair(from: Reader): Unnamed<Pair> | undefined {
  const compared = nameOf(from, 'chosen', ['chosen']) === undefined && 'output_1' in from.record && 'output_2' in from.record
  const read = compared ? readCompared(from) : readChosenRejected(from)
  if (read === undefined) return undefined
  const { text, chosen, rejected } = read
  if (chosen === rejected) return from.leaveOut('chosen and rejected are the same', 'a pair of equals teaches nothing')
  return { text, chosen: { text: chosen }, rejected: { text: rejected }, origin: 'offline' }
}

interface Texts {
  readonly text: string
  readonly chosen: string
  readonly rejected: string
}

function readChosenRejected(from: Reader): Texts | undefined {
  const chosenName = nameOf(from, 'chosen', ['chosen'])
  if (chosenName === undefined) return missing(from, 'chosen', ['chosen'])
  const rejectedName = nameOf(from, 'rejected', ['rejected'])
  if (rejectedName === undefined) return missing(from, 'rejected', ['rejected'])
  const chosen = answerOf(from, chosenName)
  const rejected = chosen && answerOf(from, rejectedName)
  if (chosen === undefined || rejected === undefined) return undefined
  const requests = [chosen.request, rejected.request].filter((request) => request !== undefined)
  if (new Set(requests).size > 1) {
    return from.report('conflict', `\`${chosenName}\` and \`${rejectedName}\` answer different conversations`,
      'a pair needs two answers to one request: all messages but the last must agree')
  }
  const text = requests[0] ?? requestOf(from)
  return text === undefined ? undefined : { text, chosen: chosen.answer, rejected: rejected.answer }
}

/** Two outputs of which `label` says the better one, 1 or 2. */
function readCompared(from: Reader): Texts | undefined {
  const text = requestOf(from, ['input'])
  const first = text === undefined ? undefined : textOf(from, 'output_1')
  const second = first === undefined ? undefined : textOf(from, 'output_2')
  if (text === undefined || first === undefined || second === undefined) return undefined
  const { label } = from.record
  if (label === 1) return { text, chosen: first, rejected: second }
  if (label === 2) return { text, chosen: second, rejected: first }
  const message = `\`label\` is ${describe(label)} where 1 or 2 is needed`
  return from.report('type', message, 'write which of `output_1` and `output_2` is better')
}

interface Answered {
  /** The conversation before the answer, when the field holds one. */
  readonly request: string | undefined
  readonly answer: string
}

/** An answer: a text, one message, or a conversation that ends with it. */
function answerOf(from: Reader, name: string): Answered | undefined {
  const value = from.record[name]
  if (typeof value === 'string') return { request: undefined, answer: value }
  if (Array.isArray(value)) return splitConversation(from, name)
  if (typeof value !== 'object') {
    return from.report('type', `\`${name}\` is ${describe(value)} where an answer is needed`, answerRemedy)
  }
  const message = readMessage(value)
  if (typeof message === 'string') return from.report('type', `\`${name}\`: ${message}`, answerRemedy)
  return { request: undefined, answer: message.text }
}

const answerRemedy = 'write the answer as a text, a message, or a conversation that ends with it'

function splitConversation(from: Reader, name: string): Answered | undefined {
  const messages = conversationOf(from, name)
  if (messages === undefined) return undefined
  const last: Message | undefined = messages.at(-1)
  if (last?.role !== 'assistant') {
    return from.report('missing', `\`${name}\` does not end with an answer`, 'the last message must be the assistant’s')
  }
  const before = messages.slice(0, -1)
  return { request: before.length === 0 ? undefined : transcript(before), answer: last.text }
}
