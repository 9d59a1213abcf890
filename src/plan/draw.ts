// A plan as a picture in words: Mermaid for pages, DOT for Graphviz.
import type { Key, Node, Plan } from './node.ts'

export type Drawing = 'mermaid' | 'dot'

/** Stages as boxes, inputs as arrows; stored ones are told apart. */
export function draw(plan: Plan, stored: ReadonlySet<Key>, form: Drawing): string {
  const names = new Map(plan.nodes.map((node, index) => [node.key, `s${index}`]))
  const edges = plan.nodes.flatMap((node) => inputsOf(node).map((input): [string, string] => [names.get(input)!, names.get(node.key)!]))
  return form === 'mermaid' ? mermaid(plan, stored, names, edges) : dot(plan, stored, names, edges)
}

const inputsOf = (node: Node): Key[] => [...new Set(Object.values(node.identity.inputs).flat() as Key[])]

function mermaid(plan: Plan, stored: ReadonlySet<Key>, names: ReadonlyMap<Key, string>, edges: readonly [string, string][]): string {
  const lines = ['flowchart TD']
  for (const node of plan.nodes) {
    const text = node.label.replaceAll('"', '#quot;')
    lines.push(`  ${names.get(node.key)}["${text}"]${stored.has(node.key) ? ':::stored' : ''}`)
  }
  for (const [from, to] of edges) lines.push(`  ${from} --> ${to}`)
  lines.push('  classDef stored fill:#d9ead3,stroke:#38761d,color:#1b3a10')
  return `${lines.join('\n')}\n`
}

function dot(plan: Plan, stored: ReadonlySet<Key>, names: ReadonlyMap<Key, string>, edges: readonly [string, string][]): string {
  const lines = ['digraph plan {', '  rankdir=TB', '  node [shape=box, fontname="sans-serif"]']
  for (const node of plan.nodes) {
    const text = node.label.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
    lines.push(`  ${names.get(node.key)} [label="${text}"${stored.has(node.key) ? ', style=filled, fillcolor="#d9ead3"' : ''}]`)
  }
  for (const [from, to] of edges) lines.push(`  ${from} -> ${to}`)
  return `${lines.join('\n')}\n}\n`
}
