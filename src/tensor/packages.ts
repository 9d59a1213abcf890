// Which packages are installed, read from their package.json without loading them.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The installed version, or undefined where the package does not resolve. */
export function packageVersion(name: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string }
    return version
  } catch {
    return undefined
  }
}

/** Whether the operating system shows an NVIDIA device; cheaper than loading CUDA to ask. */
export function nvidiaDevice(): boolean {
  return existsSync('/dev/nvidia0') || existsSync('/dev/dxg') || existsSync('C:\\Windows\\System32\\nvcuda.dll')
}
