// A number that would mislead is not computed: what stands in its place.

export interface Refusal {
  readonly kind: 'refusal'
  readonly message: string
  readonly remedy: string
}

export const refuse = (message: string, remedy: string): Refusal => ({ kind: 'refusal', message, remedy })

export function isRefusal(value: object): value is Refusal {
  return 'kind' in value && value.kind === 'refusal'
}
