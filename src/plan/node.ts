// A plan: stages and what feeds them. Plain JSON from here on.

/** SHA-256 in hex of the canonical text of an identity. */
export type Key = string & { readonly Key: unique symbol }

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** Everything that determines a stage's result, and nothing else. What is not here cannot change a key. */
export interface Identity {
  /** The row of the stage table that does the work. */
  readonly stage: string
  /** Raised in the row whenever the same identity would give another result. */
  readonly version: number
  /** After defaults are filled, so that writing a default out changes nothing. */
  readonly params: Json
  /** Keys of the inputs by port; a port may take several, in order. */
  readonly inputs: Readonly<Record<string, Key | readonly Key[]>>
  /** SHA-256 of each file read, by port: content, never path or time. */
  readonly files?: Readonly<Record<string, string>>
  /** Only for stages that draw random numbers. */
  readonly seed?: number
  /** Only for stages whose arithmetic is floating point on an engine: name, version and runtime. */
  readonly engine?: string
}

export interface Node {
  readonly key: Key
  readonly identity: Identity
  /** For people: `dice · round 1 · sample`. Not in the key. The first declaration that asked for the stage names it. */
  readonly label: string
  /** The declarations that need this stage, and the sweep variants among them: what `shared` counts. */
  readonly neededBy: readonly string[]
  /** Where each file of `identity.files` is now. Not in the key. */
  readonly paths?: Readonly<Record<string, string>>
  readonly cost: Cost
}

/** An estimate made before anything runs; tokens pass through a model forward (or forward and backward), bytes are the peak. */
export interface Cost {
  readonly tokens: number
  readonly bytes: number
  /** Entries that would do the same work in less memory, the least costly first. */
  readonly savings?: readonly Saving[]
}

export interface Saving {
  /** As it is written: `checkpoint: true`. */
  readonly entries: string
  readonly bytes: number
}

export interface Plan {
  /** Every input before what needs it. */
  readonly nodes: readonly Node[]
  /** What the report will read: for each evaluation, model, variant, round and seed, the stage that holds its numbers. */
  readonly targets: readonly Target[]
}

export interface Target {
  /** The declaration asked for: `quality`, `dice`, `dpo0`. */
  readonly declaration: string
  /** `evaluation`, `training`, `pairs`, `replay`, `samples`: how the report reads the value. */
  readonly holds: string
  /** The model (`sft`, `dice`), its round (0 when not from a loop), its swept settings. */
  readonly model: string
  readonly round: number
  readonly variant: Readonly<Record<string, Json>>
  readonly seed: number
  readonly key: Key
}
