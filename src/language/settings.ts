// The front matter: YAML, its mistakes shown in our frames at the lines of the file, its values read by the same
// readers as everything else.
import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document, Node, Pair } from 'yaml'
import type { Span } from '../source.ts'
import type { FieldType } from '../vocabulary/field.ts'
import type { Argument, Arguments } from '../vocabulary/value.ts'
import type { Expression, FrontMatter } from './ast.ts'
import { own } from './context.ts'
import type { Context } from './context.ts'
import { fillField } from './defaults.ts'
import * as messages from './messages.ts'
import { parseValue } from './parse.ts'
import { read } from './read.ts'
import { suggest } from './suggest.ts'

export function checkSettings(context: Context, frontMatter: FrontMatter | undefined): Arguments {
  const written = frontMatter === undefined ? new Map<string, YamlEntry>() : yamlEntries(context, frontMatter)
  const settings: Record<string, Argument> = {}
  for (const [name, field] of Object.entries(context.vocabulary.settings)) {
    const override = context.overrides.settings.get(name)
    const entry = written.get(name)
    const given = entry?.key
    if (override !== undefined) {
      const value = read({ ...context, source: override.source }, field.type, override.expression)
      settings[name] = { value, given: given ?? override.given }
    } else if (entry !== undefined) {
      const value = read(context, field.type, toExpression(context, field.type, entry.value, entry.base, entry.key))
      settings[name] = { value, given }
    } else {
      const value = fillField(field)
      if (value !== undefined) settings[name] = { value, given: undefined }
      else if (field.optional !== true) {
        const start = frontMatter?.span.start ?? 0
        const span = { start, end: frontMatter === undefined ? start : start + 3 }
        context.accept(messages.missingEntry({ source: context.source, span }, name, 'the front matter', field.doc))
      }
    }
  }
  return settings
}

interface YamlEntry {
  readonly key: Span
  readonly value: Node | null
  /** Where the YAML begins in the file: its own offsets count from there. */
  readonly base: number
}

function yamlEntries(context: Context, { content }: FrontMatter): Map<string, YamlEntry> {
  const entries = new Map<string, YamlEntry>()
  const base = content.start
  const yaml = context.source.text.slice(content.start, content.end)
  const document: Document = parseDocument(yaml, { prettyErrors: false, logLevel: 'silent' })
  const lastOffset = content.start + yaml.trimEnd().length
  const place = (start: number, end: number): messages.Place =>
    ({ source: context.source, span: { start: Math.min(base + start, lastOffset), end: Math.min(base + end, lastOffset) } })
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    const [start, end] = pos
    const word = /^[\p{L}\p{N}_]+/u.exec(context.source.text.slice(base + start))?.[0].length ?? 0
    context.accept(messages.badYaml(place(start, Math.max(end, start + word)), message.split('\n')[0]!))
  }
  if (document.errors.length > 0 || document.contents === null) return entries
  if (!isMap(document.contents)) {
    const [start, end] = document.contents.range ?? [0, 0]
    context.accept(messages.notAMapping(place(start, end)))
    return entries
  }
  for (const pair of document.contents.items as readonly Pair<Node, Node | null>[]) {
    const [start, end] = pair.key.range ?? [0, 0]
    const key = place(start, end)
    const name = isScalar(pair.key) ? String(pair.key.value) : ''
    if (own(context.vocabulary.settings, name) !== undefined) {
      entries.set(name, { key: key.span, value: pair.value, base })
      continue
    }
    const word = context.source.text.slice(key.span.start, key.span.end)
    context.accept(messages.unknownSetting(key, word, suggest(name, Object.keys(context.vocabulary.settings))))
  }
  return entries
}

/** A YAML node as one of our expressions. Unquoted text is text where text is wanted, and otherwise read as our own syntax. */
function toExpression(context: Context, type: FieldType, node: Node | null, base: number, key: Span): Expression {
  const [start, end] = node?.range ?? [key.end - base, key.end - base]
  const span = { start: base + start, end: Math.max(base + start, base + end) }
  if (isSeq(node)) {
    const list = alternatives(type).find((one) => one.kind === 'list')
    return { kind: 'list', items: node.items.map((item) => toExpression(context, list?.of ?? type, item as Node, base, key)), span }
  }
  if (!isScalar(node) || isAlias(node) || node.value === null) return missing(context, span, key)
  const wantsText = alternatives(type).some(({ kind }) => kind === 'text' || kind === 'file')
  if (wantsText || node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') {
    return { kind: 'text', value: typeof node.value === 'string' ? node.value : (node.source ?? String(node.value)), span }
  }
  return parseValue(context.source, span, context.accept)
}

const alternatives = (type: FieldType): readonly FieldType[] => (type.kind === 'either' ? type.of : [type])

function missing(context: Context, span: Span, key: Span): Expression {
  const empty = context.source.text.slice(span.start, span.end).trim() === ''
  const { source } = context
  const message = empty ? messages.missingValue({ source, span: key }, source.text.slice(key.start, key.end))
    : messages.wrongForm({ source, span }, 'this', 'the front matter', 'its values are text, numbers, words and lists of them')
  context.accept(message)
  return { kind: 'hole', span }
}

