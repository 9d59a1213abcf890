// Sessions of the runtime, kept by what they compute: the same graph for the same shapes is compiled once in the life of an engine.
import { createHash } from 'node:crypto'
import type { InferenceSession } from 'onnxruntime-node'

export interface Lease {
  readonly session: InferenceSession
  /** Once; the session may be kept for the next who asks. */
  release(): void
}

export interface Sessions {
  /** `bytes` is the model; `size` what its session is expected to hold on to, in bytes. */
  open(bytes: Uint8Array, size: number): Promise<Lease>
  readonly created: number
  /** Ends those that are not in use; those that are end when they are released. */
  close(): void
}

interface Entry {
  readonly session: Promise<InferenceSession>
  readonly size: number
  users: number
}

/** Sessions that nobody uses are kept while there are at most `most` and they hold at most `bytes` together; the longest unused goes first. */
export function keptSessions(
  create: (bytes: Uint8Array) => Promise<InferenceSession>, limit: { readonly most: number; readonly bytes: number },
): Sessions {
  const entries = new Map<string, Entry>()
  let created = 0
  let kept = limit

  const trim = (): void => {
    const idle = [...entries].filter(([, { users }]) => users === 0)
    let bytes = idle.reduce((total, [, { size }]) => total + size, 0)
    let count = idle.length
    for (const [key, { session, size }] of idle) {
      if (count <= kept.most && bytes <= kept.bytes) return
      entries.delete(key)
      void session.then((each) => each.release())
      count -= 1
      bytes -= size
    }
  }
  const make = (bytes: Uint8Array): Promise<InferenceSession> => {
    created += 1
    return create(bytes)
  }

  return {
    async open(bytes, size) {
      const key = digest(bytes)
      const entry = entries.get(key) ?? { session: make(bytes), size, users: 0 }
      entry.users += 1
      entries.delete(key)
      entries.set(key, entry) // the most recently used stands last
      const session = await entry.session.catch((error: unknown) => {
        entries.delete(key)
        throw error
      })
      let held = true
      return {
        session,
        release() {
          if (!held) return
          held = false
          entry.users -= 1
          trim()
        },
      }
    },
    get created() {
      return created
    },
    close() {
      kept = { most: 0, bytes: 0 }
      trim()
    },
  }
}

function digest(bytes: Uint8Array): string {
  const hash = createHash('sha256')
  const piece = 2 ** 30 // one call takes at most 2³¹ − 1 bytes
  for (let start = 0; start < bytes.length; start += piece) hash.update(bytes.subarray(start, start + piece))
  return hash.digest('base64')
}
