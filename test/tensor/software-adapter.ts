// A graphics adapter for tests: the machine's own, or the software one that Chromium brings along.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { engines } from '../../src/tensor/index.ts'

const folders = ['/usr/lib/chromium', '/usr/lib64/chromium', '/usr/lib/chromium-browser', '/usr/lib64/chromium-browser',
  '/opt/google/chrome']

/**
 * What a process needs in its environment, from its start, for WebGPU to find an adapter; undefined where there is none.
 * The loader and the driver lie beside each other in Chromium's folder.
 */
export function adapterEnvironment(): Readonly<Record<string, string>> | undefined {
  if (engines['graph-webgpu'].present()) return {}
  const folder = folders.find((each) => ['vk_swiftshader_icd.json', 'libvulkan.so.1'].every((file) => existsSync(join(each, file))))
  if (folder === undefined || process.arch !== 'x64') return undefined
  const path = process.env['LD_LIBRARY_PATH']
  return {
    LD_LIBRARY_PATH: path === undefined || path === '' ? folder : `${folder}:${path}`,
    VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
  }
}
