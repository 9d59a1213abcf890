// Rewrites a graph into a smaller one that computes the same.
// Work that no output needs is gone already, since a graph is its outputs.
import { inOrder } from './graph.ts'
import type { Constant, Graph, Node, Operation } from './graph.ts'
import { arithmeticRules } from './rules/arithmetic.ts'
import { foldingRules } from './rules/folding.ts'
import { fusedRules } from './rules/fused.ts'
import { matmulRules } from './rules/matmul.ts'
import { movementRules } from './rules/movement.ts'
import type { Rule } from './rules/rule.ts'

/** In the order they are tried; each makes a node simpler, so that trying ends. */
export const rules: Readonly<Record<string, Rule>> = {
  ...movementRules,
  ...arithmeticRules,
  ...foldingRules,
  ...matmulRules,
  ...fusedRules,
}

/** Applies the rules to every node, inputs first, and keeps one of several equal nodes. */
export function simplify(graph: Graph, applied: Readonly<Record<string, Rule>> = rules): Graph {
  const list = Object.values(applied)
  const unique = uniqueNodes()
  const done = new Map<Node, Node>()

  const visit = (node: Node): Node => {
    const known = done.get(node)
    if (known !== undefined) return known
    const simpler = node.kind === 'operation' ? rewrite({ ...node, inputs: node.inputs.map(visit) }) : unique(node)
    done.set(node, simpler)
    done.set(simpler, simpler)
    return simpler
  }
  const rewrite = (node: Operation): Node => {
    for (const rule of list) {
      const simpler = rule(node)
      if (simpler !== undefined) return visit(simpler)
    }
    return unique(node)
  }

  // In this order the recursion only goes as deep as what a rule has just made.
  for (const node of inOrder(Object.values(graph.outputs))) visit(node)
  return {
    inputs: graph.inputs,
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, node]) => [name, visit(node)])),
  }
}

/** Constants larger than this are compared by identity. */
const comparedElements = 1024

/** Gives back the first node equal to the one given: same operator, attributes, type and (unique) inputs. */
function uniqueNodes(): (node: Node) => Node {
  const byText = new Map<string, Node>()
  const numbered = new Map<Node, number>()
  return (node) => {
    const text = describe(node, numbered)
    const known = text === undefined ? undefined : byText.get(text)
    if (known !== undefined) return known
    if (text !== undefined) byText.set(text, node)
    numbered.set(node, numbered.size)
    return node
  }
}

function describe(node: Node, numbered: ReadonlyMap<Node, number>): string | undefined {
  const type = `${node.dtype}[${node.shape.join()}]`
  if (node.kind === 'input') return `${type} ${node.name}`
  if (node.kind === 'constant') return node.data.length > comparedElements ? undefined : `${type} ${bits(node)}`
  return `${type} ${node.op} ${node.inputs.map((input) => numbered.get(input)).join()} ${
    JSON.stringify(Object.entries(node.attributes).sort())
  }`
}

/** Bytes, so that 0 and −0 differ and a NaN equals itself. */
const bits = ({ data }: Constant): string => new Uint8Array(data.buffer, data.byteOffset, data.byteLength).join()
