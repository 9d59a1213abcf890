// SHA-256 of bytes and of files of any size, by the runtime's own implementation.
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

/** One call may take at most 2³¹ − 1 bytes; smaller pieces also keep memory small. */
const pieceBytes = 2 ** 24

/** In hex. */
export function sha256(bytes: Uint8Array): string {
  const hash = createHash('sha256')
  for (let start = 0; start < bytes.length; start += pieceBytes) hash.update(bytes.subarray(start, start + pieceBytes))
  return hash.digest('hex')
}

/** The digest of a file's content, in hex: what goes into `identity.files`. Throws the system's error when it cannot be read. */
export function fileDigest(path: string): string {
  const hash = createHash('sha256')
  const file = openSync(path, 'r')
  try {
    const piece = new Uint8Array(pieceBytes)
    for (let count = readSync(file, piece); count > 0; count = readSync(file, piece)) hash.update(piece.subarray(0, count))
  } finally {
    closeSync(file)
  }
  return hash.digest('hex')
}
