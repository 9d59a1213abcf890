// A tree without its places: what two texts must share to mean the same.
export function withoutPlaces(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPlaces)
  if (node === null || typeof node !== 'object') return node
  const left = Object.entries(node).filter(([name]) => !['span', 'content', 'source'].includes(name))
  return Object.fromEntries(left.map(([name, value]) => [name, withoutPlaces(value)]))
}
